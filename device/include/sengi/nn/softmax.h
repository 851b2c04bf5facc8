// SPDX-License-Identifier: Apache-2.0
// exp(x_i) / sum of exp(x_j) over each row, as scores of 1/256 from -128 up; or of 1/65536 in 16
// bits.
#pragma once

#include <cstdint>
#include <limits>

#include "sengi/fixed_point.h"
#include "sengi/nn/exponential.h"
#include "sengi/nn/layer.h"

namespace sengi::nn {

// input [rows, depth], output the same.
struct Softmax {
  std::int32_t rows = 1;
  std::int32_t depth;
  // Input step times beta, as multiplier * 2^(left_shift - 31): from a difference of inputs to Q5.
  std::int32_t multiplier;
  std::int32_t left_shift;
  std::int32_t least_difference;  // below it (it is negative) an output is zero
};

// exp of an input's distance below the row's maximum, Q0. Requires: difference <= 0.
template <typename Layer>
[[gnu::noinline]] std::int32_t exp_of_difference(std::int32_t difference) {
  constexpr Softmax shape = Layer::shape;
  return exp_of_negative(
      doubling_high_mul(difference * (std::int32_t{1} << shape.left_shift), shape.multiplier));
}

// An output of int8 may be the input.
template <typename Layer, typename T>
inline void softmax(const std::int8_t* input, T* output) {
  constexpr std::int32_t lowest = std::numeric_limits<T>::min();
  constexpr std::int32_t bits_below_step = 31 - 8 * static_cast<std::int32_t>(sizeof(T));
  constexpr Softmax shape = Layer::shape;
  for (std::int32_t row = 0; row < shape.rows; ++row) {
    std::int32_t highest = -128;
    for (std::int32_t i = 0; i < shape.depth; ++i) {
      if (input[i] > highest) highest = input[i];
    }
    std::int32_t sum = 0;  // Q12
    for (std::int32_t i = 0; i < shape.depth; ++i) {
      const std::int32_t difference = input[i] - highest;
      if (difference < shape.least_difference) continue;
      sum += rounding_divide_by_power_of_two(exp_of_difference<Layer>(difference), 12);
    }
    const Reciprocal scale = reciprocal_of(sum);
    for (std::int32_t i = 0; i < shape.depth; ++i) {
      const std::int32_t difference = input[i] - highest;
      std::int32_t score = 0;
      // Among very many, each has less than half a step.
      if (difference >= shape.least_difference && scale.exponent + bits_below_step <= 31) {
        const std::int32_t share =
            doubling_high_mul(scale.mantissa, exp_of_difference<Layer>(difference));
        score = rounding_divide_by_power_of_two(share, scale.exponent + bits_below_step);
      }
      output[i] = static_cast<T>(clamp(score + lowest, lowest, std::numeric_limits<T>::max()));
    }
    input += shape.depth;
    output += shape.depth;
  }
}

}  // namespace sengi::nn
