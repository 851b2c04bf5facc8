// SPDX-License-Identifier: Apache-2.0
// From sums in steps of 1/256 (see pairs.h) to int8 outputs, in one of two ways.
//
// Straight: the definition (sengi/fixed_point.h) rounds twice, and so draws stairs whose steps all
// lie on one line wherever it needs to round numbers of one sign only, as after a ReLU. The
// compiler then finds a multiplier and a bias for each channel with which
//
//   output = (sum * multiplier) >> (32 + shift), held to int8
//
// draws the same stairs, zero point and rounding included, and proves it at each of their edges.
//
// TwoRoundings: the definition itself, for all others.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sengi/nn/dsp.h"
#include "sengi/nn/layer.h"
#include "sengi/nn/pairs.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

// What a layer's channels are scaled by: an entry for each, or one for all.
struct Scales {
  const std::int32_t* multiplier;
  // TwoRoundings alone:
  const std::int8_t* right_shift;
  std::int32_t output_zero_point;
};

template <bool one_for_all, std::int32_t right_shift>
struct Straight {
  static constexpr bool straight = true;
  static constexpr bool one_multiplier = one_for_all;
  static constexpr std::int32_t shift = right_shift;
  std::int32_t multiplier;

  Straight(const Scales& scales, std::int32_t channel)
      : multiplier(scales.multiplier[one_for_all ? 0 : channel]) {}

  std::int8_t operator()(std::int32_t sum) const {
    return static_cast<std::int8_t>(saturated_shift<shift>(high_product(sum, multiplier)));
  }
};

template <bool one_for_all, std::int32_t lowest, std::int32_t highest>
struct TwoRoundings {
  static constexpr bool straight = false;
  std::int32_t multiplier;
  std::int32_t shift;     // one less than the definition's, for halves
  std::int32_t addition;  // the zero point and what rounds, in halves

  TwoRoundings(const Scales& scales, std::int32_t channel)
      : multiplier(scales.multiplier[one_for_all ? 0 : channel]),
        shift(scales.right_shift[one_for_all ? 0 : channel] - 1),
        addition(2 * scales.output_zero_point + 1) {}

  std::int8_t operator()(std::int32_t sum) const {
    const std::int32_t twice = sum >> (sum_fraction_bits - 1);
    const std::int32_t high = rounded_high_product(twice, multiplier);
    // See rounding_shift().
    const std::int32_t output = saturated_shift<1>(((high + (high >> 31)) >> shift) + addition);
    if constexpr (lowest == -128 && highest == 127) return static_cast<std::int8_t>(output);
    return static_cast<std::int8_t>(clamp(output, lowest, highest));
  }
};

namespace internal {
template <typename Layer>
constexpr auto scaling_of() {
  constexpr bool one_for_all = sizeof(Layer::multiplier) == sizeof(std::int32_t);
  constexpr auto shape = Layer::shape;
  if constexpr (shape.straight_shift != 0) {
    return std::type_identity<Straight<one_for_all, shape.straight_shift>>{};
  } else {
    return std::type_identity<TwoRoundings<one_for_all, shape.clamp.lowest, shape.clamp.highest>>{};
  }
}
}  // namespace internal

// The way of a layer, whose shape has straight_shift (0: two roundings), output_zero_point and
// clamp.
template <typename Layer>
using Scaling = typename decltype(internal::scaling_of<Layer>())::type;

template <typename Layer>
constexpr Scales scales_of() {
  if constexpr (Layer::shape.straight_shift != 0) {
    return {Layer::multiplier, nullptr, 0};
  } else {
    return {Layer::multiplier, Layer::right_shift, Layer::shape.output_zero_point};
  }
}

}  // namespace sengi::nn
