// SPDX-License-Identifier: Apache-2.0
// LOGISTIC and TANH.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/reference.h"
#include "model/reference_fixed.h"
#include "sengi/fixed_point.h"

namespace sengi::model {
namespace {

template <typename T, typename Map>
Step bind_each(Memory& memory, const Operator& op, Map map) {
  return [from = memory.input<T>(op, 0), to = memory.output<T>(op), map] {
    std::ranges::transform(from, to.begin(), map);
  };
}

// int8: `function` has 4 integer bits in and 0 out, which `output_bits` of keep; `zero` stands for
// real 0.
template <typename Function>
Step bind_int8(Memory& memory, const Operator& op, Function function, int output_bits,
               std::int32_t zero) {
  const Quantization& input = memory.input_tensor(op, 0).quantization;
  return bind_each<std::int8_t>(
      memory, op,
      [=, zero_point = input.zero_point[0],
       parameters = nonlinear_parameters(input)](std::int8_t stored) -> std::int8_t {
        const std::int32_t x = stored - zero_point;
        if (x <= -parameters.radius) return std::numeric_limits<std::int8_t>::min();
        if (x >= parameters.radius) return std::numeric_limits<std::int8_t>::max();
        const std::int32_t y = function(requantize(x, parameters.scale));
        const std::int32_t rounded = rounding_divide_by_power_of_two(y, 31 - output_bits);
        return static_cast<std::int8_t>(clamp(rounded + zero, -128, 127));
      });
}

}  // namespace

// int8 by way of float, as TensorFlow Lite fills its table.
Step bind(Memory& memory, const Operator& op, const Elu&) {
  const auto elu = [](float x) { return x < 0 ? std::exp(x) - 1 : x; };
  const Tensor& output = memory.output_tensor(op);
  if (output.type == Type::float32) return bind_each<float>(memory, op, elu);
  const Quantization& input = memory.input_tensor(op, 0).quantization;
  return bind_each<std::int8_t>(
      memory, op,
      [=, in_scale = input.scale[0], in_zero = input.zero_point[0],
       steps = 1 / output.quantization.scale[0],
       out_zero = output.quantization.zero_point[0]](std::int8_t x) {
        const float real = in_scale * static_cast<float>(x - in_zero);
        const float stored = std::round(elu(real) * steps) + static_cast<float>(out_zero);
        if (std::isnan(stored)) return static_cast<std::int8_t>(out_zero);
        return static_cast<std::int8_t>(std::clamp(stored, -128.0F, 127.0F));
      });
}

Step bind(Memory& memory, const Operator& op, const Logistic&) {
  const Tensor& input = memory.input_tensor(op, 0);
  if (input.type == Type::int8) return bind_int8(memory, op, logistic_of, 8, -128);
  if (input.type == Type::int16) {
    return bind_each<std::int16_t>(
        memory, op, [parameters = table_parameters(input.quantization, 0)](std::int16_t x) {
          return logistic_by_table(x, parameters);
        });
  }
  return bind_each<float>(memory, op, [](float x) { return 1 / (1 + std::exp(-x)); });
}

Step bind(Memory& memory, const Operator& op, const Tanh&) {
  const Tensor& input = memory.input_tensor(op, 0);
  if (input.type == Type::int8) return bind_int8(memory, op, tanh_of, 7, 0);
  if (input.type == Type::int16) {
    return bind_each<std::int16_t>(
        memory, op, [parameters = table_parameters(input.quantization, 1)](std::int16_t x) {
          return tanh_by_table(x, parameters);
        });
  }
  return bind_each<float>(memory, op, [](float x) { return std::tanh(x); });
}

namespace {

std::int16_t saturated(std::int64_t x) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(x, -32768, 32767));
}

// 2 * a * b of 0 integer bits, rounded to nearest, halves upward.
std::int16_t rounding_product(std::int16_t a, std::int16_t b) {
  const std::int32_t product = a * b;
  const std::int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return saturated((product + nudge) / (1 << 15));
}

std::int8_t hard_swish(std::int32_t from_zero, std::int32_t out_zero,
                       const HardSwishParameters& parameters) {
  const auto x = static_cast<std::int16_t>(from_zero * 128);
  const std::int16_t scaled = rounding_product(x, parameters.output.multiplier);

  // From [-3, 3] to [-1, 1], beyond which it saturates: in the last bit of a left shift alone, so
  // that the bits before cannot.
  const auto [multiplier, shift] = parameters.gate;
  std::int16_t gate = x;
  if (shift > 0) gate = saturated(std::int64_t{gate} << (shift - 1));
  gate = rounding_product(gate, multiplier);
  if (shift > 0) gate = saturated(gate * 2);
  if (shift < 0) {
    gate = static_cast<std::int16_t>(rounding_divide_by_power_of_two(gate, -shift));
  }
  const auto opened = static_cast<std::int16_t>((gate + (1 << 15)) >> 1);  // [0, 1]

  // Towards zero, against the bias of the roundings above.
  const std::int32_t product = opened * scaled / (1 << 15);
  const std::int32_t stored =
      rounding_divide_by_power_of_two(product, -parameters.output.shift) + out_zero;
  return static_cast<std::int8_t>(clamp(stored, -128, 127));
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const HardSwish&) {
  const Quantization& input = memory.input_tensor(op, 0).quantization;
  const Tensor& output = memory.output_tensor(op);
  if (output.type == Type::float32) {
    return bind_each<float>(memory, op,
                            [](float x) { return x * std::min(6.0F, std::max(0.0F, x + 3)) / 6; });
  }
  return bind_each<std::int8_t>(memory, op,
                                [parameters = hard_swish_parameters(input, output.quantization),
                                 in_zero = input.zero_point[0],
                                 out_zero = output.quantization.zero_point[0]](std::int8_t stored) {
                                  return hard_swish(stored - in_zero, out_zero, parameters);
                                });
}

}  // namespace sengi::model
