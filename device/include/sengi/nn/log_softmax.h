// SPDX-License-Identifier: Apache-2.0
// x_i - log of the sum of exp(x_j) over each row, in steps of 1/16 from 127 down.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "sengi/nn/exponential.h"
#include "sengi/nn/requantize.h"
#include "sengi/nn/softmax.h"

namespace sengi::nn {

// As Softmax, and what takes a Q5 number back to input steps.
struct LogSoftmax {
  std::int32_t rows = 1;
  std::int32_t depth;
  std::int32_t multiplier;
  std::int32_t left_shift;
  std::int32_t least_difference;
  Rescale reverse;
};

// log x in Q5 for x >= 1 in Q12. x is r * 2^power with r around 2^(-1/4), where a quotient of
// polynomials in r - 2^(-1/4) is close to log r. Two choices of r and power meet halfway: the
// larger power has the smaller r, and both hold.
constexpr std::int32_t log_of_at_least_one(std::int32_t x) {
  constexpr std::int32_t log_of_2 = 1488522236;
  constexpr std::int32_t centre = 1805811301;  // 2^(-1/4)
  constexpr std::int32_t root_of_half = 1518500250;
  constexpr std::int32_t cubic = 117049297;      // 11/240 of 2^(1/4), Q0 all
  constexpr std::int32_t quadratic = 127690142;  // 1/20
  constexpr std::int32_t constant = 1057819769;  // 2 * 2^(-1/4) - 2^(1/4)
  constexpr std::int32_t linear = 638450708;     // 1/4
  constexpr std::int32_t one_in_q6 = 1 << 25;
  const auto zeros = [](std::int32_t z) { return std::countl_zero(static_cast<std::uint32_t>(z)); };
  const auto shifted = [](std::int32_t z, int by) {
    return by == 0 ? z : saturating_shift_left(z, by);
  };

  const int a_zeros = zeros(x);
  const std::int32_t a =
      saturating_shift_left(doubling_high_mul(shifted(x, a_zeros - 1), root_of_half), 1);
  const std::int32_t a_power = (12 - a_zeros) * one_in_q6 + one_in_q6 / 4;
  const int b_headroom = zeros(doubling_high_mul(x, root_of_half)) - 1;
  const std::int32_t b = shifted(x, b_headroom);
  const std::int32_t b_power = (12 - b_headroom) * one_in_q6 - one_in_q6 / 4;
  const std::int32_t r = a < b ? a : b;
  const std::int32_t power = a_power > b_power ? a_power : b_power;

  const auto middle = static_cast<std::int32_t>((std::int64_t{r} + centre + 1) / 2);
  const std::int32_t q = 2 * (r - centre);
  const std::int32_t square = doubling_high_mul(q, q);
  const std::int32_t numerator =
      doubling_high_mul(q, r) + doubling_high_mul(doubling_high_mul(q, square), cubic);
  const std::int32_t denominator_less_one =
      doubling_high_mul(middle, constant + q + doubling_high_mul(quadratic, square)) +
      doubling_high_mul(linear, q);
  const std::int32_t log_of_r = doubling_high_mul(rounding_divide_by_power_of_two(numerator, 6),
                                                  reciprocal_of_one_plus(denominator_less_one));
  return saturating_shift_left(doubling_high_mul(power, log_of_2) + log_of_r, 1);
}

// A difference of inputs in Q5. Requires: difference <= 0.
template <typename Layer>
constexpr std::int32_t difference_in_q5(std::int32_t difference) {
  constexpr LogSoftmax shape = Layer::shape;
  return doubling_high_mul(difference * (std::int32_t{1} << shape.left_shift), shape.multiplier);
}

// The output may be the input.
template <typename Layer>
inline void log_softmax(const std::int8_t* input, std::int8_t* output) {
  constexpr LogSoftmax shape = Layer::shape;
  for (std::int32_t row = 0; row < shape.rows; ++row) {
    std::int32_t highest = -128;
    for (std::int32_t i = 0; i < shape.depth; ++i) {
      if (input[i] > highest) highest = input[i];
    }
    std::int32_t sum = 0;  // Q12
    for (std::int32_t i = 0; i < shape.depth; ++i) {
      const std::int32_t difference = input[i] - highest;
      if (difference < shape.least_difference) continue;
      sum +=
          rounding_divide_by_power_of_two(exp_of_negative(difference_in_q5<Layer>(difference)), 12);
    }
    const std::int32_t log_of_sum = log_of_at_least_one(sum);
    // What lies so far below would not fit.
    std::int32_t beyond =
        requantize_any_by<shape.reverse>(std::numeric_limits<std::int32_t>::min() + log_of_sum);
    if (beyond < shape.least_difference - 1) beyond = shape.least_difference - 1;
    for (std::int32_t i = 0; i < shape.depth; ++i) {
      const std::int32_t difference = input[i] - highest;
      std::int32_t steps = -255;
      if (difference > beyond) {
        steps = rounding_divide_by_power_of_two(difference_in_q5<Layer>(difference) - log_of_sum,
                                                31 - 5 - 4);
      }
      output[i] = static_cast<std::int8_t>(clamp(steps, -255, 0) + 127);
    }
    input += shape.depth;
    output += shape.depth;
  }
}

}  // namespace sengi::nn
