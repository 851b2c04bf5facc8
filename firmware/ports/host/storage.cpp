// SPDX-License-Identifier: Apache-2.0
#include "storage.h"

#include <vector>

#include "storage_in_memory.h"

namespace sengi::storage {
namespace {

std::vector<std::uint8_t>& all() {
  static std::vector<std::uint8_t> bytes(1U << 20, 0xFF);
  return bytes;
}

}  // namespace

void open() {}
std::span<const std::uint8_t> bytes() { return all(); }
bool program(std::uint32_t at, std::span<const std::uint8_t> in) {
  return program_in(all(), at, in);
}
bool erase(std::uint32_t sector) { return erase_in(all(), sector); }

}  // namespace sengi::storage
