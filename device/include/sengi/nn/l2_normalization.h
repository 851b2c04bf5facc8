// SPDX-License-Identifier: Apache-2.0
// Each row divided by its length, in steps of 1/128.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "sengi/nn/exponential.h"
#include "sengi/nn/layer.h"

namespace sengi::nn {

// input [rows, depth], output the same.
struct L2Normalization {
  std::int32_t rows = 1;
  std::int32_t depth;
  std::int32_t input_zero_point = 0;
};

// 1 / sqrt x of a whole number; of 0 as of 1. Newton's iteration in Q3, from 1, on x times a power
// of 4 that brings it to between 1/2 and 2.
constexpr Multiplier inverse_root_of(std::int32_t x) {
  if (x <= 1) return {std::numeric_limits<std::int32_t>::max(), 0};
  constexpr std::int32_t root_of_half = 1518500250;
  constexpr std::int32_t three_halves = (1 << 28) + (1 << 27);
  int right_shift = 11;
  for (; x >= 1 << 29; x /= 4) ++right_shift;
  const int fours = (std::countl_zero(static_cast<std::uint32_t>(x)) - 1) / 2 - 1;
  right_shift -= fours;
  x <<= 2 * fours;
  const std::int32_t half = rounding_divide_by_power_of_two(x >> 1, 1);
  std::int32_t root = 1 << 28;
  for (int step = 0; step < 5; ++step) {
    const std::int32_t cube =
        saturating_shift_left(doubling_high_mul(doubling_high_mul(root, root), root), 6);
    root = saturating_shift_left(
        doubling_high_mul(three_halves, root) - doubling_high_mul(half, cube), 3);
  }
  root = doubling_high_mul(root, root_of_half);
  if (right_shift < 0) return {root << -right_shift, 0};
  return {root, -right_shift};
}

// The output may be the input.
template <typename Layer>
inline void l2_normalization(const std::int8_t* input, std::int8_t* output) {
  constexpr L2Normalization shape = Layer::shape;
  for (std::int32_t row = 0; row < shape.rows; ++row) {
    std::int32_t sum = 0;
    for (std::int32_t i = 0; i < shape.depth; ++i) {
      const std::int32_t value = input[i] - shape.input_zero_point;
      sum += value * value;
    }
    const Multiplier root = inverse_root_of(sum);
    for (std::int32_t i = 0; i < shape.depth; ++i) {
      const std::int32_t scaled =
          requantize(input[i] - shape.input_zero_point, {root.multiplier, root.shift + 7});
      output[i] = static_cast<std::int8_t>(clamp(scaled, -128, 127));
    }
    input += shape.depth;
    output += shape.depth;
  }
}

}  // namespace sengi::nn
