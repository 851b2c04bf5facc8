// SPDX-License-Identifier: Apache-2.0
// Integers of one type or scale as those of another.
#pragma once

#include <cstdint>
#include <limits>

#include "sengi/nn/layer.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

// Keeps what numbers stand for.
struct Quantize {
  std::int32_t elements;
  std::int32_t input_zero_point = 0;
  Rescale scale;
  std::int32_t output_zero_point = 0;
};

template <typename Layer, typename From, typename To>
inline void quantize(const From* input, To* output) {
  constexpr Quantize shape = Layer::shape;
  for (std::int32_t i = 0; i < shape.elements; ++i) {
    // 32 bits less a zero point may wrap.
    const auto value = static_cast<std::int32_t>(std::int64_t{input[i]} - shape.input_zero_point);
    const std::int64_t stored =
        std::int64_t{requantize_any_by<shape.scale>(value)} + shape.output_zero_point;
    constexpr std::int64_t lowest = std::numeric_limits<To>::min();
    constexpr std::int64_t highest = std::numeric_limits<To>::max();
    output[i] = static_cast<To>(stored < lowest ? lowest : (stored > highest ? highest : stored));
  }
}

// Keeps the stored numbers, cut down to the output's type.
struct Cast {
  std::int32_t elements;
  bool truth = false;  // the output says which are not 0
};

template <typename Layer, typename From, typename To>
inline void cast(const From* input, To* output) {
  for (std::int32_t i = 0; i < Layer::shape.elements; ++i) {
    if constexpr (Layer::shape.truth) {
      output[i] = input[i] != 0 ? 1 : 0;
    } else {
      output[i] = static_cast<To>(input[i]);
    }
  }
}

}  // namespace sengi::nn
