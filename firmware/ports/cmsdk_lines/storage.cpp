// SPDX-License-Identifier: Apache-2.0
// A part of the board's memory stands for serial flash.
#include "storage.h"

#include "storage_in_memory.h"

// From boards/BOARD.toml, as symbols whose addresses are the values.
extern "C" char sengi_storage_origin[];
extern "C" char sengi_storage_bytes[];

namespace sengi::storage {
namespace {

std::span<std::uint8_t> all() {
  return {reinterpret_cast<std::uint8_t*>(sengi_storage_origin),
          reinterpret_cast<std::uint32_t>(sengi_storage_bytes)};
}

}  // namespace

void open() {
  for (std::uint8_t& byte : all()) byte = 0xFF;
}
std::span<const std::uint8_t> bytes() { return all(); }
bool program(std::uint32_t at, std::span<const std::uint8_t> in) {
  return program_in(all(), at, in);
}
bool erase(std::uint32_t sector) { return erase_in(all(), sector); }

}  // namespace sengi::storage
