// SPDX-License-Identifier: Apache-2.0
// The quotient of two tensors side by side.
#pragma once

#include <bit>
#include <cstdint>

#include "sengi/nn/exponential.h"
#include "sengi/nn/pairwise.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

struct Divide {
  PairAxes pairs;
  std::int32_t zero_point_a;
  std::int32_t zero_point_b;
  Rescale output_scale;
  std::int32_t output_zero_point;
  Clamp clamp = {};
};

// a / b * scale. By 0 it is far beyond 8 bits, on a's side, or 0 where a is.
// Requires: |a| and |b| below 2^9, a scale below 2^22.
template <Rescale scale>
constexpr std::int32_t rounded_quotient(std::int32_t a, std::int32_t b) {
  if (b == 0) return a == 0 ? 0 : (a > 0 ? 1 << 30 : -(1 << 30));
  if (b < 0) {
    a = -a;
    b = -b;
  }
  // b = (1 + rest) * 2^power; a keeps as many bits as there are.
  const int leading = std::countl_zero(static_cast<std::uint32_t>(b));
  const auto rest =
      static_cast<std::int32_t>((static_cast<std::uint32_t>(b) << leading) - (1U << 31));
  const auto bits = static_cast<std::uint32_t>(a);
  const int left = (a >= 0 ? std::countl_zero(bits) : std::countl_one(bits)) - 1;
  const std::int32_t quotient =
      doubling_high_mul(static_cast<std::int32_t>(bits << left), reciprocal_of_one_plus(rest));
  const int right = 31 - leading + left + scale.right_shift;
  if (right > 31) return 0;  // less than half a step
  return rounding_divide_by_power_of_two(doubling_high_mul(quotient, scale.multiplier), right);
}

template <typename Layer>
inline void divide(const std::int8_t* a, const std::int8_t* b, std::int8_t* output) {
  for_each_pair<Layer>(a, b, output, [](std::int32_t x, std::int32_t y) {
    constexpr Divide shape = Layer::shape;
    return shifted_to(
        rounded_quotient<shape.output_scale>(x - shape.zero_point_a, y - shape.zero_point_b),
        shape.output_zero_point, shape.clamp);
  });
}

}  // namespace sengi::nn
