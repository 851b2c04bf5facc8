// SPDX-License-Identifier: Apache-2.0
// The mean over any axes of a tensor, or the sum, or its largest or smallest number; of int8 or
// int16.
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

// A sum is as many times its mean.
struct Mean {
  MeanAxis kept[most_mean_axes + 1];      // from the outermost in, as in `averaged`; a count of 0
  MeanAxis averaged[most_mean_axes + 1];  // ends them
  std::int32_t zero_points;               // the input's, for all the elements of a mean together
  Rescale output_scale;                   // from a sum
  std::int32_t output_zero_point;
  Clamp clamp = {};
};

// The largest number, or the smallest, along the averaged axes.
struct ReduceExtreme {
  MeanAxis kept[most_mean_axes + 1];
  MeanAxis averaged[most_mean_axes + 1];
  bool smallest = false;
};

// Over the averaged axes.
template <typename Layer, int depth = 0, typename T>
inline std::int32_t sum_of_averaged(const T* input) {
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

// Writes number_of(place in the input) for each of the output.
template <typename Layer, int depth = 0, typename T, typename NumberOf>
inline void for_each_kept(const T* input, T*& output, NumberOf number_of) {
  constexpr MeanAxis axis = Layer::shape.kept[depth];
  if constexpr (axis.count == 0) {
    *output++ = number_of(input);
  } else {
    for (std::int32_t i = 0; i < axis.count; ++i) {
      for_each_kept<Layer, depth + 1>(input + i * axis.step, output, number_of);
    }
  }
}

template <typename Layer, typename T>
inline void mean(const T* input, T* output) {
  for_each_kept<Layer>(input, output, [](const T* place) {
    constexpr Mean shape = Layer::shape;
    const std::int32_t sum = sum_of_averaged<Layer>(place) - shape.zero_points;
    const std::int32_t scaled = sizeof(T) == 1 ? requantize_by<shape.output_scale>(sum)
                                               : requantize_any_by<shape.output_scale>(sum);
    return shifted_to<T>(scaled, shape.output_zero_point, shape.clamp);
  });
}

template <typename Layer, int depth = 0, typename T>
inline T extreme_of_averaged(const T* input) {
  constexpr MeanAxis axis = Layer::shape.averaged[depth];
  if constexpr (axis.count == 0) {
    return *input;
  } else {
    T best = extreme_of_averaged<Layer, depth + 1>(input);
    for (std::int32_t i = 1; i < axis.count; ++i) {
      const T other = extreme_of_averaged<Layer, depth + 1>(input + i * axis.step);
      if (Layer::shape.smallest ? other < best : other > best) best = other;
    }
    return best;
  }
}

template <typename Layer, typename T>
inline void reduce_extreme(const T* input, T* output) {
  for_each_kept<Layer>(input, output,
                       [](const T* place) { return extreme_of_averaged<Layer>(place); });
}

}  // namespace sengi::nn
