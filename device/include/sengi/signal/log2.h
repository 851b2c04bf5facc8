// SPDX-License-Identifier: Apache-2.0
// The binary logarithm of a whole number, in fixed point.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace sengi::signal {

// Logarithms are in steps of 1/4096 of an octave.
inline constexpr int log2_fraction_bits = 12;

namespace log2_table {

inline constexpr int index_bits = 6;
inline constexpr int value_bits = 16;

// log2(1 + i / 64) in 16 fraction bits, by repeated squaring: whenever the square passes 2 the next
// bit of the logarithm is 1.
constexpr std::uint32_t entry(std::uint32_t i) {
  std::uint64_t x = (std::uint64_t{1} << 31) + (std::uint64_t{i} << (31 - index_bits));  // in Q31
  std::uint32_t value = 0;
  for (int bit = 0; bit < value_bits + 1; ++bit) {
    x = (x * x) >> 31;
    value <<= 1;
    if ((x >> 32) != 0) {
      value |= 1;
      x >>= 1;
    }
  }
  return (value + 1) >> 1;
}

constexpr auto make() {
  std::array<std::uint32_t, (1 << index_bits) + 1> table{};
  for (std::uint32_t i = 0; i + 1 < table.size(); ++i) table[i] = entry(i);
  table.back() = 1U << value_bits;
  return table;
}

inline constexpr auto values = make();

}  // namespace log2_table

// log2(x) * 4096, off by less than 1 step. Requires: x > 0.
constexpr std::int32_t log2_fixed(std::uint64_t x) {
  const int whole = 63 - std::countl_zero(x);
  // What stands behind the leading one, in 32 bits; between two entries a straight line.
  const auto fraction = static_cast<std::uint32_t>((x << (63 - whole)) >> 31);
  const std::uint32_t index = fraction >> (32 - log2_table::index_bits);
  const std::uint32_t between = (fraction << log2_table::index_bits) >> 16;  // Q16
  const std::uint32_t low = log2_table::values[index];
  const std::uint32_t high = log2_table::values[index + 1];
  const std::uint32_t value = low + (((high - low) * between + (1U << 15)) >> 16);
  constexpr int surplus = log2_table::value_bits - log2_fraction_bits;
  return whole * (1 << log2_fraction_bits) +
         static_cast<std::int32_t>((value + (1U << (surplus - 1))) >> surplus);
}

}  // namespace sengi::signal
