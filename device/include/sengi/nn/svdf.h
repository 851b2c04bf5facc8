// SPDX-License-Identifier: Apache-2.0
// A layer with memory, for streams: each filter weighs the input's features and keeps the last few
// sums; what it then weighs is these, over time (Nakkiran et al. 2015, "Compressing Deep Neural
// Networks using a Rank-Constrained Topology").
//
//   filter 0   | 5 runs ago | ... | last run | this run |   times its weights over time
//   filter 1   | ...                                    |   and so on; `rank` filters side by side
//                                                           add up to one output
#pragma once

#include <cstdint>

#include "sengi/nn/requantize.h"

namespace sengi::nn {

// input [images, inputs], output [images, filters / rank], state [images, filters, memory] of the
// numbers that time_weights are of. Beside its shape a layer has
//   weights       [filters][inputs]
//   weighted_zero [filters], minus the input's zero point times the weights
//   time_weights  [filters][memory], int8 or int16
//   bias          [filters / rank]
struct Svdf {
  std::int32_t images = 1;
  std::int32_t inputs;
  std::int32_t filters;
  std::int32_t memory;
  std::int32_t rank;
  Rescale feature_scale;  // from a filter's sum to the state
  std::int32_t state_zero_point = 0;
  Rescale output_scale;
  std::int32_t output_zero_point;
};

// What a filter makes of an input, held to the state's type but for the zero point.
template <typename Layer, typename State>
inline State feature_of(const std::int8_t* input, std::int32_t filter) {
  constexpr Svdf shape = Layer::shape;
  constexpr std::int32_t lowest = sizeof(State) == 1 ? -128 : -32768;
  const std::int8_t* const weights = Layer::weights + filter * shape.inputs;
  std::int32_t sum = Layer::weighted_zero[filter];
  for (std::int32_t i = 0; i < shape.inputs; ++i) sum = wrapping_add(sum, input[i] * weights[i]);
  const std::int32_t scaled = requantize_any_by<shape.feature_scale>(sum);
  return static_cast<State>(clamp(scaled, lowest, -1 - lowest) + shape.state_zero_point);
}

// One filter's sum over time. Its memory moves on by one: out with the oldest, in with `newest`.
template <typename Layer, typename State>
inline std::int32_t sum_over_time(State* past, State newest, std::int32_t filter) {
  constexpr Svdf shape = Layer::shape;
  const State* const weights = Layer::time_weights + filter * shape.memory;
  std::int32_t sum = 0;
  for (std::int32_t m = 0; m < shape.memory; ++m) {
    past[m] = m + 1 < shape.memory ? past[m + 1] : newest;
    sum = wrapping_add(sum, weights[m] * (past[m] - shape.state_zero_point));
  }
  return sum;
}

template <typename Layer, typename State>
inline void svdf(const std::int8_t* input, State* state, std::int8_t* output) {
  constexpr Svdf shape = Layer::shape;
  for (std::int32_t image = 0; image < shape.images; ++image, input += shape.inputs) {
    for (std::int32_t unit = 0; unit < shape.filters / shape.rank; ++unit) {
      std::int32_t sum = Layer::bias[unit];
      for (std::int32_t r = 0; r < shape.rank; ++r, state += shape.memory) {
        const std::int32_t filter = unit * shape.rank + r;
        const State newest = feature_of<Layer, State>(input, filter);
        sum = wrapping_add(sum, sum_over_time<Layer>(state, newest, filter));
      }
      *output++ =
          shifted_to(requantize_any_by<shape.output_scale>(sum), shape.output_zero_point, {});
    }
  }
}

}  // namespace sengi::nn
