// SPDX-License-Identifier: Apache-2.0
// For ports whose storage is memory that behaves as flash would: all ones at the start.
#pragma once

#include "storage.h"

namespace sengi::storage {

inline bool has(std::span<const std::uint8_t> all, std::size_t at, std::size_t count) {
  return at <= all.size() && count <= all.size() - at;
}

inline bool program_in(std::span<std::uint8_t> all, std::uint32_t at,
                       std::span<const std::uint8_t> in) {
  if (!has(all, at, in.size())) return false;
  for (std::size_t i = 0; i < in.size(); ++i) {
    all[at + i] = static_cast<std::uint8_t>(all[at + i] & in[i]);
  }
  return true;
}

inline bool erase_in(std::span<std::uint8_t> all, std::uint32_t sector) {
  if (sector >= all.size() / sector_bytes) return false;
  for (std::uint8_t& byte : all.subspan(std::size_t{sector} * sector_bytes, sector_bytes)) {
    byte = 0xFF;
  }
  return true;
}

}  // namespace sengi::storage
