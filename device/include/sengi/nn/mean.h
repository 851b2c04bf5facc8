// SPDX-License-Identifier: Apache-2.0
// The mean over any axes of a tensor.
#pragma once

#include <cstdint>

#include "sengi/nn/requantize.h"

namespace sengi::nn {

// The compiler joins neighbouring axes where it can.
struct MeanAxis {
  std::int32_t count;
  std::int32_t step;  // in elements
};

inline constexpr int most_mean_axes = 4;

struct Mean {
  MeanAxis kept[most_mean_axes + 1];      // from the outermost in, as in `averaged`; a count of 0
  MeanAxis averaged[most_mean_axes + 1];  // ends them
  std::int32_t zero_points;               // the input's, for all the elements of a mean together
  Rescale output_scale;                   // from a sum
  std::int32_t output_zero_point;
};

// Over the averaged axes.
template <typename Layer, int depth = 0>
inline std::int32_t sum_of_averaged(const std::int8_t* input) {
  constexpr MeanAxis axis = Layer::shape.averaged[depth];
  if constexpr (axis.count == 0) {
    return *input;
  } else {
    std::int32_t sum = 0;
    for (std::int32_t i = 0; i < axis.count; ++i) {
      sum += sum_of_averaged<Layer, depth + 1>(input + i * axis.step);
    }
    return sum;
  }
}

template <typename Layer, int depth = 0>
inline void means_of_kept(const std::int8_t* input, std::int8_t*& output) {
  constexpr MeanAxis axis = Layer::shape.kept[depth];
  if constexpr (axis.count == 0) {
    constexpr Mean shape = Layer::shape;
    const std::int32_t sum = sum_of_averaged<Layer>(input) - shape.zero_points;
    *output++ = shifted_to(requantize_by<shape.output_scale>(sum), shape.output_zero_point, {});
  } else {
    for (std::int32_t i = 0; i < axis.count; ++i) {
      means_of_kept<Layer, depth + 1>(input + i * axis.step, output);
    }
  }
}

template <typename Layer>
inline void mean(const std::int8_t* input, std::int8_t* output) {
  means_of_kept<Layer>(input, output);
}

}  // namespace sengi::nn
