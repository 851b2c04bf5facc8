// SPDX-License-Identifier: Apache-2.0
// The sum or difference of two tensors, each with a scale and zero point of its own, where one of
// them may repeat along axes of the other; int8 or int16.
#pragma once

#include <cstdint>

#include "sengi/nn/gather.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

// How many elements (or rows of them) the output has, and how far apart they lie in the inputs: 0
// along an axis that repeats.
struct PairedAxis {
  std::int32_t count = 0;
  std::int32_t a_step = 0;
  std::int32_t b_step = 0;
};

// Both inputs are brought to one scale with `left_shift` bits to spare, added or subtracted, and
// brought to the output's.
struct Sum {
  struct Input {
    std::int32_t zero_point;
    Rescale scale;
  };
  PairedAxis axes[8] = {};  // outermost first; a count of 0 ends them
  Input a;
  Input b;
  std::int32_t left_shift;
  bool difference = false;
  Rescale output_scale;
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
};

// Calls work(a, b) for each pair of elements, in the output's order.
template <typename Layer, std::int32_t axis, typename T, typename Work>
inline void for_each_pair(const T* a, const T* b, const Work& work) {
  constexpr PairedAxis along = Layer::shape.axes[axis];
  for (std::int32_t i = 0; i < along.count; ++i, a += along.a_step, b += along.b_step) {
    if constexpr (axis + 1 < axes_in_use(Layer::shape.axes)) {
      for_each_pair<Layer, axis + 1>(a, b, work);
    } else {
      work(*a, *b);
    }
  }
}

template <typename Layer, typename T>
inline void sum(const T* a, const T* b, T* output) {
  constexpr Sum shape = Layer::shape;
  for_each_pair<Layer, 0>(a, b, [&](T first, T second) {
    const std::int32_t scaled_a =
        requantize_any_by<shape.a.scale>((first - shape.a.zero_point) * (1 << shape.left_shift));
    const std::int32_t scaled_b =
        requantize_any_by<shape.b.scale>((second - shape.b.zero_point) * (1 << shape.left_shift));
    const std::int32_t both = shape.difference ? scaled_a - scaled_b : scaled_a + scaled_b;
    const std::int32_t stored =
        requantize_any_by<shape.output_scale>(both) + shape.output_zero_point;
    *output++ = static_cast<T>(clamp(stored, shape.clamp.lowest, shape.clamp.highest));
  });
}

}  // namespace sengi::nn
