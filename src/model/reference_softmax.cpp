// SPDX-License-Identifier: Apache-2.0
#include "model/reference_softmax.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "model/reference.h"
#include "sengi/fixed_point.h"

// Numbers are int32 with a stated count of integer bits n: raw value r stands for r / 2^(31 - n).
// doubling_high_mul of raw values with n and m integer bits has n + m.

namespace sengi::model {
namespace {

constexpr std::int32_t one_with_0_bits = std::numeric_limits<std::int32_t>::max();

// A real below 1 in magnitude, with 0 integer bits.
std::int32_t fixed(double real) {
  return static_cast<std::int32_t>(std::llround(std::ldexp(real, 31)));
}

// e^x for x in [-1/4, 0), 0 integer bits in and out: Taylor's fourth order around -1/8.
std::int32_t exp_of_quarter(std::int32_t x) {
  static const std::int32_t exp_of_centre = fixed(std::exp(-0.125));
  static const std::int32_t third = fixed(1.0 / 3);
  const std::int32_t d = x + (1 << 28);  // from the centre
  const std::int32_t d2 = doubling_high_mul(d, d);
  const std::int32_t d3 = doubling_high_mul(d2, d);
  const std::int32_t d4 = doubling_high_mul(d2, d2);
  // d^4/24 + d^3/6 + d^2/2 = ((d^4/4 + d^3)/3 + d^2)/2
  const std::int32_t cubic = doubling_high_mul(rounding_divide_by_power_of_two(d4, 2) + d3, third);
  const std::int32_t tail = rounding_divide_by_power_of_two(cubic + d2, 1);
  return exp_of_centre + doubling_high_mul(exp_of_centre, d + tail);
}

// e^x for x <= 0 with 5 integer bits; the answer has 0.
std::int32_t exp_of_negative(std::int32_t x) {
  constexpr int steps = 7;  // quarters, halves, ones ... sixteens
  static const std::array<std::int32_t, steps> powers = [] {
    std::array<std::int32_t, steps> table{};
    for (int k = 0; k < steps; ++k) {
      table[static_cast<std::size_t>(k)] = fixed(std::exp(-std::ldexp(0.25, k)));
    }
    return table;
  }();
  constexpr std::int32_t quarter = 1 << 24;
  if (x == 0) return one_with_0_bits;

  const std::int32_t part = (x & (quarter - 1)) - quarter;  // in [-1/4, 0)
  std::int32_t result = exp_of_quarter(part * 32);          // 5 integer bits to 0
  const std::int32_t quarters = (part - x) / quarter;
  for (int k = 0; k < steps; ++k) {
    if ((quarters >> k & 1) != 0) {
      result = doubling_high_mul(result, powers[static_cast<std::size_t>(k)]);
    }
  }
  return result;
}

// 1 / (1 + x) for x in [0, 1), 0 integer bits in and out: Newton's iteration for the inverse of
// (1 + x)/2, from the best straight line 48/17 - 32/17 d.
std::int32_t inverse_of_one_plus(std::int32_t x) {
  static const std::int32_t start = fixed(48.0 / 17 / 4);  // 2 integer bits from here
  static const std::int32_t slope = fixed(-32.0 / 17 / 4);
  constexpr std::int32_t one = 1 << 29;
  // (x + 1) / 2, rounded up.
  const auto half = static_cast<std::int32_t>((std::int64_t{x} + one_with_0_bits + 1) / 2);
  std::int32_t inverse = start + doubling_high_mul(half, slope);
  for (int i = 0; i < 3; ++i) {
    const std::int32_t error = one - doubling_high_mul(half, inverse);
    inverse += doubling_high_mul(inverse, error) * 4;  // 4 integer bits to 2
  }
  // Half of it: the same raw value with 1 integer bit, from which to 0. One itself saturates.
  return inverse >= 1 << 30 ? one_with_0_bits : inverse * 2;
}

}  // namespace

void softmax_row(std::span<const std::int8_t> input, const SoftmaxParameters& parameters,
                 std::span<std::int8_t> output) {
  const std::int32_t highest = *std::ranges::max_element(input);
  const auto exponential = [&](std::int8_t x) {
    return exp_of_negative(requantize(x - highest, parameters.scale));
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

  constexpr int bits_below_step = 31 - 8;  // the output's step is 1/256
  const int shift = bits_over_one + bits_below_step;
  for (std::size_t i = 0; i < input.size(); ++i) {
    std::int32_t stored = -128;
    if (counts(input[i]) && shift <= 31) {
      const std::int32_t quotient = doubling_high_mul(inverse, exponential(input[i]));
      stored += rounding_divide_by_power_of_two(quotient, shift);
    }
    output[i] = static_cast<std::int8_t>(clamp(stored, -128, 127));
  }
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
    return [=, from = memory.input<std::int8_t>(op, 0), to = memory.output<std::int8_t>(op),
            parameters = softmax_parameters(softmax.beta, input.quantization)] {
      each_row(from, to, parameters);
    };
  }
  return [=, from = memory.input<float>(op, 0), to = memory.output<float>(op),
          beta = softmax.beta] { each_row(from, to, beta); };
}

}  // namespace sengi::model
