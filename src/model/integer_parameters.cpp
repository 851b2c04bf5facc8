// SPDX-License-Identifier: Apache-2.0
#include "model/integer_parameters.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace sengi::model {
namespace {

ActivationRange range_of(Type type) {
  if (type == Type::int16) return {-32768, 32767};
  return {-128, 127};
}

const Tensor& tensor(const Graph& graph, TensorIndex index) {
  return graph.tensors[static_cast<std::size_t>(index)];
}

// The stored value of a real bound, within the type. The quotient is a float's, as in TensorFlow
// Lite.
std::int32_t stored_bound(float real, const Quantization& output, ActivationRange range) {
  const double steps = std::round(static_cast<double>(real / output.scale[0]));
  const double stored = steps + static_cast<double>(output.zero_point[0]);
  return static_cast<std::int32_t>(std::clamp<double>(stored, range.lowest, range.highest));
}

int left_shift_of(Type type) {
  return type == Type::int16 ? AddParameters::left_shift_int16 : AddParameters::left_shift;
}

std::int32_t padding_before(std::int32_t input, std::int32_t output, std::int32_t filter,
                            std::int32_t stride, std::int32_t dilation) {
  const std::int64_t extent = (std::int64_t{filter} - 1) * dilation + 1;
  const std::int64_t total = (std::int64_t{output} - 1) * stride + extent - input;
  return static_cast<std::int32_t>(std::max<std::int64_t>(total, 0) / 2);
}

}  // namespace

Multiplier quantize_multiplier(double factor) {
  assert(factor >= 0 && factor <= 2147483647.0);
  if (factor == 0) return {.multiplier = 0, .shift = 0};
  int shift = 0;
  const double fraction = std::frexp(factor, &shift);  // in [0.5, 1)
  std::int64_t multiplier = std::llround(std::ldexp(fraction, 31));
  if (multiplier == std::int64_t{1} << 31) {
    multiplier /= 2;
    ++shift;
  }
  if (shift < -31) return {.multiplier = 0, .shift = 0};
  return {.multiplier = static_cast<std::int32_t>(multiplier), .shift = shift};
}

std::vector<double> output_factors(const Graph& graph, const Operator& op) {
  const Tensor& input = tensor(graph, op.inputs[0]);
  const Tensor& weights = tensor(graph, op.inputs[1]);
  const Tensor& output = tensor(graph, op.outputs[0]);
  const auto channels = static_cast<std::size_t>(output.shape.back());
  const float input_scale = input.quantization.scale[0];
  const std::vector<float>& weight_scales = weights.quantization.scale;
  const auto output_scale = static_cast<double>(output.quantization.scale[0]);

  const bool one_scale = weights.quantization.per_tensor();
  const bool from_uint8 = one_scale && weights.quantization.zero_point[0] != 0;
  if (one_scale && (from_uint8 || std::holds_alternative<FullyConnected>(op.kind))) {
    const float product = input_scale * weight_scales[0];
    return std::vector<double>(channels, static_cast<double>(product) / output_scale);
  }
  std::vector<double> factors(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const auto weight_scale = static_cast<double>(weight_scales[one_scale ? 0 : c]);
    factors[c] = static_cast<double>(input_scale) * weight_scale / output_scale;
  }
  return factors;
}

std::vector<Multiplier> output_multipliers(const Graph& graph, const Operator& op) {
  std::vector<Multiplier> multipliers;
  for (const double factor : output_factors(graph, op)) {
    multipliers.push_back(quantize_multiplier(factor));
  }
  return multipliers;
}

ActivationRange activation_range(Activation activation, const Quantization& output, Type type) {
  const ActivationRange range = range_of(type);
  const auto bound = [&](float real) { return stored_bound(real, output, range); };
  switch (activation) {
    case Activation::relu:
      return {bound(0), range.highest};
    case Activation::relu6:
      return {bound(0), bound(6)};
    case Activation::relu_n1_to_1:
      return {bound(-1), bound(1)};
    case Activation::none:
      break;
  }
  return range;
}

std::int64_t window_outputs(Padding padding, std::int32_t input, std::int32_t filter,
                            std::int32_t stride, std::int32_t dilation) {
  if (padding == Padding::same) return (std::int64_t{input} + stride - 1) / stride;
  const std::int64_t extent = (std::int64_t{filter} - 1) * dilation + 1;
  if (input < extent) return 0;
  return (input - extent) / stride + 1;
}

