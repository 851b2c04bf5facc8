// SPDX-License-Identifier: Apache-2.0
// The square of the difference of two tensors side by side, each with a scale and zero point of its
// own; int8 or int16.
#pragma once

#include <cstdint>

#include "sengi/nn/add.h"
#include "sengi/nn/pairwise.h"

namespace sengi::nn {

// Both inputs are brought to one scale with `left_shift` bits to spare, so that a square has 30.
struct SquaredDifference {
  PairAxes pairs;
  Add::Input a;
  Add::Input b;
  std::int32_t left_shift;
  Rescale output_scale;
  std::int32_t output_zero_point;
  Clamp clamp = {};
};

template <typename Layer, typename T>
inline void squared_difference(const T* a, const T* b, T* output) {
  for_each_pair<Layer>(a, b, output, [](std::int32_t x, std::int32_t y) {
    constexpr SquaredDifference shape = Layer::shape;
    const std::int32_t scaled_a =
        requantize_any_by<shape.a.scale>((x - shape.a.zero_point) * (1 << shape.left_shift));
    const std::int32_t scaled_b =
        requantize_any_by<shape.b.scale>((y - shape.b.zero_point) * (1 << shape.left_shift));
    const std::int32_t difference = scaled_a - scaled_b;
    return shifted_to<T>(requantize_any_by<shape.output_scale>(difference * difference),
                         shape.output_zero_point, shape.clamp);
  });
}

}  // namespace sengi::nn
