// SPDX-License-Identifier: Apache-2.0
// Fields of any number of bits in a row of bytes. The first field starts at bit 0 (value 1) of byte
// 0, a field's lowest bit comes first, and what is left of the last byte is zero.
//
//   BitWriter writer(bytes);
//   writer.put(sequence, 8);
//   writer.put_golomb(zigzag(delta), 5);
//   if (!writer.ok()) ...  // did not fit; nothing beyond the end was touched
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi::link {

// Whole numbers with small magnitudes to small naturals: 0, -1, 1, -2, 2 ... to 0, 1, 2, 3, 4 ...
constexpr std::uint32_t zigzag(std::int32_t value) {
  const auto doubled = static_cast<std::uint32_t>(value) << 1;
  return value < 0 ? ~doubled : doubled;
}

constexpr std::int32_t unzigzag(std::uint32_t value) {
  const std::uint32_t half = value >> 1;
  return static_cast<std::int32_t>((value & 1U) != 0 ? ~half : half);
}

// Exponential Golomb codes of order k (Teuhola 1978, "A compression method for clustered
// bit-vectors"): with v = (value >> k) + 1 of n bits, n - 1 zeros, a one, the n - 1 low bits of v,
// then the k low bits of value. Values reach 2^27 - 1.
inline constexpr unsigned golomb_zeros_max = 27;
inline constexpr std::uint32_t golomb_value_max = (1U << 27) - 1;

constexpr unsigned golomb_bits(std::uint32_t value, unsigned order) {
  return 2U * static_cast<unsigned>(std::bit_width((value >> order) + 1U)) - 1U + order;
}

class BitWriter {
 public:
  explicit constexpr BitWriter(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

  // The `count` low bits of `value`, 0 .. 32 of them.
  constexpr void put(std::uint32_t value, unsigned count) {
    if (count > 8 * bytes_.size() - bit_) {
      ok_ = false;
      return;
    }
    for (unsigned i = 0; i < count; ++i, ++bit_) {
      std::uint8_t& byte = bytes_[bit_ / 8];
      if (bit_ % 8 == 0) byte = 0;
      byte = static_cast<std::uint8_t>(byte | (((value >> i) & 1U) << (bit_ % 8)));
    }
  }

  // Requires: value <= golomb_value_max, order <= 26.
  constexpr void put_golomb(std::uint32_t value, unsigned order) {
    const std::uint32_t v = (value >> order) + 1;
    const auto width = static_cast<unsigned>(std::bit_width(v));
    put(1U << (width - 1), width);
    put(v, width - 1);
    put(value, order);
  }

  constexpr bool ok() const { return ok_; }
  constexpr std::size_t bits() const { return bit_; }
  constexpr std::size_t bytes() const { return (bit_ + 7) / 8; }

 private:
  std::span<std::uint8_t> bytes_;
  std::size_t bit_ = 0;
  bool ok_ = true;
};

// Reads what BitWriter wrote. Past the end all is zero and ok() is false from then on.
class BitReader {
 public:
  explicit constexpr BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  constexpr std::uint32_t take(unsigned count) {
    if (!ok_ || count > left()) {
      ok_ = false;
      return 0;
    }
    std::uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i, ++bit_) {
      value |= static_cast<std::uint32_t>((bytes_[bit_ / 8] >> (bit_ % 8)) & 1U) << i;
    }
    return value;
  }

  // A code of more than golomb_zeros_max zeros, or of a value beyond golomb_value_max, fails.
  constexpr std::uint32_t take_golomb(unsigned order) {
    unsigned zeros = 0;
    while (ok_ && take(1) == 0) {
      if (++zeros > golomb_zeros_max) return refuse();
    }
    if (!ok_) return 0;
    const std::uint32_t v = (1U << zeros) | take(zeros);
    const std::uint32_t low = take(order);
    if (!ok_) return 0;
    if (v - 1 > (golomb_value_max >> order)) return refuse();
    return ((v - 1) << order) | low;
  }

  constexpr bool ok() const { return ok_; }
  constexpr bool bad_code() const { return bad_code_; }  // why it is not ok(), if not the end
  constexpr std::size_t left() const { return 8 * bytes_.size() - bit_; }
  constexpr std::size_t size() const { return bytes_.size(); }
  constexpr std::size_t byte() const { return bit_ / 8; }  // of the next bit

  // Whether nothing is left but the zeros that fill the last byte.
  constexpr bool at_end() { return ok_ && left() < 8 && take(static_cast<unsigned>(left())) == 0; }

 private:
  constexpr std::uint32_t refuse() {
    ok_ = false;
    bad_code_ = true;
    return 0;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t bit_ = 0;
  bool ok_ = true;
  bool bad_code_ = false;
};

}  // namespace sengi::link
