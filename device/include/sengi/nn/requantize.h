// SPDX-License-Identifier: Apache-2.0
// From a layer's 32-bit sums to its int8 outputs: sengi::requantize() in the few instructions that
// the values which can occur allow.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sengi/fixed_point.h"
#include "sengi/nn/layer.h"

namespace sengi::nn {

// A real factor below 2^31 as multiplier * 2^(-31 - right_shift); a negative right_shift is one to
// the left.
struct Rescale {
  std::int32_t multiplier;
  std::int32_t right_shift;
};

// x / 2^right_shift, rounded to nearest with ties away from zero; right_shift in [1, 31]. Requires:
// x is neither the lowest nor the highest 32-bit number.
constexpr std::int32_t rounding_shift(std::int32_t x, std::int32_t right_shift) {
  const std::int32_t towards_zero_at_ties = x + (x >> 31);
  return ((towards_zero_at_ties >> (right_shift - 1)) + 1) >> 1;
}

// requantize(x, {multiplier, -right_shift}) for every x and right_shift in [1, 31]. Requires:
// multiplier >= 0, so that the product's upper part stays clear of the ends.
constexpr std::int32_t requantize_right(std::int32_t x, std::int32_t multiplier,
                                        std::int32_t right_shift) {
  const std::int64_t product = std::int64_t{x} * multiplier;
  const auto high = static_cast<std::int32_t>((product + (std::int64_t{1} << 30)) >> 31);
  return rounding_shift(high, right_shift);
}

// requantize(x, {multiplier, left_shift}) for every x and left_shift in [0, 31], in one rounding:
// an upper part rounds halves upward on both sides of zero. Requires: multiplier >= 0, which cannot
// saturate.
constexpr std::int32_t requantize_left(std::int32_t x, std::int32_t multiplier,
                                       std::int32_t left_shift) {
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left_shift);
  const std::int64_t product = std::int64_t{shifted} * multiplier;
  return static_cast<std::int32_t>((product + (std::int64_t{1} << 30)) >> 31);
}

// requantize_right() for |x| < 2^30: doubling x first moves the wanted bits to the upper half of
// the product, which is one instruction on many cores.
constexpr std::int32_t requantize_small(std::int32_t x, std::int32_t multiplier,
                                        std::int32_t right_shift) {
  const std::int64_t product = std::int64_t{x * 2} * multiplier;
  const auto high = static_cast<std::int32_t>((product + (std::int64_t{1} << 31)) >> 32);
  return rounding_shift(high, right_shift);
}

// By constants. Requires: |x| < 2^30 where right_shift >= 1.
template <Rescale by>
constexpr std::int32_t requantize_by(std::int32_t x) {
  if constexpr (by.right_shift >= 1) {
    return requantize_small(x, by.multiplier, by.right_shift);
  } else {
    return requantize(x, {by.multiplier, -by.right_shift});
  }
}

// By constants, for every x.
template <Rescale by>
constexpr std::int32_t requantize_any_by(std::int32_t x) {
  if constexpr (by.right_shift >= 1) {
    return requantize_right(x, by.multiplier, by.right_shift);
  } else {
    return requantize_left(x, by.multiplier, -by.right_shift);
  }
}

// scaled + zero_point, held to the clamp, for any `scaled`: the sum itself might not fit.
template <typename T = std::int8_t>
constexpr T shifted_to(std::int32_t scaled, std::int32_t zero_point, Clamp range) {
  return static_cast<T>(clamp(scaled, range.lowest - zero_point, range.highest - zero_point) +
                        zero_point);
}

// Sums are of 32 bits and wrap on their way: a bias with a zero point folded in may lie outside
// them, and yet the whole sum never does, which the compiler proved of every layer.
constexpr std::int32_t wrapping_add(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

template <std::size_t count>
constexpr bool all_to_the_right(const std::int8_t (&right_shift)[count]) {
  for (const std::int8_t shift : right_shift) {
    if (shift < 1) return false;
  }
  return true;
}

// The int8 output of one channel. A layer has one multiplier and right_shift for each channel, or
// one for all; shape.small_sums says that no input makes a sum reach 2^30 in size.
template <typename Layer>
inline std::int8_t output_of(std::int32_t sum, std::int32_t channel) {
  constexpr bool one_for_all = sizeof(Layer::right_shift) == 1;
  const std::int32_t i = one_for_all ? 0 : channel;
  const std::int32_t multiplier = Layer::multiplier[i];
  const std::int32_t right_shift = Layer::right_shift[i];
  std::int32_t scaled;
  if constexpr (!all_to_the_right(Layer::right_shift)) {
    scaled = requantize(sum, {multiplier, -right_shift});
  } else if constexpr (Layer::shape.small_sums) {
    scaled = requantize_small(sum, multiplier, right_shift);
  } else {
    scaled = requantize_right(sum, multiplier, right_shift);
  }
  constexpr Clamp range = Layer::shape.clamp;
  return static_cast<std::int8_t>(
      clamp(scaled + Layer::shape.output_zero_point, range.lowest, range.highest));
}

}  // namespace sengi::nn
