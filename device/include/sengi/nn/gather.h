// SPDX-License-Identifier: Apache-2.0
// Elements of the input in another order, or only some of them: transposed and sliced tensors,
// blocks of pixels that become channels and back.
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"

namespace sengi::nn {

struct Gather {
  // How many elements (or rows of them) the output takes, and how far apart they lie in the input.
  struct Axis {
    std::int32_t count = 0;
    std::int32_t step = 0;
  };
  std::int32_t start = 0;  // where the output's first element lies in the input
  Axis axes[8] = {};       // of the output, outermost first; a count of 0 ends them
};

// Axes in use, at least one. Requires: `axes` as in Gather.
template <typename Axis>
constexpr std::int32_t axes_in_use(const Axis (&axes)[8]) {
  std::int32_t count = 1;
  while (count < 8 && axes[count].count != 0) ++count;
  return count;
}

// Returns the output's end.
template <typename Layer, std::int32_t axis, typename T>
inline T* gather_along(const T* input, T* output) {
  constexpr Gather::Axis along = Layer::shape.axes[axis];
  for (std::int32_t i = 0; i < along.count; ++i, input += along.step) {
    if constexpr (axis + 1 < axes_in_use(Layer::shape.axes)) {
      output = gather_along<Layer, axis + 1>(input, output);
    } else {
      *output++ = *input;
    }
  }
  return output;
}

template <typename Layer, typename T>
inline void gather(const T* input, T* output) {
  gather_along<Layer, 0>(input + Layer::shape.start, output);
}

}  // namespace sengi::nn
