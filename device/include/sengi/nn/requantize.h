// SPDX-License-Identifier: Apache-2.0
// From a layer's 32-bit sums to its int8 outputs: sengi::requantize() in the few instructions that
// the values which can occur allow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "sengi/fixed_point.h"
#include "sengi/nn/layer.h"

namespace sengi::nn {

// A real factor below 2^31 as multiplier * 2^(-31 - right_shift); a negative right_shift is one to
// the left.
struct Rescale {
  std::int32_t multiplier;
  std::int32_t right_shift;
};

// requantize(x, {multiplier, -right_shift}) for |x| < 2^30 and right_shift in [1, 31]: one high
// multiplication (doubling x first moves the wanted 32 bits to the upper half of the product) and a
// rounding shift. Nothing overflows: the product's upper half is below 2^30, and so is what
// rounding adds to it.
constexpr std::int32_t requantize_small(std::int32_t x, std::int32_t multiplier,
                                        std::int32_t right_shift) {
  const std::int64_t product = std::int64_t{x * 2} * multiplier;
  const auto high = static_cast<std::int32_t>((product + (std::int64_t{1} << 31)) >> 32);
  const std::int32_t half = std::int32_t{1} << (right_shift - 1);
  return (high + (high >> 31) + half) >> right_shift;  // ties away from zero
}

// By constants. Requires: |x| < 2^30.
template <Rescale by>
constexpr std::int32_t requantize_by(std::int32_t x) {
  if constexpr (by.right_shift >= 1) {
    return requantize_small(x, by.multiplier, by.right_shift);
  } else {
    return requantize(x, {by.multiplier, -by.right_shift});
  }
}

// What a sum is kept in. Of nearly every layer the compiler can prove that no input makes a sum
// reach 2^30 (Layer::shape.small_sums); elsewhere 64 bits hold it and its low 32 are what counts.
template <typename Layer>
using Sum = std::conditional_t<Layer::shape.small_sums, std::int32_t, std::int64_t>;

template <std::size_t count>
constexpr bool all_to_the_right(const std::int8_t (&right_shift)[count]) {
  for (const std::int8_t shift : right_shift) {
    if (shift < 1) return false;
  }
  return true;
}

// The int8 output of one channel. A layer has one multiplier and right_shift for each channel, or
// one for all.
template <typename Layer>
inline std::int8_t output_of(Sum<Layer> sum, std::int32_t channel) {
  constexpr bool one_for_all = sizeof(Layer::right_shift) == 1;
  const std::int32_t i = one_for_all ? 0 : channel;
  const std::int32_t multiplier = Layer::multiplier[i];
  const std::int32_t right_shift = Layer::right_shift[i];
  std::int32_t scaled;
  if constexpr (Layer::shape.small_sums && all_to_the_right(Layer::right_shift)) {
    scaled = requantize_small(sum, multiplier, right_shift);
  } else {
    scaled = requantize(static_cast<std::int32_t>(sum), {multiplier, -right_shift});
  }
  constexpr Clamp range = Layer::shape.clamp;
  return static_cast<std::int8_t>(
      clamp(scaled + Layer::shape.output_zero_point, range.lowest, range.highest));
}

}  // namespace sengi::nn
