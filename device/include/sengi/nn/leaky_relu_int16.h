// SPDX-License-Identifier: Apache-2.0
// x, or alpha * x below zero, of int16.
#pragma once

#include <cstdint>

#include "sengi/nn/requantize.h"

namespace sengi::nn {

struct LeakyReluInt16 {
  std::int32_t elements;
  std::int32_t input_zero_point = 0;
  Rescale identity;
  Rescale alpha;  // of its size
  bool negative_alpha = false;
  std::int32_t output_zero_point = 0;
};

template <typename Layer>
inline void leaky_relu_int16(const std::int16_t* input, std::int16_t* output) {
  constexpr LeakyReluInt16 shape = Layer::shape;
  for (std::int32_t i = 0; i < shape.elements; ++i) {
    const std::int32_t value = input[i] - shape.input_zero_point;
    std::int64_t stored = 0;
    if (value >= 0) {
      stored = requantize_any_by<shape.identity>(value);
    } else {
      stored = requantize_any_by<shape.alpha>(value);
      if constexpr (shape.negative_alpha) stored = -stored;
    }
    stored += shape.output_zero_point;
    output[i] =
        static_cast<std::int16_t>(stored < -32768 ? -32768 : (stored > 32767 ? 32767 : stored));
  }
}

}  // namespace sengi::nn
