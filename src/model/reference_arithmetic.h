// SPDX-License-Identifier: Apache-2.0
// What the reference kernels do with one tap and one finished sum, in int8 and in float. The loop
// nests of reference_kernels.h say where; these say what.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/integer_parameters.h"
#include "sengi/fixed_point.h"

namespace sengi::model {

// Of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED. `bias` is empty where there is none.
struct Int8Products {
  using Sum = std::int32_t;  // check() proved that it cannot overflow

  std::span<const std::int8_t> input;
  std::span<const std::int8_t> weights;
  std::span<const std::int32_t> bias;
  std::span<std::int8_t> output;
  std::int32_t input_zero_point;
  std::int32_t output_zero_point;
  std::vector<Multiplier> factors;  // one for each output channel
  ActivationRange range;

  Sum add(Sum sum, std::size_t input_at, std::size_t weight_at) const {
    return sum + (input[input_at] - input_zero_point) * weights[weight_at];
  }
  void store(std::size_t output_at, Sum sum, std::size_t channel) const {
    if (!bias.empty()) sum += bias[channel];
    const std::int32_t stored = requantize(sum, factors[channel]) + output_zero_point;
    output[output_at] = static_cast<std::int8_t>(clamp(stored, range.lowest, range.highest));
  }
};

struct Float32Products {
  using Sum = float;

  std::span<const float> input;
  std::span<const float> weights;
  std::span<const float> bias;
  std::span<float> output;
  float lowest;
  float highest;

  Sum add(Sum sum, std::size_t input_at, std::size_t weight_at) const {
    return sum + input[input_at] * weights[weight_at];
  }
  void store(std::size_t output_at, Sum sum, std::size_t channel) const {
    if (!bias.empty()) sum += bias[channel];
    output[output_at] = std::min(std::max(sum, lowest), highest);
  }
};

// Of AVERAGE_POOL_2D.
struct Int8Average {
  using Sum = std::int32_t;

  std::span<const std::int8_t> input;
  std::span<std::int8_t> output;
  ActivationRange range;

  Sum add(Sum sum, std::size_t input_at) const { return sum + input[input_at]; }
  // Rounds to nearest, halves away from zero.
  void store(std::size_t output_at, Sum sum, std::int32_t count) const {
    const std::int32_t half = count / 2;
    const std::int32_t mean = (sum > 0 ? sum + half : sum - half) / count;
    output[output_at] = static_cast<std::int8_t>(clamp(mean, range.lowest, range.highest));
  }
};

struct Float32Average {
  using Sum = float;

  std::span<const float> input;
  std::span<float> output;
  float lowest;
  float highest;

  Sum add(Sum sum, std::size_t input_at) const { return sum + input[input_at]; }
  void store(std::size_t output_at, Sum sum, std::int32_t count) const {
    output[output_at] = std::min(std::max(sum / static_cast<float>(count), lowest), highest);
  }
};

}  // namespace sengi::model
