// SPDX-License-Identifier: Apache-2.0
// The sum or difference of two tensors side by side, each with a scale and zero point of its own.
#pragma once

#include <cstdint>

#include "sengi/nn/add.h"
#include "sengi/nn/pairwise.h"

namespace sengi::nn {

// As Add; a difference where `subtract`.
struct PairwiseAdd {
  PairAxes pairs;
  Add::Input a;
  Add::Input b;
  std::int32_t left_shift;
  Rescale output_scale;
  std::int32_t output_zero_point;
  bool subtract = false;
  Clamp clamp = {};
};

template <typename Layer>
inline void pairwise_add(const std::int8_t* a, const std::int8_t* b, std::int8_t* output) {
  for_each_pair<Layer>(a, b, output, [](std::int32_t x, std::int32_t y) {
    constexpr PairwiseAdd shape = Layer::shape;
    const std::int32_t scaled_a =
        requantize_by<shape.a.scale>((x - shape.a.zero_point) * (1 << shape.left_shift));
    const std::int32_t scaled_b =
        requantize_by<shape.b.scale>((y - shape.b.zero_point) * (1 << shape.left_shift));
    const std::int32_t sum = shape.subtract ? scaled_a - scaled_b : scaled_a + scaled_b;
    return static_cast<std::int8_t>(
        clamp(requantize_by<shape.output_scale>(sum) + shape.output_zero_point, shape.clamp.lowest,
              shape.clamp.highest));
  });
}

}  // namespace sengi::nn
