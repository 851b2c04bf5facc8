// SPDX-License-Identifier: Apache-2.0
// A tensor's elements, those below zero times another's beside it, which is learnt: mostly one
// factor a channel.
#pragma once

#include <cstdint>

#include "sengi/nn/pairwise.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

struct Prelu {
  PairAxes pairs;
  std::int32_t input_zero_point;
  std::int32_t factor_zero_point;
  Rescale scale;           // of what stays
  Rescale scaled_by_both;  // of products
  std::int32_t output_zero_point;
  Clamp clamp = {};
};

// Of int8 or int16, by factors of int8.
template <typename Layer, typename T>
inline void prelu(const T* input, const std::int8_t* factor, T* output) {
  for_each_pair<Layer>(input, factor, output, [](std::int32_t x, std::int32_t y) {
    constexpr Prelu shape = Layer::shape;
    const std::int32_t value = x - shape.input_zero_point;
    const std::int32_t scaled =
        value >= 0 ? requantize_by<shape.scale>(value)
                   : requantize_by<shape.scaled_by_both>(value * (y - shape.factor_zero_point));
    return shifted_to<T>(scaled, shape.output_zero_point, shape.clamp);
  });
}

}  // namespace sengi::nn
