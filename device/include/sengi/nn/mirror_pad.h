// SPDX-License-Identifier: Apache-2.0
// The input and around it what lies inside, reflected at the borders.
#pragma once

#include <cstdint>

#include "sengi/nn/gather.h"
#include "sengi/nn/layer.h"

namespace sengi::nn {

struct MirrorPad {
  struct Axis {
    std::int32_t before = 0;
    std::int32_t count = 0;  // of the input
    std::int32_t after = 0;
  };
  bool repeats_border = false;
  Axis axes[8] = {};  // outermost first; a count of 0 ends them
};

// Elements of the input in one step along an axis.
template <typename Layer>
constexpr std::int32_t mirrored_step(std::int32_t axis) {
  std::int32_t elements = 1;
  for (std::int32_t i = axis + 1; i < axes_in_use(Layer::shape.axes); ++i) {
    elements *= Layer::shape.axes[i].count;
  }
  return elements;
}

template <typename Layer, std::int32_t axis, typename T>
inline T* mirror_along(const T* input, T* output) {
  constexpr MirrorPad::Axis along = Layer::shape.axes[axis];
  constexpr std::int32_t step = mirrored_step<Layer>(axis);
  constexpr std::int32_t apart = Layer::shape.repeats_border ? 1 : 0;
  for (std::int32_t i = -along.before; i < along.count + along.after; ++i) {
    std::int32_t place = i < 0 ? -i - apart : i;
    if (place >= along.count) place = 2 * (along.count - 1) - place + apart;
    if constexpr (axis + 1 < axes_in_use(Layer::shape.axes)) {
      output = mirror_along<Layer, axis + 1>(input + place * step, output);
    } else {
      *output++ = input[place];
    }
  }
  return output;
}

template <typename Layer, typename T>
inline void mirror_pad(const T* input, T* output) {
  mirror_along<Layer, 0>(input, output);
}

}  // namespace sengi::nn
