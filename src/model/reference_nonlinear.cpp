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

}  // namespace sengi::model
