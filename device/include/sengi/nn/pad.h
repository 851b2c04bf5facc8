// SPDX-License-Identifier: Apache-2.0
// The input with one number around it.
#pragma once

#include <cstdint>

#include "sengi/nn/gather.h"
#include "sengi/nn/layer.h"

namespace sengi::nn {

struct Pad {
  struct Axis {
    std::int32_t before = 0;
    std::int32_t count = 0;  // of the input
    std::int32_t after = 0;
    constexpr std::int32_t padded() const { return before + count + after; }
  };
  std::int32_t value;
  Axis axes[8] = {};  // outermost first; a count of 0 ends them
};

// Elements of the output in one step along an axis.
template <typename Layer>
constexpr std::int32_t padded_step(std::int32_t axis) {
  std::int32_t elements = 1;
  for (std::int32_t i = axis + 1; i < axes_in_use(Layer::shape.axes); ++i) {
    elements *= Layer::shape.axes[i].padded();
  }
  return elements;
}

template <typename Layer, typename T>
inline T* fill_padding(T* output, std::int32_t count) {
  for (std::int32_t i = 0; i < count; ++i) *output++ = static_cast<T>(Layer::shape.value);
  return output;
}

// Moves both pointers behind what was read and written.
template <typename Layer, std::int32_t axis, typename T>
inline void pad_along(const T*& input, T*& output) {
  constexpr Pad::Axis along = Layer::shape.axes[axis];
  constexpr std::int32_t step = padded_step<Layer>(axis);
  output = fill_padding<Layer>(output, along.before * step);
  for (std::int32_t i = 0; i < along.count; ++i) {
    if constexpr (axis + 1 < axes_in_use(Layer::shape.axes)) {
      pad_along<Layer, axis + 1>(input, output);
    } else {
      *output++ = *input++;
    }
  }
  output = fill_padding<Layer>(output, along.after * step);
}

template <typename Layer, typename T>
inline void pad(const T* input, T* output) {
  pad_along<Layer, 0>(input, output);
}

}  // namespace sengi::nn
