// SPDX-License-Identifier: Apache-2.0
// exp(x) and 1 / x in 32-bit fixed point, as TensorFlow Lite's int8 softmax is defined by (the
// fixed-point arithmetic of gemmlowp; Jacob et al. 2018, appendix A.1). "Qn" below is a 32-bit
// number with n integer bits: raw / 2^(31 - n).
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "sengi/fixed_point.h"

namespace sengi::nn {

// x * 2^exponent, saturated. exponent in [1, 30].
constexpr std::int32_t saturating_shift_left(std::int32_t x, int exponent) {
  constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
  if (x > (highest >> exponent)) return highest;
  if (x < (lowest >> exponent)) return lowest;
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << exponent);
}

// exp(x) in Q0 for x in [-1/4, 0), Q0: Taylor's series to the fourth power around -1/8.
constexpr std::int32_t exp_of_small(std::int32_t x) {
  constexpr std::int32_t exp_of_minus_eighth = 1895147668;
  constexpr std::int32_t third = 715827883;
  const std::int32_t t = x + (1 << 28);  // x + 1/8
  const std::int32_t t2 = doubling_high_mul(t, t);
  const std::int32_t t3 = doubling_high_mul(t2, t);
  const std::int32_t t4 = doubling_high_mul(t2, t2);
  const std::int32_t t4_over_4 = rounding_divide_by_power_of_two(t4, 2);
  // t^4/24 + t^3/6 + t^2/2
  const std::int32_t higher =
      rounding_divide_by_power_of_two(doubling_high_mul(t4_over_4 + t3, third) + t2, 1);
  return exp_of_minus_eighth + doubling_high_mul(exp_of_minus_eighth, t + higher);
}

// exp(x) in Q0 for x <= 0 in Q5: of the part below a quarter by the series, times a factor for each
// binary digit of the rest.
constexpr std::int32_t exp_of_negative(std::int32_t x) {
  constexpr std::int32_t factors[] = {
      1672461947,  // exp(-1/4)
      1302514674,  // exp(-1/2)
      790015084,   // exp(-1)
      290630308,   // exp(-2)
      39332535,    // exp(-4)
      720401,      // exp(-8)
      242,         // exp(-16)
  };
  constexpr std::int32_t quarter = 1 << 24;
  if (x == 0) return std::numeric_limits<std::int32_t>::max();
  const std::int32_t below_quarter = (x & (quarter - 1)) - quarter;
  std::int32_t result = exp_of_small(saturating_shift_left(below_quarter, 5));
  const auto quarters = static_cast<std::uint32_t>(below_quarter - x) >> 24;
  for (std::uint32_t bit = 0; bit < 7; ++bit) {
    if ((quarters >> bit) & 1U) result = doubling_high_mul(result, factors[bit]);
  }
  return result;
}

// 1 / (1 + x) in Q0 for x in [0, 1), Q0: three steps of Newton's method.
constexpr std::int32_t reciprocal_of_one_plus(std::int32_t x) {
  constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t start = 1515870810;   // 48/17, Q2
  constexpr std::int32_t slope = -1010580540;  // -32/17, Q2
  const auto half_denominator = static_cast<std::int32_t>((std::int64_t{x} + highest + 1) >> 1);
  std::int32_t estimate = start + doubling_high_mul(half_denominator, slope);
  for (int step = 0; step < 3; ++step) {
    const std::int32_t error = (1 << 29) - doubling_high_mul(half_denominator, estimate);
    estimate += saturating_shift_left(doubling_high_mul(estimate, error), 2);
  }
  return saturating_shift_left(estimate, 1);
}

// 1 / x as mantissa * 2^-exponent, mantissa in Q0. x > 0 is a Q12 number.
struct Reciprocal {
  std::int32_t mantissa;
  std::int32_t exponent;
};
constexpr Reciprocal reciprocal_of(std::int32_t x) {
  const int headroom = std::countl_zero(static_cast<std::uint32_t>(x));
  const auto fraction =
      static_cast<std::int32_t>((static_cast<std::uint32_t>(x) << headroom) - (1U << 31));
  return {reciprocal_of_one_plus(fraction), 12 - headroom};
}

}  // namespace sengi::nn
