// SPDX-License-Identifier: Apache-2.0
// Runs a board's compiler: one source file to one object file, objects to one program. What is up
// to date is not built again: beside each result FILE.made holds a hash of the command and of every
// file that went into it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "emulate/emulate.h"

namespace sengi::emulate {

struct Compilation {
  std::filesystem::path source;
  std::filesystem::path object;
  std::vector<std::filesystem::path> include_folders;
  std::string optimization;  // "-O2"
};

// Errors: the compiler is missing, naming the package; the first error it printed.
Result<void> compile_file(const Board& board, const Compilation& compilation);

// Errors: as above; the program does not fit the board, saying by how many bytes.
Result<void> link_program(const Board& board, const std::vector<std::filesystem::path>& objects,
                          const std::filesystem::path& linker_script,
                          const std::filesystem::path& program);

}  // namespace sengi::emulate
