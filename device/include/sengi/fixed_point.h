// SPDX-License-Identifier: Apache-2.0
// The integer arithmetic that every network of this system is defined by: TensorFlow Lite's int8
// requantisation with its two-step rounding (Jacob et al. 2018, "Quantization and Training of
// Neural Networks for Efficient Integer-Arithmetic-Only Inference", section 2.2).
#pragma once

#include <cstdint>
#include <limits>

namespace sengi {

// A real factor in (0, 2^31) as multiplier * 2^(shift - 31), multiplier in [2^30, 2^31).
struct Multiplier {
  std::int32_t multiplier;
  std::int32_t shift;  // positive: to the left
};

// The high 32 bits of 2*a*b, rounded to nearest with halves upward (-1.5 to -1); saturates the one
// product that overflows, (-2^31)^2.
constexpr std::int32_t doubling_high_mul(std::int32_t a, std::int32_t b) {
  constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
  if (a == lowest && b == lowest) return std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = std::int64_t{a} * b;
  const std::int64_t nudge = product >= 0 ? (std::int64_t{1} << 30) : 1 - (std::int64_t{1} << 30);
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

// x / 2^exponent, rounded to nearest with ties away from zero. exponent in [0, 31].
constexpr std::int32_t rounding_divide_by_power_of_two(std::int32_t x, int exponent) {
  const auto mask = static_cast<std::int32_t>((std::int64_t{1} << exponent) - 1);
  const std::int32_t remainder = x & mask;
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

// x * factor in two roundings. Requires: x * 2^max(shift, 0) fits in 32 bits (else it wraps).
constexpr std::int32_t requantize(std::int32_t x, Multiplier factor) {
  const int left = factor.shift > 0 ? factor.shift : 0;
  const int right = factor.shift > 0 ? 0 : -factor.shift;
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);
  return rounding_divide_by_power_of_two(doubling_high_mul(shifted, factor.multiplier), right);
}

constexpr std::int32_t clamp(std::int32_t x, std::int32_t lowest, std::int32_t highest) {
  return x < lowest ? lowest : (x > highest ? highest : x);
}

}  // namespace sengi
