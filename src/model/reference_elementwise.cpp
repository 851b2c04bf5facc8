// SPDX-License-Identifier: Apache-2.0
// Operators that make each output element from one element of each input.
#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>
#include <utility>

#include "model/broadcast.h"
#include "model/reference.h"
#include "model/reference_fixed.h"
#include "sengi/fixed_point.h"

namespace sengi::model {
namespace {

// Where each input's element for one of the output lies, by output element.
class Pairs {
 public:
  Pairs(const Memory& memory, const Operator& op)
      : shape_(memory.output_tensor(op).shape),
        elements_(memory.output_tensor(op).elements()),
        first_(broadcast_strides(memory.input_tensor(op, 0).shape, shape_)),
        second_(broadcast_strides(memory.input_tensor(op, 1).shape, shape_)) {}

  // Calls visit(output, first input, second input) for each output element.
  template <typename Visit>
  void each(const Visit& visit) const {
    Walk walk(shape_);
    for (std::size_t i = 0; i < elements_; ++i, walk.next()) {
      visit(i, static_cast<std::size_t>(walk.offset(first_)),
            static_cast<std::size_t>(walk.offset(second_)));
    }
  }

 private:
  Shape shape_;
  std::size_t elements_;
  std::vector<std::int64_t> first_, second_;
};

// combine(a, b) of each pair.
template <typename T, typename Combine>
Step bind_pairs(Memory& memory, const Operator& op, Combine combine) {
  return [pairs = Pairs(memory, op), a = memory.input<T>(op, 0), b = memory.input<T>(op, 1),
          out = memory.output<T>(op), combine] {
    pairs.each([&](std::size_t i, std::size_t first, std::size_t second) {
      out[i] = combine(a[first], b[second]);
    });
  };
}

// The integer sum (sign 1) or difference (sign -1).
template <typename T>
Step bind_integer_sum(Memory& memory, const Operator& op, const AddParameters& parameters,
                      Activation activation, std::int32_t sign) {
  const Tensor& output = memory.output_tensor(op);
  const ActivationRange range = activation_range(activation, output.quantization, output.type);
  const std::int32_t a_zero = memory.input_tensor(op, 0).quantization.zero_point[0];
  const std::int32_t b_zero = memory.input_tensor(op, 1).quantization.zero_point[0];
  const std::int32_t out_zero = output.quantization.zero_point[0];
  const std::int32_t headroom = 1 << (output.type == Type::int16 ? AddParameters::left_shift_int16
                                                                 : AddParameters::left_shift);
  return bind_pairs<T>(memory, op, [=](T a, T b) {
    const std::int32_t sum = requantize((a - a_zero) * headroom, parameters.first) +
                             sign * requantize((b - b_zero) * headroom, parameters.second);
    const std::int32_t stored = requantize(sum, parameters.output) + out_zero;
    return static_cast<T>(clamp(stored, range.lowest, range.highest));
  });
}

template <typename Combine>
Step bind_float(Memory& memory, const Operator& op, Activation activation, Combine combine) {
  return bind_pairs<float>(memory, op,
                           [range = float_range(activation), combine](float a, float b) {
                             return std::min(std::max(combine(a, b), range.lowest), range.highest);
                           });
}

// with_type(T{}) where int32 counts as well: whole numbers without a scale.
template <typename WithType>
Step by_number_type(Type type, const WithType& with_type) {
  if (type == Type::int32) return with_type(std::int32_t{});
  return by_type(type, with_type);
}

template <typename T>
constexpr bool is_unscaled = std::is_same_v<T, std::int32_t>;

// Of int32, with wrap.
std::int32_t wrapped_sum(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(std::int64_t{a} + b);
}
std::int32_t wrapped_difference(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(std::int64_t{a} - b);
}
std::int32_t wrapped_product(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(std::int64_t{a} * b);
}
std::int32_t wrapped_quotient(std::int32_t a, std::int32_t b) {
  return b == 0 ? 0 : static_cast<std::int32_t>(std::int64_t{a} / b);
}

// Requantised from the input's scale to the output's and clamped, what `map` makes of each element
// less the input's zero point.
template <typename T, typename Map>
Step bind_rescaled(Memory& memory, const Operator& op, Multiplier factor, ActivationRange range,
                   Map map) {
  const std::int32_t in_zero = memory.input_tensor(op, 0).quantization.zero_point[0];
  const std::int32_t out_zero = memory.output_tensor(op).quantization.zero_point[0];
  return [=, from = memory.input<T>(op, 0), to = memory.output<T>(op)] {
    std::ranges::transform(from, to.begin(), [&](T x) {
      const std::int64_t stored = std::int64_t{requantize(map(x - in_zero), factor)} + out_zero;
      return static_cast<T>(std::clamp<std::int64_t>(stored, range.lowest, range.highest));
    });
  };
}

// Of reals, or of whole numbers, by their order.
template <typename T>
bool holds(Relation relation, T a, T b) {
  switch (relation) {
    case Relation::not_equal:
      return a != b;
    case Relation::less:
      return a < b;
    case Relation::less_equal:
      return a <= b;
    case Relation::greater:
      return a > b;
    case Relation::greater_equal:
      return a >= b;
    case Relation::equal:
      break;
  }
  return a == b;
}

// a / b of stored numbers less their zero points, times a factor, in fixed point. A divisor of 0,
// which TensorFlow Lite leaves open, makes the dividend's end of the type.
std::int32_t rounded_quotient(std::int32_t a, std::int32_t b, Multiplier factor) {
  if (b == 0) return a == 0 ? 0 : (a > 0 ? 1 << 30 : -(1 << 30));
  if (b < 0) {
    a = -a;
    b = -b;
  }
  // b = (1 + rest) * 2^power, with rest in [0, 1).
  const int headroom = std::countl_zero(static_cast<std::uint32_t>(b));
  const int power = 31 - headroom;
  const auto rest =
      static_cast<std::int32_t>((static_cast<std::uint32_t>(b) << headroom) - (1U << 31));
  const auto bits = static_cast<std::uint32_t>(a);
  const int left = (a >= 0 ? std::countl_zero(bits) : std::countl_one(bits)) - 1;
  const auto shifted = static_cast<std::int32_t>(bits << left);
  const std::int32_t quotient = doubling_high_mul(shifted, inverse_of_one_plus(rest));
  const int right = power + left - factor.shift;
  if (right > 31) return 0;  // less than half a step
  return rounding_divide_by_power_of_two(doubling_high_mul(quotient, factor.multiplier), right);
}

// map(x) of each element.
template <typename T, typename Map>
Step bind_each(Memory& memory, const Operator& op, Map map) {
  return [from = memory.input<T>(op, 0), to = memory.output<T>(op), map] {
    std::ranges::transform(from, to.begin(), map);
  };
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const Add& add) {
  return by_number_type(memory.output_tensor(op).type, [&]<typename T>(T) -> Step {
    if constexpr (is_unscaled<T>) {
      return bind_pairs<T>(memory, op, wrapped_sum);
    } else if constexpr (std::is_same_v<T, float>) {
      return bind_float(memory, op, add.activation, [](float a, float b) { return a + b; });
    } else {
      const AddParameters parameters = add_parameters(
          memory.input_tensor(op, 0).quantization, memory.input_tensor(op, 1).quantization,
          memory.output_tensor(op).quantization, memory.output_tensor(op).type);
      return bind_integer_sum<T>(memory, op, parameters, add.activation, 1);
    }
  });
}

Step bind(Memory& memory, const Operator& op, const Sub& sub) {
  return by_number_type(memory.output_tensor(op).type, [&]<typename T>(T) -> Step {
    if constexpr (is_unscaled<T>) {
      return bind_pairs<T>(memory, op, wrapped_difference);
    } else if constexpr (std::is_same_v<T, float>) {
      return bind_float(memory, op, sub.activation, [](float a, float b) { return a - b; });
    } else {
      const AddParameters parameters = sub_parameters(
          memory.input_tensor(op, 0).quantization, memory.input_tensor(op, 1).quantization,
          memory.output_tensor(op).quantization, memory.output_tensor(op).type);
      return bind_integer_sum<T>(memory, op, parameters, sub.activation, -1);
    }
  });
}

Step bind(Memory& memory, const Operator& op, const LeakyRelu& leaky) {
  const Tensor& output = memory.output_tensor(op);
  return by_type(output.type, [&]<typename T>(T) -> Step {
    if constexpr (std::is_same_v<T, float>) {
      return bind_each<float>(memory, op,
                              [alpha = leaky.alpha](float x) { return x > 0 ? x : x * alpha; });
    } else {
      const Quantization& input = memory.input_tensor(op, 0).quantization;
      const LeakyReluParameters parameters =
          leaky_relu_parameters(leaky.alpha, input, output.quantization);
      const ActivationRange range =
          activation_range(Activation::none, output.quantization, output.type);
      return bind_each<T>(
          memory, op,
          [=, in_zero = input.zero_point[0], out_zero = output.quantization.zero_point[0]](T x) {
            const std::int32_t value = x - in_zero;
            std::int64_t stored = 0;
            if (value >= 0) {
              stored = requantize(value, parameters.identity);
            } else {
              stored = requantize(value, parameters.alpha);
              if (parameters.negative_alpha) stored = -stored;
            }
            return static_cast<T>(
                std::clamp<std::int64_t>(stored + out_zero, range.lowest, range.highest));
          });
    }
  });
}

Step bind(Memory& memory, const Operator& op, const Mul& mul) {
  return by_number_type(memory.output_tensor(op).type, [&]<typename T>(T) -> Step {
    if constexpr (is_unscaled<T>) {
      return bind_pairs<T>(memory, op, wrapped_product);
    } else if constexpr (std::is_same_v<T, float>) {
      return bind_float(memory, op, mul.activation, [](float a, float b) { return a * b; });
    } else {
      const Quantization& first = memory.input_tensor(op, 0).quantization;
      const Quantization& second = memory.input_tensor(op, 1).quantization;
      const Tensor& output = memory.output_tensor(op);
      return bind_pairs<T>(
          memory, op,
          [factor = mul_factor(first, second, output.quantization),
           range = activation_range(mul.activation, output.quantization, output.type),
           a_zero = first.zero_point[0], b_zero = second.zero_point[0],
           out_zero = output.quantization.zero_point[0]](T a, T b) {
            const std::int64_t stored =
                std::int64_t{requantize((a - a_zero) * (b - b_zero), factor)} + out_zero;
            return static_cast<T>(std::clamp<std::int64_t>(stored, range.lowest, range.highest));
          });
    }
  });
}

Step bind(Memory& memory, const Operator& op, const Div& div) {
  if (memory.output_tensor(op).type == Type::int32) {
    return bind_pairs<std::int32_t>(memory, op, wrapped_quotient);
  }
  const Tensor& output = memory.output_tensor(op);
  if (output.type == Type::float32) {
    return bind_float(memory, op, div.activation, [](float a, float b) { return a / b; });
  }
  const Quantization& first = memory.input_tensor(op, 0).quantization;
  const Quantization& second = memory.input_tensor(op, 1).quantization;
  return bind_pairs<std::int8_t>(
      memory, op,
      [factor = quantize_multiplier(div_factor(first, second, output.quantization)),
       range = activation_range(div.activation, output.quantization), a_zero = first.zero_point[0],
       b_zero = second.zero_point[0],
       out_zero = output.quantization.zero_point[0]](std::int8_t a, std::int8_t b) {
        const std::int32_t stored = rounded_quotient(a - a_zero, b - b_zero, factor) + out_zero;
        return static_cast<std::int8_t>(clamp(stored, range.lowest, range.highest));
      });
}

Step bind(Memory& memory, const Operator& op, const SquaredDifference&) {
  const Tensor& output = memory.output_tensor(op);
  return by_number_type(output.type, [&]<typename T>(T) -> Step {
    if constexpr (is_unscaled<T>) {
      return bind_pairs<T>(memory, op, [](T a, T b) {
        return wrapped_product(wrapped_difference(a, b), wrapped_difference(a, b));
      });
    } else if constexpr (std::is_same_v<T, float>) {
      return bind_pairs<float>(memory, op, [](float a, float b) { return (a - b) * (a - b); });
    } else {
      const Quantization& first = memory.input_tensor(op, 0).quantization;
      const Quantization& second = memory.input_tensor(op, 1).quantization;
      return bind_pairs<T>(
          memory, op,
          [parameters =
               squared_difference_parameters(first, second, output.quantization, output.type),
           headroom = 1 << squared_difference_left_shift(output.type),
           range = activation_range(Activation::none, output.quantization, output.type),
           a_zero = first.zero_point[0], b_zero = second.zero_point[0],
           out_zero = output.quantization.zero_point[0]](T a, T b) {
            const std::int32_t difference = requantize((a - a_zero) * headroom, parameters.first) -
                                            requantize((b - b_zero) * headroom, parameters.second);
            const std::int64_t stored =
                std::int64_t{requantize(difference * difference, parameters.output)} + out_zero;
            return static_cast<T>(std::clamp<std::int64_t>(stored, range.lowest, range.highest));
          });
    }
  });
}

Step bind(Memory& memory, const Operator& op, const Comparison& comparison) {
  const auto bound = [&, relation = comparison.relation]<typename T>(T, auto a_of, auto b_of) {
    return [=, pairs = Pairs(memory, op), a = memory.input<T>(op, 0), b = memory.input<T>(op, 1),
            out = memory.output<std::uint8_t>(op)] {
      pairs.each([&](std::size_t i, std::size_t first, std::size_t second) {
        out[i] = holds(relation, a_of(a[first]), b_of(b[second])) ? 1 : 0;
      });
    };
  };
  const auto itself = [](auto x) { return x; };
  const Type type = memory.input_tensor(op, 0).type;
  if (type == Type::int32) return bound(std::int32_t{}, itself, itself);
  if (type == Type::float32) return bound(float{}, itself, itself);
  const auto scaled = [&](std::size_t i) {
    const Quantization& quantization = memory.input_tensor(op, i).quantization;
    return [factor = comparison_factor(quantization),
            zero_point = quantization.zero_point[0]](std::int8_t x) {
      return requantize((x - zero_point) * (1 << comparison_left_shift), factor);
    };
  };
  return bound(std::int8_t{}, scaled(0), scaled(1));
}

Step bind(Memory& memory, const Operator& op, const Maximum&) {
  return by_number_type(memory.output_tensor(op).type, [&]<typename T>(T) -> Step {
    return bind_pairs<T>(memory, op, [](T a, T b) { return std::max(a, b); });
  });
}

Step bind(Memory& memory, const Operator& op, const Minimum&) {
  return by_number_type(memory.output_tensor(op).type, [&]<typename T>(T) -> Step {
    return bind_pairs<T>(memory, op, [](T a, T b) { return std::min(a, b); });
  });
}

Step bind(Memory& memory, const Operator& op, const Prelu&) {
  const Tensor& output = memory.output_tensor(op);
  return by_type(output.type, [&]<typename T>(T) -> Step {
    if constexpr (std::is_same_v<T, float>) {
      return bind_pairs<float>(memory, op,
                               [](float x, float alpha) { return x >= 0 ? x : x * alpha; });
    } else {
      const Quantization& input = memory.input_tensor(op, 0).quantization;
      const Quantization& alpha = memory.input_tensor(op, 1).quantization;
      // Alpha is int8 beside int16 too.
      return [pairs = Pairs(memory, op), x = memory.input<T>(op, 0),
              alphas = memory.input<std::int8_t>(op, 1), to = memory.output<T>(op),
              identity = quantize_factor(input, output.quantization),
              factor = mul_factor(input, alpha, output.quantization), in_zero = input.zero_point[0],
              alpha_zero = alpha.zero_point[0], out_zero = output.quantization.zero_point[0],
              range = activation_range(Activation::none, output.quantization, output.type)] {
        pairs.each([&](std::size_t i, std::size_t at, std::size_t alpha_at) {
          const std::int32_t value = x[at] - in_zero;
          const std::int64_t scaled =
              value >= 0 ? requantize(value, identity)
                         : requantize(value * (alphas[alpha_at] - alpha_zero), factor);
          to[i] = static_cast<T>(
              std::clamp<std::int64_t>(scaled + out_zero, range.lowest, range.highest));
        });
      };
    }
  });
}

Step bind(Memory& memory, const Operator& op, const Relu& relu) {
  const Tensor& output = memory.output_tensor(op);
  return by_type(output.type, [&]<typename T>(T) -> Step {
    if constexpr (std::is_same_v<T, float>) {
      return bind_each<float>(memory, op, [range = float_range(relu.activation)](float x) {
        return std::min(std::max(x, range.lowest), range.highest);
      });
    } else {
      return bind_rescaled<T>(
          memory, op, ratio_in_float(memory.input_tensor(op, 0).quantization, output.quantization),
          activation_range(relu.activation, output.quantization, output.type),
          [](std::int32_t x) { return x; });
    }
  });
}

Step bind(Memory& memory, const Operator& op, const Abs&) {
  const Tensor& output = memory.output_tensor(op);
  return by_type(output.type, [&]<typename T>(T) -> Step {
    if constexpr (std::is_same_v<T, float>) {
      return bind_each<float>(memory, op, [](float x) { return std::abs(x); });
    } else {
      return bind_rescaled<T>(
          memory, op, ratio_in_float(memory.input_tensor(op, 0).quantization, output.quantization),
          activation_range(Activation::none, output.quantization, output.type),
          [](std::int32_t x) { return x < 0 ? -x : x; });
    }
  });
}

}  // namespace sengi::model
