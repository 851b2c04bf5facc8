// SPDX-License-Identifier: Apache-2.0
// The product of two tensors side by side.
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

template <typename Layer>
inline void multiply(const std::int8_t* a, const std::int8_t* b, std::int8_t* output) {
  for_each_pair<Layer>(a, b, output, [](std::int32_t x, std::int32_t y) {
    constexpr Multiply shape = Layer::shape;
    const std::int32_t product =
        requantize_by<shape.output_scale>((x - shape.zero_point_a) * (y - shape.zero_point_b));
    return shifted_to(product, shape.output_zero_point, shape.clamp);
  });
}

}  // namespace sengi::nn
