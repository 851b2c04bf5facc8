// SPDX-License-Identifier: Apache-2.0
// The product of two tensors side by side, of int8 or int16.
#pragma once

#include <cstdint>

#include "sengi/nn/pairwise.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

struct Multiply {
  PairAxes pairs;
  std::int32_t zero_point_a;
  std::int32_t zero_point_b;
  Rescale output_scale;
  std::int32_t output_zero_point;
  Clamp clamp = {};
};

template <typename Layer, typename T>
inline void multiply(const T* a, const T* b, T* output) {
  for_each_pair<Layer>(a, b, output, [](std::int32_t x, std::int32_t y) {
    constexpr Multiply shape = Layer::shape;
    const std::int32_t product = (x - shape.zero_point_a) * (y - shape.zero_point_b);
    const std::int32_t scaled = sizeof(T) == 1 ? requantize_by<shape.output_scale>(product)
                                               : requantize_any_by<shape.output_scale>(product);
    return shifted_to<T>(scaled, shape.output_zero_point, shape.clamp);
  });
}

}  // namespace sengi::nn
