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

// x * factor in one rounding, of sums with more than 32 bits: TensorFlow Lite keeps 16 bits of the
// multiplier there. Requires: |x| < 2^47, factor below 2^7; the result fits in 32 bits (else it
// wraps).
constexpr std::int32_t requantize(std::int64_t x, Multiplier factor) {
  constexpr std::int32_t highest = 0x7fff;
  const std::int32_t reduced =
      factor.multiplier < highest << 16 ? (factor.multiplier + (1 << 15)) >> 16 : highest;
  const int shift = 15 - factor.shift;
  return static_cast<std::int32_t>((x * reduced + (std::int64_t{1} << (shift - 1))) >> shift);
}

// Of CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV and FULLY_CONNECTED. Values are int8 or int16,
// sums as wide as a bias: 32 bits, or 64 beside int16. `bias` is empty where there is none.
template <typename Value, typename Bias>
struct IntegerProducts {
  using Sum = Bias;  // check() proved that it cannot overflow

  std::span<const Value> input;
  std::span<const std::int8_t> weights;
  std::span<const Bias> bias;
  std::span<Value> output;
  std::int32_t input_zero_point;
  std::int32_t weight_zero_point;
  std::int32_t output_zero_point;
  std::vector<Multiplier> factors;  // one for each output channel
  ActivationRange range;

  Sum add(Sum sum, std::size_t input_at, std::size_t weight_at) const {
    return sum + (input[input_at] - input_zero_point) * (weights[weight_at] - weight_zero_point);
  }
  void store(std::size_t output_at, Sum sum, std::size_t channel) const {
    if (!bias.empty()) sum += bias[channel];
    const std::int64_t stored = std::int64_t{requantize(sum, factors[channel])} + output_zero_point;
    output[output_at] =
        static_cast<Value>(std::clamp<std::int64_t>(stored, range.lowest, range.highest));
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
template <typename Value>
struct IntegerAverage {
  using Sum = std::int32_t;

  std::span<const Value> input;
  std::span<Value> output;
  ActivationRange range;

  Sum add(Sum sum, std::size_t input_at) const { return sum + input[input_at]; }
  // Rounds to nearest, halves away from zero.
  void store(std::size_t output_at, Sum sum, std::int32_t count) const {
    const std::int32_t half = count / 2;
    const std::int32_t mean = (sum > 0 ? sum + half : sum - half) / count;
    output[output_at] = static_cast<Value>(clamp(mean, range.lowest, range.highest));
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

// Of MAX_POOL_2D. `lowest` and `highest` are the activation's.
template <typename Value>
struct Largest {
  std::span<const Value> input;
  std::span<Value> output;
  Value lowest;
  Value highest;
};

}  // namespace sengi::model
