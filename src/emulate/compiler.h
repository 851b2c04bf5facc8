// SPDX-License-Identifier: Apache-2.0
// Runs a board's compiler: one source file to one object file, objects to one program. What is up
// to date is not built again: beside each result FILE.made holds a hash of the command and of every
// file that went into it.
#pragma once

#include <filesystem>
#include <optional>
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

// The compiler's call graph of a compiled file, with the stack of each function.
std::filesystem::path call_graph_of(const std::filesystem::path& object);

struct Linking {
  std::vector<std::filesystem::path> objects;
  std::filesystem::path linker_script;
  std::size_t stack_bytes = 0;  // that have to be left free
  std::filesystem::path program;
  bool overlapping = false;  // flash and RAM may overlap; of no use but to see what it takes
};

// Returns the linker's complaint where the program does not fit the board's memory; none: it fits.
// Errors: as above.
Result<std::optional<std::string>> link_program(const Board& board, const Linking& linking);

}  // namespace sengi::emulate
