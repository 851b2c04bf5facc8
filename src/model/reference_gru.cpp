// SPDX-License-Identifier: Apache-2.0
// GRU.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "model/reference.h"
#include "model/reference_fixed.h"

namespace sengi::model {
namespace {

enum Gate : std::size_t { update_gate, reset_gate, candidate_gate };

struct Sizes {
  std::size_t images, steps, inputs, units;
  bool every_step;
};

Sizes sizes_of(const Memory& memory, const Operator& op) {
  const Shape& input = memory.input_tensor(op, 0).shape;
  return {.images = static_cast<std::size_t>(input[0]),
          .steps = static_cast<std::size_t>(input[1]),
          .inputs = static_cast<std::size_t>(input[2]),
          .units = static_cast<std::size_t>(memory.input_tensor(op, 1).shape[1]),
          .every_step = memory.output_tensor(op).shape.size() == 3};
}

std::int16_t saturated(std::int64_t x) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(x, -32768, 32767));
}

// x / 2^bits, halves upward. Requires: x + 2^bits / 2 fits.
std::int32_t rounded(std::int32_t x, int bits) { return (x + (1 << bits) / 2) >> bits; }

// Hidden numbers are in steps of 2^-15, and for the sums in steps of 2^-7.
struct Int8Units {
  using Number = std::int8_t;
  using Hidden = std::int16_t;

  std::span<const std::int8_t> input, weights, recurrent;
  std::span<const std::int32_t> bias;
  GruParameters parameters;
  std::int32_t in_zero;

  std::int16_t gate(std::size_t which, std::size_t unit, std::size_t units,
                    std::span<const std::int8_t> x, std::span<const std::int8_t> hidden) const {
    const std::size_t row = which * units + unit;
    std::int32_t sum = bias[row];
    for (std::size_t i = 0; i < x.size(); ++i)
      sum += (x[i] - in_zero) * weights[row * x.size() + i];
    std::int32_t recurrent_sum = 0;
    for (std::size_t i = 0; i < units; ++i) recurrent_sum += hidden[i] * recurrent[row * units + i];
    const std::int16_t both =
        saturated(std::int64_t{saturated(requantize(sum, parameters.input[which]))} +
                  saturated(requantize(recurrent_sum, parameters.recurrent[which])));
    constexpr TableParameters three_integer_bits{.multiplier = 3, .shift = 0};
    return which == candidate_gate ? tanh_by_table(both, three_integer_bits)
                                   : logistic_by_table(both, three_integer_bits);
  }
  static std::int8_t stored(std::int16_t hidden) {
    return static_cast<std::int8_t>(std::min(rounded(hidden, 8), 127));
  }
  static std::int8_t stored_product(std::int16_t reset, std::int16_t hidden) {
    return static_cast<std::int8_t>(std::min(rounded(reset * hidden, 23), 127));
  }
  static std::int16_t next(std::int16_t hidden, std::int16_t update, std::int16_t candidate) {
    return static_cast<std::int16_t>(candidate + rounded(update * (hidden - candidate), 15));
  }
};

struct Float32Units {
  using Number = float;
  using Hidden = float;

  std::span<const float> input, weights, recurrent, bias;

  float gate(std::size_t which, std::size_t unit, std::size_t units, std::span<const float> x,
             std::span<const float> hidden) const {
    const std::size_t row = which * units + unit;
    float sum = bias[row];
    for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * weights[row * x.size() + i];
    for (std::size_t i = 0; i < units; ++i) sum += hidden[i] * recurrent[row * units + i];
    return which == candidate_gate ? std::tanh(sum) : 1 / (1 + std::exp(-sum));
  }
  static float stored(float hidden) { return hidden; }
  static float stored_product(float reset, float hidden) { return reset * hidden; }
  static float next(float hidden, float update, float candidate) {
    return candidate + update * (hidden - candidate);
  }
};

template <typename Units>
void run(const Sizes& sizes, const Units& units, std::span<typename Units::Number> output) {
  const std::size_t count = sizes.units;
  std::vector<typename Units::Hidden> hidden(count);
  std::vector<typename Units::Number> stored(count);
  std::vector<typename Units::Number> kept(count);  // what the reset gate lets through
  for (std::size_t image = 0; image < sizes.images; ++image) {
    std::ranges::fill(hidden, typename Units::Hidden{0});
    std::ranges::fill(stored, typename Units::Number{0});
    for (std::size_t step = 0; step < sizes.steps; ++step) {
      const std::size_t row = image * sizes.steps + step;
      const auto x = units.input.subspan(row * sizes.inputs, sizes.inputs);
      for (std::size_t u = 0; u < count; ++u) {
        kept[u] = Units::stored_product(units.gate(reset_gate, u, count, x, stored), hidden[u]);
      }
      for (std::size_t u = 0; u < count; ++u) {
        const auto update = units.gate(update_gate, u, count, x, stored);
        hidden[u] = Units::next(hidden[u], update, units.gate(candidate_gate, u, count, x, kept));
      }
      std::ranges::transform(hidden, stored.begin(), Units::stored);
      if (sizes.every_step) std::ranges::copy(stored, output.subspan(row * count).begin());
    }
    if (!sizes.every_step) std::ranges::copy(stored, output.subspan(image * count).begin());
  }
}

template <typename Units>
Step bind_units(Memory& memory, const Operator& op, const Units& units) {
  return [sizes = sizes_of(memory, op), units, output = memory.output<typename Units::Number>(op)] {
    run(sizes, units, output);
  };
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const Gru&) {
  if (memory.output_tensor(op).type == Type::float32) {
    return bind_units(memory, op,
                      Float32Units{.input = memory.input<float>(op, 0),
                                   .weights = memory.input<float>(op, 1),
                                   .recurrent = memory.input<float>(op, 2),
                                   .bias = memory.input<float>(op, 3)});
  }
  return bind_units(memory, op,
                    Int8Units{.input = memory.input<std::int8_t>(op, 0),
                              .weights = memory.input<std::int8_t>(op, 1),
                              .recurrent = memory.input<std::int8_t>(op, 2),
                              .bias = memory.input<std::int32_t>(op, 3),
                              .parameters = gru_parameters(memory.graph, op),
                              .in_zero = memory.input_tensor(op, 0).quantization.zero_point[0]});
}

}  // namespace sengi::model