WindowPadding window_padding(const Graph& graph, const Operator& op) {
  const Shape& input = tensor(graph, op.inputs[0]).shape;
  const Shape& output = tensor(graph, op.outputs[0]).shape;
  const auto padding = [&](const auto& kind, std::int32_t filter_h, std::int32_t filter_w,
                           std::int32_t dilation_h, std::int32_t dilation_w) {
    return WindowPadding{
        .top = padding_before(input[1], output[1], filter_h, kind.stride_h, dilation_h),
        .left = padding_before(input[2], output[2], filter_w, kind.stride_w, dilation_w)};
  };
  if (const auto* pool = std::get_if<AveragePool2D>(&op.kind)) {
    return padding(*pool, pool->filter_h, pool->filter_w, 1, 1);
  }
  if (const auto* pool = std::get_if<MaxPool2D>(&op.kind)) {
    return padding(*pool, pool->filter_h, pool->filter_w, 1, 1);
  }
  const Shape& filter = tensor(graph, op.inputs[1]).shape;
  if (const auto* conv = std::get_if<TransposeConv>(&op.kind)) {
    return {.top = padding_before(output[1], input[1], filter[1], conv->stride_h, 1),
            .left = padding_before(output[2], input[2], filter[2], conv->stride_w, 1)};
  }
  if (const auto* conv = std::get_if<Conv2D>(&op.kind)) {
    return padding(*conv, filter[1], filter[2], conv->dilation_h, conv->dilation_w);
  }
  const auto& depthwise = std::get<DepthwiseConv2D>(op.kind);
  return padding(depthwise, filter[1], filter[2], depthwise.dilation_h, depthwise.dilation_w);
}

AddParameters add_parameters(const Quantization& first, const Quantization& second,
                             const Quantization& output, Type type) {
  const auto first_scale = static_cast<double>(first.scale[0]);
  const auto second_scale = static_cast<double>(second.scale[0]);
  const auto output_scale = static_cast<double>(output.scale[0]);
  // Both inputs go to a common scale at least twice the larger, so that their sum keeps 32 bits.
  const double common = 2 * std::max(first_scale, second_scale);
  const double headroom = std::ldexp(1.0, left_shift_of(type));
  return {.first = quantize_multiplier(first_scale / common),
          .second = quantize_multiplier(second_scale / common),
          .output = quantize_multiplier(common / (headroom * output_scale))};
}

AddParameters sub_parameters(const Quantization& first, const Quantization& second,
                             const Quantization& output, Type type) {
  const float common = 2 * std::max(first.scale[0], second.scale[0]);
  const float headroom = std::ldexp(1.0F, left_shift_of(type));
  return {
      .first = quantize_multiplier(static_cast<double>(first.scale[0] / common)),
      .second = quantize_multiplier(static_cast<double>(second.scale[0] / common)),
      .output = quantize_multiplier(static_cast<double>(common / (headroom * output.scale[0])))};
}

double squared_difference_factor(const Quantization& first, const Quantization& second,
                                 const Quantization& output, Type type) {
  const double common = 2 * static_cast<double>(std::max(first.scale[0], second.scale[0]));
  const float headroom = std::ldexp(1.0F, 2 * squared_difference_left_shift(type));
  return common * common / static_cast<double>(headroom * output.scale[0]);
}

AddParameters squared_difference_parameters(const Quantization& first, const Quantization& second,
                                            const Quantization& output, Type type) {
  const double common = 2 * static_cast<double>(std::max(first.scale[0], second.scale[0]));
  return {.first = quantize_multiplier(static_cast<double>(first.scale[0]) / common),
          .second = quantize_multiplier(static_cast<double>(second.scale[0]) / common),
          .output = quantize_multiplier(squared_difference_factor(first, second, output, type))};
}

Multiplier comparison_factor(const Quantization& input) {
  return quantize_multiplier(static_cast<double>(input.scale[0]));
}

double div_factor(const Quantization& first, const Quantization& second,
                  const Quantization& output) {
  return static_cast<double>(first.scale[0] / (second.scale[0] * output.scale[0]));
}

