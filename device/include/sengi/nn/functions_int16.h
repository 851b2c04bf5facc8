// SPDX-License-Identifier: Apache-2.0
// Functions of one int16 number, element by element.
#pragma once

#include <cstdint>

#include "sengi/nn/logistic_table.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

// 1 / (1 + e^-x), or tanh x, to steps of 2^-15.
struct TableInt16 {
  std::int32_t elements;
  TableScale scale;
};

template <typename Layer>
inline void logistic_int16(const std::int16_t* input, std::int16_t* output) {
  constexpr TableInt16 shape = Layer::shape;
  for (std::int32_t i = 0; i < shape.elements; ++i) {
    output[i] = static_cast<std::int16_t>(logistic_by_table(input[i], shape.scale));
  }
}

template <typename Layer>
inline void tanh_int16(const std::int16_t* input, std::int16_t* output) {
  constexpr TableInt16 shape = Layer::shape;
  for (std::int32_t i = 0; i < shape.elements; ++i) {
    output[i] = static_cast<std::int16_t>(tanh_by_table(input[i], shape.scale));
  }
}

// To another scale and into a range, with its sign or without.
struct RescaleInt16 {
  std::int32_t elements;
  Rescale scale;
  bool magnitude = false;
  Clamp clamp;
};

template <typename Layer>
inline void rescale_int16(const std::int16_t* input, std::int16_t* output) {
  constexpr RescaleInt16 shape = Layer::shape;
  for (std::int32_t i = 0; i < shape.elements; ++i) {
    const std::int32_t value = shape.magnitude && input[i] < 0 ? -input[i] : input[i];
    output[i] = shifted_to<std::int16_t>(requantize_any_by<shape.scale>(value), 0, shape.clamp);
  }
}

}  // namespace sengi::nn
