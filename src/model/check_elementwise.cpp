// SPDX-License-Identifier: Apache-2.0
// Operators that make each output element from one element of each input.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "model/broadcast.h"
#include "model/check_parts.h"
#include "model/integer_parameters.h"

namespace sengi::model {
namespace {

Result<void> check_pair(const Place& place) {
  const auto both = broadcast_shape(place.input(0).shape, place.input(1).shape);
  if (!both) {
    return place.input_fault(
        1, fmt::format("has shape {}, which does not fit beside {}",
                       to_string(place.input(1).shape), to_string(place.input(0).shape)));
  }
  return check_output_shape(place, *both);
}

Result<void> check_same_shape(const Place& place) {
  return check_output_shape(place, place.input(0).shape);
}

// int32 numbers stand for themselves.
Result<void> check_unscaled(const Place& place, Activation activation) {
  if (activation != Activation::none) return place.fault("has an activation, of int32");
  for (std::size_t i = 0; i < place.op().inputs.size(); ++i) {
    if (!place.input(i).quantization.empty())
      return place.input_fault(i, "is int32 and has a scale");
  }
  if (place.output().quantization.empty()) return {};
  return place.output_fault("is int32 and has a scale");
}

Result<void> check_sum(const Place& place, Activation activation) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32, Type::int32}));
  SENGI_CHECK(check_symmetric_int16(place));
  const Type type = place.output().type;
  if (type == Type::int32) return check_unscaled(place, activation);
  if (!is_quantized(type)) return {};
  const auto first = static_cast<double>(place.input(0).quantization.scale[0]);
  const auto second = static_cast<double>(place.input(1).quantization.scale[0]);
  const auto output = static_cast<double>(place.output().quantization.scale[0]);
  const int left_shift =
      type == Type::int16 ? AddParameters::left_shift_int16 : AddParameters::left_shift;
  // The output's multiplier is below 1 (see add_parameters), and float's products are numbers.
  const double common = 2 * std::max(first, second);
  const auto largest = static_cast<double>(std::numeric_limits<float>::max());
  if (common < std::ldexp(output, left_shift) && common < largest &&
      std::ldexp(output, left_shift) < largest) {
    return {};
  }
  return place.output_fault(
      fmt::format("has scale {}, too far from its inputs' {} and {}", output, first, second));
}

// LOGISTIC and TANH.
Result<void> check_nonlinear(const Place& place, std::int32_t int8_steps,
                             std::int32_t int8_zero_point) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  SENGI_CHECK(check_symmetric_int16(place));
  const Type type = place.output().type;
  if (!is_quantized(type)) return {};
  // The fixed-point input is a left shift of the stored one that fits in 32 bits, or the table's
  // multiplier one that fits in 16.
  const auto scale = static_cast<double>(place.input(0).quantization.scale[0]);
  const bool fits =
      type == Type::int16 ? scale * 12288 <= 32767 : std::ldexp(scale, 27) >= 1 && scale < 16;
  if (!fits) {
    return place.input_fault(0, fmt::format("has scale {}, beyond 32-bit arithmetic", scale));
  }
  if (type == Type::int16) return check_fixed_output(place, 32768, 0);
  return check_fixed_output(place, int8_steps, int8_zero_point);
}

bool is_stored(Type type) {
  return type == Type::int8 || type == Type::uint8 || type == Type::int16 || type == Type::int32;
}

}  // namespace

Result<void> check_fixed_output(const Place& place, std::int32_t steps_in_one,
                                std::int32_t zero_point) {
  const Quantization& output = place.output().quantization;
  const float scale = 1.0F / static_cast<float>(steps_in_one);
  if (std::abs(output.scale[0] - scale) <= scale / 1000 && output.zero_point[0] == zero_point) {
    return {};
  }
  return place.output_fault(
      fmt::format("has scale {}, zero point {}; the specification fixes scale 1/{}, zero point {}",
                  output.scale[0], output.zero_point[0], steps_in_one, zero_point));
}

Result<void> check_shape(const Place& place, const Add&) { return check_pair(place); }
Result<void> check_shape(const Place& place, const Sub&) { return check_pair(place); }
Result<void> check_shape(const Place& place, const LeakyRelu&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const Logistic&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const Tanh&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const LogSoftmax&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const Dequantize&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const Quantize&) { return check_same_shape(place); }

Result<void> check_numbers(const Place& place, const Add& add) {
  return check_sum(place, add.activation);
}
Result<void> check_numbers(const Place& place, const Sub& sub) {
  return check_sum(place, sub.activation);
}

Result<void> check_numbers(const Place& place, const LeakyRelu& leaky) {
  if (!std::isfinite(leaky.alpha)) {
    return place.fault(fmt::format("alpha is {}; it must be finite", leaky.alpha));
  }
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  if (!is_quantized(place.output().type)) return {};
  const float input = place.input(0).quantization.scale[0];
  const float output = place.output().quantization.scale[0];
  SENGI_CHECK(check_factor(place, static_cast<double>(input / output)));
  return check_factor(place, std::abs(static_cast<double>(input * leaky.alpha / output)));
}