double rsqrt_factor(const Quantization& input, const Quantization& output) {
  return 1 / static_cast<double>(std::sqrt(input.scale[0]) * output.scale[0]);
}

LeakyReluParameters leaky_relu_parameters(float alpha, const Quantization& input,
                                          const Quantization& output) {
  const float scaled = input.scale[0] * alpha;
  return {.identity = quantize_multiplier(static_cast<double>(input.scale[0] / output.scale[0])),
          .alpha = quantize_multiplier(std::abs(static_cast<double>(scaled / output.scale[0]))),
          .negative_alpha = alpha < 0};
}

Multiplier mean_factor(const Quantization& input, const Quantization& output, std::int64_t count) {
  Multiplier factor = quantize_factor(input, output);
  // 1 / count goes into the multiplier, in whole bits as far as the shift has room.
  int bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(count))) - 1;
  bits = std::min({bits, 32, 31 + factor.shift});
  factor.multiplier = static_cast<std::int32_t>((std::int64_t{factor.multiplier} << bits) / count);
  factor.shift -= bits;
  return factor;
}

NonlinearParameters nonlinear_parameters(const Quantization& input) {
  constexpr int integer_bits = NonlinearParameters::input_integer_bits;
  constexpr int fraction_bits = 31 - integer_bits;
  const double factor = std::ldexp(static_cast<double>(input.scale[0]), fraction_bits);
  const Multiplier scale = quantize_multiplier(factor);
  const double radius = std::ldexp((1 << integer_bits) - 1, fraction_bits - scale.shift);
  return {.scale = scale, .radius = static_cast<std::int32_t>(std::floor(radius))};
}

std::optional<int> power_of_two(float scale) {
  const float power = std::log(scale) * (1.0F / std::log(2.0F));
  const float rounded = std::round(power);
  if (std::abs(power - rounded) >= 1e-3F) return std::nullopt;
  return static_cast<int>(rounded);
}

TableParameters table_parameters_of_power(int power) {
  const int left = power + 12;  // of an input with 3 integer bits
  if (left < 0) return {.multiplier = 3, .shift = -left};
  return {.multiplier = 3 << left, .shift = 0};
}

TableParameters table_parameters(const Quantization& input, int most_power) {
  const std::optional<int> power = power_of_two(input.scale[0]);
  if (power && *power >= -12 && *power <= most_power - 12) {
    return table_parameters_of_power(*power);
  }
  double multiplier = static_cast<double>(input.scale[0]) * 4096.0 * 3.0;
  int shift = 0;
  while (multiplier <= 32767.0 / 2.0 && shift <= 30) {
    ++shift;
    multiplier *= 2;
  }
  return {.multiplier = static_cast<std::int32_t>(multiplier), .shift = shift};
}

Multiplier quantize_factor(const Quantization& input, const Quantization& output) {
  return quantize_multiplier(static_cast<double>(input.scale[0]) /
                             static_cast<double>(output.scale[0]));
}

SoftmaxParameters softmax_parameters(float beta, const Quantization& input) {
  constexpr int integer_bits = SoftmaxParameters::difference_integer_bits;
  constexpr int fraction_bits = 31 - integer_bits;
  const double highest_factor = std::ldexp(1.0, 31) - 1;
  const double factor =
      std::ldexp(static_cast<double>(beta) * static_cast<double>(input.scale[0]), fraction_bits);
  const Multiplier scale = quantize_multiplier(std::min(factor, highest_factor));
  // The largest difference whose product still fits before the point.
  const double radius = std::ldexp((1 << integer_bits) - 1, fraction_bits - scale.shift);
  return {.scale = scale, .lowest_difference = -static_cast<std::int32_t>(std::floor(radius))};
}

LogSoftmaxParameters log_softmax_parameters(const Quantization& input) {
  const SoftmaxParameters softmax = softmax_parameters(1, input);
  const double reverse =
      std::ldexp(1.0, 31 - softmax.scale.shift) / static_cast<double>(softmax.scale.multiplier);
  return {.softmax = softmax, .reverse = quantize_multiplier(reverse)};
}

SvdfParameters svdf_parameters(const Graph& graph, const Operator& op) {
  const auto scale = [&](TensorIndex i) { return tensor(graph, i).quantization.scale[0]; };
  const float state = scale(op.inputs[4]);
  const float feature = scale(op.inputs[0]) * scale(op.inputs[1]) / state;
  const float time = state * scale(op.inputs[2]) / scale(op.outputs[0]);
  return {.feature = quantize_multiplier(static_cast<double>(feature)),
          .time = quantize_multiplier(static_cast<double>(time))};
}

