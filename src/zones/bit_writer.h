// SPDX-License-Identifier: Apache-2.0
// Writes what sengi/geo/bit_reader.h reads.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace sengi::zones {

class BitWriter {
 public:
  void bits(std::uint64_t value, unsigned count) {
    for (unsigned i = count; i-- > 0;) {
      if (used_ == 0) bytes_.push_back(0);
      bytes_.back() |= static_cast<std::uint8_t>((value >> i & 1) << (7 - used_));
      used_ = (used_ + 1) % 8;
    }
  }

  void golomb(std::uint32_t value, unsigned order) {
    const std::uint64_t high = (std::uint64_t{value} >> order) + 1;
    const auto length = static_cast<unsigned>(std::bit_width(high));
    bits(0, length - 1);
    bits(high, length);
    bits(value & ((std::uint64_t{1} << order) - 1), order);
  }

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
  unsigned used_ = 0;  // bits of the last byte
};

// How many bits golomb() would write.
inline unsigned golomb_bits(std::uint32_t value, unsigned order) {
  const std::uint64_t high = (std::uint64_t{value} >> order) + 1;
  return 2 * static_cast<unsigned>(std::bit_width(high)) - 1 + order;
}

// 0, -1, 1, -2, 2 ... to 0, 1, 2, 3, 4 ..., of a difference modulo 2^32.
inline std::uint32_t zigzag(std::uint32_t difference) {
  return (difference << 1) ^ (0U - (difference >> 31));
}

}  // namespace sengi::zones
