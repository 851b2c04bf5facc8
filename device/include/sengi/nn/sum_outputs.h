// SPDX-License-Identifier: Apache-2.0
// Sums of products by the letter of the definition, one channel after another, for layers that no
// faster kernel takes: activations of 16 bits, weights with a zero point.
//
// Beside its shape such a layer has
//   weights      [outputs][...] in the model's own order
//   bias         [outputs], of the sums' type: 64 bits where check() allows them to grow so large
//   multiplier   [outputs] or [1]; with sums of 64 bits, of 15 bits alone
//   right_shift  [outputs] or [1]; with sums of 64 bits, that of the whole product
#pragma once

#include <cstdint>
#include <type_traits>

#include "sengi/nn/requantize.h"

namespace sengi::nn {

// What such a layer adds to its numbers, and where its outputs end.
struct Offsets {
  std::int32_t input = 0;   // minus the input's zero point
  std::int32_t weight = 0;  // minus the weights'
  std::int32_t output = 0;  // the output's zero point
};

template <typename Layer>
using SumOf = std::remove_cv_t<std::remove_reference_t<decltype(Layer::bias[0])>>;

// The sum of `count` products.
template <typename Layer, typename T>
inline SumOf<Layer> products_of(const T* input, const std::int8_t* weights, std::int32_t count) {
  constexpr Offsets offsets = Layer::shape.offsets;
  const auto product = [&](std::int32_t i) {
    return (input[i] + offsets.input) * (weights[i] + offsets.weight);
  };
  if constexpr (sizeof(SumOf<Layer>) == sizeof(std::int32_t)) {
    std::int32_t sum = 0;
    for (std::int32_t i = 0; i < count; ++i) sum += product(i);
    return sum;
  } else {
    // As many products as 32 bits hold in any case: of 15 bits by 8, one by one.
    constexpr std::int32_t at_once = 128;
    std::int64_t sum = 0;
    for (std::int32_t first = 0; first < count; first += at_once) {
      const std::int32_t end = count - first < at_once ? count : first + at_once;
      std::int32_t part = 0;
      for (std::int32_t i = first; i < end; ++i) part += product(i);
      sum += part;
    }
    return sum;
  }
}

// The output that a channel's sum makes, bias not yet in it.
template <typename Layer, typename T>
inline T output_of_products(SumOf<Layer> sum, std::int32_t channel) {
  constexpr bool one_for_all = sizeof(Layer::right_shift) == 1;
  const std::int32_t i = one_for_all ? 0 : channel;
  const std::int32_t shift = Layer::right_shift[i];
  sum += Layer::bias[channel];
  std::int32_t scaled;
  if constexpr (sizeof(sum) == sizeof(std::int32_t)) {
    scaled = requantize(sum, {Layer::multiplier[i], -shift});
  } else {
    const std::int64_t half = std::int64_t{1} << (shift - 1);
    scaled = static_cast<std::int32_t>((sum * Layer::multiplier[i] + half) >> shift);
  }
  const std::int64_t stored = std::int64_t{scaled} + Layer::shape.offsets.output;
  constexpr std::int64_t lowest = Layer::shape.clamp.lowest;
  constexpr std::int64_t highest = Layer::shape.clamp.highest;
  return static_cast<T>(stored < lowest ? lowest : (stored > highest ? highest : stored));
}

}  // namespace sengi::nn