LstmParameters lstm_parameters(const Graph& graph, const Operator& op) {
  constexpr std::size_t gates = LstmParameters::gates;
  const double gate_input_step = std::ldexp(1.0, -12);
  const double gate_step = std::ldexp(1.0, -15);
  const auto scale = [&](TensorIndex i) { return tensor(graph, i).quantization.scale[0]; };
  const float hidden = scale(op.inputs[13]);
  const float cell = scale(op.inputs[14]);
  LstmParameters parameters{};
  for (std::size_t gate = 0; gate < gates; ++gate) {
    const float from_input = scale(op.inputs[0]) * scale(op.inputs[1 + gate]);
    const float from_hidden = hidden * scale(op.inputs[1 + gates + gate]);
    parameters.input.push_back(
        quantize_multiplier(static_cast<double>(from_input) / gate_input_step));
    parameters.recurrent.push_back(
        quantize_multiplier(static_cast<double>(from_hidden) / gate_input_step));
  }
  parameters.forget_times_cell = quantize_multiplier(gate_step);
  parameters.input_times_cell =
      quantize_multiplier(gate_step * gate_step / static_cast<double>(cell));
  parameters.output_times_tanh =
      quantize_multiplier(gate_step * gate_step / static_cast<double>(hidden));
  parameters.cell_tanh = table_parameters_of_power(power_of_two(cell).value_or(0));
  const auto& lstm = std::get<UnidirectionalSequenceLstm>(op.kind);
  const double clip = static_cast<double>(lstm.cell_clip) / static_cast<double>(cell);
  parameters.cell_clip = static_cast<std::int32_t>(std::clamp(clip, 0.0, 32767.0));
  return parameters;
}

GruParameters gru_parameters(const Graph& graph, const Operator& op) {
  constexpr int gate_fraction_bits = 12;
  const auto scale = [&](std::size_t input, std::size_t index) {
    return static_cast<double>(tensor(graph, op.inputs[input]).quantization.scale[index]);
  };
  GruParameters parameters;
  for (std::size_t gate = 0; gate < GruParameters::gates; ++gate) {
    const double from_input = scale(0, 0) * scale(1, gate);
    const double from_hidden = scale(2, gate) / GruParameters::steps_in_one;
    parameters.input.push_back(quantize_multiplier(std::ldexp(from_input, gate_fraction_bits)));
    parameters.recurrent.push_back(
        quantize_multiplier(std::ldexp(from_hidden, gate_fraction_bits)));
  }
  return parameters;
}

Multiplier mul_factor(const Quantization& first, const Quantization& second,
                      const Quantization& output) {
  return quantize_multiplier(static_cast<double>(first.scale[0]) *
                             static_cast<double>(second.scale[0]) /
                             static_cast<double>(output.scale[0]));
}

Multiplier matmul_factor(const Quantization& first, const Quantization& second,
                         const Quantization& output) {
  return quantize_multiplier(static_cast<double>(first.scale[0] * second.scale[0]) /
                             static_cast<double>(output.scale[0]));
}

HardSwishParameters hard_swish_parameters(const Quantization& input, const Quantization& output) {
  const float input_step = input.scale[0] * (1.0F / 128);
  const float gate_step = 3.0F / 32768;
  const auto factor = [](float real) {
    const Multiplier wide = quantize_multiplier(static_cast<double>(real));
    constexpr std::int32_t highest = 0x7fff;
    const std::int32_t multiplier = wide.multiplier >= (highest << 16) + (1 << 15)
                                        ? highest
                                        : (wide.multiplier + (1 << 15)) >> 16;
    return HardSwishParameters::Factor{.multiplier = static_cast<std::int16_t>(multiplier),
                                       .shift = wide.shift};
  };
  return {.output = factor(input_step / output.scale[0]), .gate = factor(input_step / gate_step)};
}

Multiplier ratio_in_float(const Quantization& input, const Quantization& output) {
  return quantize_multiplier(static_cast<double>(input.scale[0] / output.scale[0]));
}

}  // namespace sengi::model
