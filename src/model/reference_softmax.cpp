// SPDX-License-Identifier: Apache-2.0
#include "model/reference_softmax.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "model/reference.h"
#include "model/reference_fixed.h"
#include "sengi/fixed_point.h"

namespace sengi::model {

namespace {

template <typename To>
void integer_softmax_row(std::span<const std::int8_t> input, const SoftmaxParameters& parameters,
                         std::span<To> output) {
  const std::int32_t highest = *std::ranges::max_element(input);
  const auto exponential = [&](std::int8_t x) {
    return exp_of_negative(requantize(x - highest, parameters.scale),
                           SoftmaxParameters::difference_integer_bits);
  };
  const auto counts = [&](std::int8_t x) { return x - highest >= parameters.lowest_difference; };

  std::int32_t sum = 0;
  for (const std::int8_t x : input) {
    if (!counts(x)) continue;
    sum += rounding_divide_by_power_of_two(exponential(x), SoftmaxParameters::sum_integer_bits);
  }
  // sum = (1 + rest) * 2^bits_over_one, with rest in [0, 1).
  const int headroom = std::countl_zero(static_cast<std::uint32_t>(sum));
  const int bits_over_one = SoftmaxParameters::sum_integer_bits - headroom;
  const auto rest =
      static_cast<std::int32_t>((static_cast<std::uint32_t>(sum) << headroom) - (1U << 31));
  const std::int32_t inverse = inverse_of_one_plus(rest);

  // The output's step is 1/256 or 1/65536, and its lowest value stands for 0.
  constexpr int bits_below_step = 31 - 8 * static_cast<int>(sizeof(To));
  constexpr auto lowest = static_cast<std::int32_t>(std::numeric_limits<To>::min());
  constexpr std::int32_t highest_stored = std::numeric_limits<To>::max();
  const int shift = bits_over_one + bits_below_step;
  for (std::size_t i = 0; i < input.size(); ++i) {
    std::int32_t stored = lowest;
    if (counts(input[i]) && shift <= 31) {
      const std::int32_t quotient = doubling_high_mul(inverse, exponential(input[i]));
      stored += rounding_divide_by_power_of_two(quotient, shift);
    }
    output[i] = static_cast<To>(clamp(stored, lowest, highest_stored));
  }
}

}  // namespace

void softmax_row(std::span<const std::int8_t> input, const SoftmaxParameters& parameters,
                 std::span<std::int8_t> output) {
  integer_softmax_row(input, parameters, output);
}

void softmax_row(std::span<const std::int8_t> input, const SoftmaxParameters& parameters,
                 std::span<std::int16_t> output) {
  integer_softmax_row(input, parameters, output);
}

void softmax_row(std::span<const float> input, float beta, std::span<float> output) {
  const float highest = *std::ranges::max_element(input);
  float sum = 0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    output[i] = std::exp((input[i] - highest) * beta);
    sum += output[i];
  }
  for (float& value : output) value /= sum;
}

Step bind(Memory& memory, const Operator& op, const Softmax& softmax) {
  const Tensor& input = memory.input_tensor(op, 0);
  const auto depth = static_cast<std::size_t>(input.shape.back());
  const auto each_row = [depth](const auto& from, const auto& to, const auto& parameters) {
    for (std::size_t row = 0; row < to.size(); row += depth) {
      softmax_row(from.subspan(row, depth), parameters, to.subspan(row, depth));
    }
  };
  if (input.type == Type::int8) {
    const auto bound = [&](auto to) -> Step {
      return [=, from = memory.input<std::int8_t>(op, 0),
              parameters = softmax_parameters(softmax.beta, input.quantization)] {
        each_row(from, to, parameters);
      };
    };
    if (memory.output_tensor(op).type == Type::int16) return bound(memory.output<std::int16_t>(op));
    return bound(memory.output<std::int8_t>(op));
  }
  return [=, from = memory.input<float>(op, 0), to = memory.output<float>(op),
          beta = softmax.beta] { each_row(from, to, beta); };
}

namespace {

// A row's scores less the logarithm of the sum of their exponentials, in steps of 1/16 below 127.
void log_softmax_row(std::span<const std::int8_t> input, const LogSoftmaxParameters& parameters,
                     std::span<std::int8_t> output) {
  constexpr int integer_bits = SoftmaxParameters::difference_integer_bits;
  constexpr int bits_below_step = 31 - integer_bits - 4;
  const SoftmaxParameters& softmax = parameters.softmax;
  const std::int32_t highest = *std::ranges::max_element(input);
  std::int32_t sum = 0;
  for (const std::int8_t x : input) {
    if (x - highest < softmax.lowest_difference) continue;
    sum += rounding_divide_by_power_of_two(
        exp_of_negative(requantize(x - highest, softmax.scale), integer_bits),
        SoftmaxParameters::sum_integer_bits);
  }
  const std::int32_t log_of_sum = log_of_at_least_one(sum);
  // Below it a difference less the logarithm would not fit.
  const std::int32_t beyond = std::max(
      softmax.lowest_difference - 1,
      requantize(std::numeric_limits<std::int32_t>::min() + log_of_sum, parameters.reverse));
  for (std::size_t i = 0; i < input.size(); ++i) {
    const std::int32_t difference = input[i] - highest;
    std::int32_t stored = -128;
    if (difference > beyond) {
      stored = 127 + rounding_divide_by_power_of_two(
                         requantize(difference, softmax.scale) - log_of_sum, bits_below_step);
    }
    output[i] = static_cast<std::int8_t>(clamp(stored, -128, 127));
  }
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const LogSoftmax&) {
  const auto depth = static_cast<std::size_t>(memory.output_tensor(op).shape.back());
  if (memory.output_tensor(op).type == Type::int8) {
    return [depth, from = memory.input<std::int8_t>(op, 0), to = memory.output<std::int8_t>(op),
            parameters = log_softmax_parameters(memory.input_tensor(op, 0).quantization)] {
      for (std::size_t row = 0; row < to.size(); row += depth) {
        log_softmax_row(from.subspan(row, depth), parameters, to.subspan(row, depth));
      }
    };
  }
  return [depth, from = memory.input<float>(op, 0), to = memory.output<float>(op)] {
    for (std::size_t row = 0; row < to.size(); row += depth) {
      const auto scores = from.subspan(row, depth);
      const float highest = *std::ranges::max_element(scores);
      float sum = 0;
      for (const float score : scores) sum += std::exp(score - highest);
      for (std::size_t i = 0; i < depth; ++i) to[row + i] = scores[i] - highest - std::log(sum);
    }
  };
}

}  // namespace sengi::model
