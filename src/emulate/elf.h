// SPDX-License-Identifier: Apache-2.0
// The little that is needed of a linked 32-bit program (ELF, little-endian): its sections and the
// addresses of its functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace sengi::emulate {

struct ElfSection {
  std::string name;
  std::uint32_t bytes;
  bool loaded;      // takes part in the running program
  bool written;     // by the program
  bool executable;  // holds instructions
  bool in_file;     // has initial contents
  std::uint32_t address;
};

struct ElfFunction {
  std::string name;  // as in the source: "ns::run(ns::Arena&)"
  std::uint32_t address;
  std::uint32_t bytes;
};

struct Elf {
  std::vector<ElfSection> sections;
  std::vector<ElfFunction> functions;  // by address
};

// Errors: not such a file, or cut short; `name` is for the message.
Result<Elf> parse_elf(std::span<const std::byte> bytes, const std::string& name);
Result<Elf> read_elf(const std::filesystem::path& path);

}  // namespace sengi::emulate