Result<void> check_numbers(const Place& place, const Quantize&) {
  const Tensor& input = place.input(0);
  const Tensor& output = place.output();
  if (input.type != Type::float32 && !is_stored(input.type)) {
    return place.input_fault(0,
                             fmt::format("is {}, which cannot be quantised", name_of(input.type)));
  }
  if (!is_stored(output.type)) {
    return place.output_fault(
        fmt::format("is {}, which is no quantised type", name_of(output.type)));
  }
  if (!output.quantization.per_tensor()) return place.output_fault("needs one scale");
  if (input.type == Type::float32) return {};
  if (!input.quantization.per_tensor()) return place.input_fault(0, "needs one scale");
  return check_factor(place, static_cast<double>(input.quantization.scale[0]) /
                                 static_cast<double>(output.quantization.scale[0]));
}

Result<void> check_numbers(const Place& place, const Dequantize&) {
  const Tensor& input = place.input(0);
  if (!is_stored(input.type)) {
    return place.input_fault(0,
                             fmt::format("is {}, which is no quantised type", name_of(input.type)));
  }
  if (!input.quantization.per_tensor()) return place.input_fault(0, "needs one scale");
  if (place.output().type == Type::float32) return {};
  return place.output_fault(
      fmt::format("is {} where float32 is needed", name_of(place.output().type)));
}

Result<void> check_numbers(const Place& place, const Logistic&) {
  return check_nonlinear(place, 256, -128);
}
Result<void> check_numbers(const Place& place, const Tanh&) {
  return check_nonlinear(place, 128, 0);
}
// int8: 0 is the highest, in steps of 1/16.
Result<void> check_numbers(const Place& place, const LogSoftmax&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::float32}));
  if (place.output().type == Type::float32) return {};
  if (place.output().shape.back() > SoftmaxParameters::most_classes) {
    return place.output_fault(fmt::format("has {} classes; 32-bit arithmetic holds the sum of {}",
                                          place.output().shape.back(),
                                          SoftmaxParameters::most_classes));
  }
  const auto input_scale = static_cast<double>(place.input(0).quantization.scale[0]);
  if (std::ldexp(input_scale, 26) <= 1) {
    return place.input_fault(
        0, fmt::format("has scale {}, too small for 32-bit arithmetic", input_scale));
  }
  return check_fixed_output(place, 16, 127);
}

// The square of a row's length must fit in 32 bits.
Result<void> check_numbers(const Place& place, const L2Normalization&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::float32}));
  if (place.output().type == Type::float32) return {};
  constexpr std::int32_t longest = 1 << 15;
  if (place.output().shape.back() > longest) {
    return place.fault(fmt::format("rows of {} are beyond a 32-bit accumulator; {} are supported",
                                   place.output().shape.back(), longest));
  }
  return check_fixed_output(place, 128, 0);
}

Result<void> check_numbers(const Place& place, const Elu&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::float32}));
  if (place.output().type == Type::float32) return {};
  return check_factor(place, static_cast<double>(place.input(0).quantization.scale[0] /
                                                 place.output().quantization.scale[0]));
}

// The root of a stored number has 20 bits of fraction, and the output's factor takes them away.
Result<void> check_numbers(const Place& place, const Rsqrt&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::float32}));
  if (place.output().type == Type::float32) return {};
  const double factor = rsqrt_factor(place.input(0).quantization, place.output().quantization);
  if (factor > 1.0 / (1 << 11) && factor < 1 << 29) return {};
  return place.output_fault(fmt::format("has scale {} beside its input's {}, beyond 32 bits",
                                        place.output().quantization.scale[0],
                                        place.input(0).quantization.scale[0]));
}

Result<void> check_shape(const Place& place, const Mul&) { return check_pair(place); }
Result<void> check_shape(const Place& place, const Div&) { return check_pair(place); }
Result<void> check_shape(const Place& place, const Maximum&) { return check_pair(place); }
Result<void> check_shape(const Place& place, const Minimum&) { return check_pair(place); }
Result<void> check_shape(const Place& place, const Prelu&) {
  SENGI_CHECK(check_pair(place));
  return check_same_shape(place);
}
Result<void> check_shape(const Place& place, const Relu&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const HardSwish&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const Abs&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const Cast&) { return check_same_shape(place); }

Result<void> check_numbers(const Place& place, const Mul& mul) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32, Type::int32}));
  SENGI_CHECK(check_symmetric_int16(place));
  const Type type = place.output().type;
  if (type == Type::int32) return check_unscaled(place, mul.activation);
  if (!is_quantized(type)) return {};
  return check_factor(place, static_cast<double>(place.input(0).quantization.scale[0]) *
                                 static_cast<double>(place.input(1).quantization.scale[0]) /
                                 static_cast<double>(place.output().quantization.scale[0]));
}

Result<void> check_numbers(const Place& place, const Div& div) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::float32, Type::int32}));
  if (place.output().type == Type::int32) return check_unscaled(place, div.activation);
  if (place.output().type == Type::float32) return {};
  // A quotient of 8 bits has 23 more to spare.
  const double factor = div_factor(place.input(0).quantization, place.input(1).quantization,
                                   place.output().quantization);
  if (factor < 1 << 22) return {};
  return place.output_fault(fmt::format("has scale {}, too small beside its inputs'",
                                        place.output().quantization.scale[0]));
}

