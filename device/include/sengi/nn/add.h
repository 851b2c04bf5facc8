// SPDX-License-Identifier: Apache-2.0
// The sum of two tensors of one shape, each with a scale and zero point of its own.
#pragma once

#include <cstdint>

#include "sengi/nn/requantize.h"

namespace sengi::nn {

// Both inputs are brought to one scale with `left_shift` bits to spare, added, and brought to the
// output's.
struct Add {
  struct Input {
    std::int32_t zero_point;
    Rescale scale;
  };
  std::int32_t elements;
  Input a;
  Input b;
  std::int32_t left_shift;  // at most 20
  Rescale output_scale;
  std::int32_t output_zero_point;
  Clamp clamp = {};
};

// The output may be one of the inputs.
template <typename Layer>
inline void add(const std::int8_t* a, const std::int8_t* b, std::int8_t* output) {
  constexpr Add shape = Layer::shape;
  for (std::int32_t i = 0; i < shape.elements; ++i) {
    const std::int32_t scaled_a =
        requantize_by<shape.a.scale>((a[i] - shape.a.zero_point) * (1 << shape.left_shift));
    const std::int32_t scaled_b =
        requantize_by<shape.b.scale>((b[i] - shape.b.zero_point) * (1 << shape.left_shift));
    const std::int32_t sum = requantize_by<shape.output_scale>(scaled_a + scaled_b);
    output[i] = static_cast<std::int8_t>(
        clamp(sum + shape.output_zero_point, shape.clamp.lowest, shape.clamp.highest));
  }
}

}  // namespace sengi::nn
