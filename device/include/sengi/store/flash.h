// SPDX-License-Identifier: Apache-2.0
// What the stores ask of NOR flash: erasing a sector makes all its bits one, programming makes bits
// zero. Both may be cut short by a loss of power and leave any part of their work done.
//
//   struct Flash {
//     std::uint32_t sector_bytes() const;  // a multiple of 4, at least 256
//     bool read(std::uint32_t at, std::span<std::uint8_t> bytes);
//     bool program(std::uint32_t at, std::span<const std::uint8_t> bytes);
//     bool erase(std::uint32_t sector);    // sector 0 begins at 0
//   };
//
// Addresses and lengths of program() are multiples of 4. No word is programmed twice between
// erasures, except with the same value after a cut, and to zeros before an erasure: that suits
// memories with a limit (nRF52840: two writes a word) as well as serial NOR.
// false says that the memory did not do it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi::store {

enum class Error : std::uint8_t {
  none,
  flash_fault,   // the memory would not take it, in any place that was tried
  too_large,     // longer than a place for it
  full,          // a ring that keeps its oldest has no room
  gone,          // dropped or overwritten since it was found
  old_version,   // not newer than what is there
  no_transfer,   // nothing was begun, or something else
  bad_piece,     // index or length
  incomplete,    // pieces are missing
  bad_checksum,  // of the whole
  bad_content,   // the checker refused it
  on_trial,      // what is in use has yet to be confirmed
};

// Sectors of one store.
struct Area {
  std::uint32_t first_sector = 0;
  std::uint32_t sectors = 0;
};

inline constexpr std::size_t word_bytes = 4;
constexpr std::uint32_t padded(std::uint32_t bytes) { return (bytes + 3U) & ~3U; }

constexpr void put_u32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

constexpr std::uint32_t get_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return bytes[at] | static_cast<std::uint32_t>(bytes[at + 1]) << 8 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 3]) << 24;
}

// A mark is a word: all ones until it is set, then all zeros. Half-way, the more frequent bit says.
constexpr bool is_set(std::uint32_t mark) { return std::popcount(mark) <= 16; }

template <typename Flash>
std::uint32_t read_word(Flash& flash, std::uint32_t at) {
  std::uint8_t bytes[word_bytes];
  return flash.read(at, bytes) ? get_u32(bytes, 0) : 0xFFFFFFFF;
}

template <typename Flash>
bool set_mark(Flash& flash, std::uint32_t at) {
  constexpr std::uint8_t zeros[word_bytes] = {};
  if (is_set(read_word(flash, at))) return true;
  return flash.program(at, zeros) && is_set(read_word(flash, at));
}

// Whether memory holds these bytes.
template <typename Flash>
bool holds(Flash& flash, std::uint32_t at, std::span<const std::uint8_t> bytes) {
  std::uint8_t there[32];
  while (!bytes.empty()) {
    const std::size_t count = bytes.size() < sizeof there ? bytes.size() : sizeof there;
    if (!flash.read(at, {there, count})) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (there[i] != bytes[i]) return false;
    }
    bytes = bytes.subspan(count);
    at += static_cast<std::uint32_t>(count);
  }
  return true;
}

// Programs any number of bytes, the last word filled up with ones, and reads them back.
template <typename Flash>
bool program_checked(Flash& flash, std::uint32_t at, std::span<const std::uint8_t> bytes) {
  const std::size_t whole = bytes.size() & ~std::size_t{3};
  if (whole > 0 && !flash.program(at, bytes.first(whole))) return false;
  if (whole < bytes.size()) {
    std::uint8_t last[word_bytes] = {0xFF, 0xFF, 0xFF, 0xFF};
    for (std::size_t i = whole; i < bytes.size(); ++i) last[i - whole] = bytes[i];
    if (!flash.program(at + static_cast<std::uint32_t>(whole), last)) return false;
  }
  return holds(flash, at, bytes);
}

// Erases a sector and looks whether it is blank.
template <typename Flash>
bool erase_checked(Flash& flash, std::uint32_t sector) {
  if (!flash.erase(sector)) return false;
  std::uint8_t bytes[32];
  const std::uint32_t start = sector * flash.sector_bytes();
  for (std::uint32_t at = 0; at < flash.sector_bytes(); at += sizeof bytes) {
    const std::uint32_t left = flash.sector_bytes() - at;
    const std::span<std::uint8_t> some(bytes, left < sizeof bytes ? left : sizeof bytes);
    if (!flash.read(start + at, some)) return false;
    for (const std::uint8_t byte : some) {
      if (byte != 0xFF) return false;
    }
  }
  return true;
}

}  // namespace sengi::store