Result<void> check_shape(const Place& place, const SquaredDifference&) { return check_pair(place); }
Result<void> check_shape(const Place& place, const Comparison&) { return check_pair(place); }
Result<void> check_shape(const Place& place, const Elu&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const Rsqrt&) { return check_same_shape(place); }
Result<void> check_shape(const Place& place, const L2Normalization&) {
  return check_same_shape(place);
}

Result<void> check_numbers(const Place& place, const SquaredDifference&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32, Type::int32}));
  SENGI_CHECK(check_symmetric_int16(place));
  const Type type = place.output().type;
  if (type == Type::int32) return check_unscaled(place, Activation::none);
  if (!is_quantized(type)) return {};
  return check_factor(
      place, squared_difference_factor(place.input(0).quantization, place.input(1).quantization,
                                       place.output().quantization, type));
}

// int8 is compared in steps of 2^-8 of the reals, which scales of 1 and more are beyond.
Result<void> check_numbers(const Place& place, const Comparison&) {
  const Type type = place.input(0).type;
  if (type != Type::int8 && type != Type::int32 && type != Type::float32) {
    return place.input_fault(
        0, fmt::format("is {}; only int8, int32, float32 are supported", name_of(type)));
  }
  SENGI_CHECK(check_input_type(place, 1, type));
  for (std::size_t i = 0; i < 2; ++i) {
    const Quantization& quantization = place.input(i).quantization;
    if (type == Type::int32 && !quantization.empty()) {
      return place.input_fault(i, "is int32 and has a scale");
    }
    if (type != Type::int8) continue;
    if (!quantization.per_tensor()) return place.input_fault(i, "is int8 and needs one scale");
    if (quantization.scale[0] < 1) continue;
    return place.input_fault(
        i, fmt::format("has scale {}; it must be below 1 here", quantization.scale[0]));
  }
  if (place.output().type == Type::boolean) return {};
  return place.output_fault(
      fmt::format("is {} where bool is needed", name_of(place.output().type)));
}

namespace {

// Values are compared as they are stored.
Result<void> check_comparison(const Place& place) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32, Type::int32}));
  SENGI_CHECK(check_keeps_scale(place, 0));
  return check_keeps_scale(place, 1);
}

// The quotient of two scales, as float has it.
Result<void> check_rescaled(const Place& place) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::int16, Type::float32}));
  SENGI_CHECK(check_symmetric_int16(place));
  if (!is_quantized(place.output().type)) return {};
  return check_factor(place, static_cast<double>(place.input(0).quantization.scale[0] /
                                                 place.output().quantization.scale[0]));
}

}  // namespace

Result<void> check_numbers(const Place& place, const Maximum&) { return check_comparison(place); }
Result<void> check_numbers(const Place& place, const Minimum&) { return check_comparison(place); }

Result<void> check_numbers(const Place& place, const Prelu&) {
  SENGI_CHECK(check_rescaled(place));
  const Type type = place.output().type;
  SENGI_CHECK(check_input_type(place, 1, is_quantized(type) ? Type::int8 : type));
  if (!is_quantized(type)) return {};
  if (!place.input(1).quantization.per_tensor()) return place.input_fault(1, "needs one scale");
  return check_factor(place, static_cast<double>(place.input(0).quantization.scale[0]) *
                                 static_cast<double>(place.input(1).quantization.scale[0]) /
                                 static_cast<double>(place.output().quantization.scale[0]));
}

Result<void> check_numbers(const Place& place, const Relu& relu) {
  if (relu.activation == Activation::none) return place.fault("has no activation");
  return check_rescaled(place);
}

Result<void> check_numbers(const Place& place, const Abs&) { return check_rescaled(place); }

Result<void> check_numbers(const Place& place, const HardSwish&) {
  SENGI_CHECK(check_activations(place, {Type::int8, Type::float32}));
  if (place.output().type == Type::float32) return {};
  const float step = place.input(0).quantization.scale[0] / 128;
  SENGI_CHECK(
      check_factor(place, static_cast<double>(step / place.output().quantization.scale[0])));
  SENGI_CHECK(check_factor(place, static_cast<double>(step) * 32768 / 3));
  const HardSwishParameters parameters =
      hard_swish_parameters(place.input(0).quantization, place.output().quantization);
  const auto shifts = [](const HardSwishParameters::Factor& factor, std::int32_t highest) {
    return factor.multiplier != 0 && factor.shift >= -15 && factor.shift <= highest;
  };
  if (shifts(parameters.output, 0) && shifts(parameters.gate, 30)) return {};
  return place.output_fault(
      fmt::format("has scale {} beside its input's {}, beyond 16-bit "
                  "arithmetic",
                  place.output().quantization.scale[0], place.input(0).quantization.scale[0]));
}

// Any type to any other.
Result<void> check_numbers(const Place&, const Cast&) { return {}; }

}  // namespace sengi::model
