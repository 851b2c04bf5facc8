// SPDX-License-Identifier: Apache-2.0
// Activations of 16 bits, and what of int8 takes the same kernels.
#include <fmt/format.h>

#include <algorithm>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "model/broadcast.h"
#include "sengi/nn/plain_conv2d.h"

namespace sengi::compile {
namespace {

using model::Shape;
using model::Tensor;
using model::Type;

// ---- sums of products

bool has_bias(const Operands& operands) {
  return operands.op.inputs.size() > 2 && operands.op.inputs[2] != model::absent;
}

// Sums are as wide as the bias; of 64 bits where int16 has none.
Type sum_type(const Operands& operands) {
  if (operands.output().type == Type::int8) return Type::int32;
  return has_bias(operands) ? operands.input(2).type : Type::int64;
}

void add_sum_constants(Kernel& kernel, const Operands& operands) {
  const Tensor& weights = operands.input(1);
  const Type type = sum_type(operands);
  const auto channels = static_cast<std::size_t>(operands.output().shape.back());
  const std::vector<std::int64_t> bias =
      has_bias(operands) ? integers_of(operands.input(2)) : std::vector<std::int64_t>(channels);
  std::vector<Multiplier> factors = model::output_multipliers(operands.graph, operands.op);
  if (type == Type::int64) std::ranges::transform(factors, factors.begin(), shortened);
  std::vector<std::int32_t> multiplier;
  std::vector<std::int32_t> right_shift;
  add_rescaling(multiplier, right_shift, factors);
  kernel.constants = {
      number_table(Type::int8, "weights", integers_of(weights), model::to_string(weights.shape)),
      number_table(type, "bias", bias),
      number_table(type == Type::int64 ? Type::int16 : Type::int32, "multiplier",
                   {multiplier.begin(), multiplier.end()}),
      number_table(Type::int8, "right_shift", {right_shift.begin(), right_shift.end()})};
}

Kernel plain_kernel(const Operands& operands, std::string function, std::int32_t images,
                    const nn::Image& input, const nn::Image& output, const nn::Window& window,
                    model::Activation activation) {
  Kernel kernel;
  kernel.header = "sengi/nn/plain_conv2d.h";
  kernel.function = std::move(function);
  kernel.shape_type = "PlainConv2D";
  add_images(kernel.shape, images);
  kernel.shape.insert(kernel.shape.end(),
                      {field("input", input), field("output", output), field(window)});
  const Tensor& to = operands.output();
  const std::int32_t in = operands.input(0).quantization.zero_point[0];
  const std::int32_t weight = operands.input(1).quantization.zero_point[0];
  const std::int32_t out = to.quantization.zero_point[0];
  if (in != 0 || weight != 0 || out != 0) {
    kernel.shape.push_back(fmt::format(".offsets = {{{}, {}, {}}}", -in, -weight, out));
  }
  add_clamp(kernel.shape, model::activation_range(activation, to.quantization, to.type));
  add_sum_constants(kernel, operands);
  kernel.details = words_of(activation);
  return kernel;
}

// Leads count in bytes, and those of images and windows in elements.
std::ptrdiff_t in_bytes(std::ptrdiff_t lead, const Operands& operands) {
  return lead * static_cast<std::ptrdiff_t>(model::bytes_of(operands.output().type));
}

// Kernels by the letter are for what others do not take: int16, and weights with a zero point.
bool is_left_over(const Operands& operands) {
  return operands.output().type == Type::int16 || operands.input(1).quantization.zero_point[0] != 0;
}

template <typename Kind>
Kernel sliding_kernel(const Operands& operands, const Kind& kind, const char* function,
                      std::string stem) {
  const Shape& shape = operands.input(0).shape;
  const nn::Image input = image_of(shape);
  const nn::Image output = image_of(operands.output().shape);
  const nn::Window window = window_of(operands, kind);
  Kernel kernel =
      plain_kernel(operands, function, shape[0], input, output, window, kind.activation);
  kernel.kind = fmt::format("{} {}", stem, short_words_of(window));
  kernel.stem = std::move(stem);
  kernel.details = ", " + words_of(window) + kernel.details;
  kernel.leads = {in_bytes(lead_of_window(shape[0], input, output, window), operands)};
  return kernel;
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::Conv2D& conv) {
  if (!is_left_over(operands)) return std::nullopt;
  return sliding_kernel(operands, conv, "plain_conv2d", "conv");
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::DepthwiseConv2D& conv) {
  if (!is_left_over(operands)) return std::nullopt;
  return sliding_kernel(operands, conv, "plain_depthwise_conv2d", "depthwise");
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::FullyConnected& dense) {
  if (!is_left_over(operands)) return std::nullopt;
  const Shape& weights = operands.input(1).shape;
  const auto rows = static_cast<std::int32_t>(operands.output().elements()) / weights[0];
  Kernel kernel = plain_kernel(operands, "plain_conv2d", 1, {rows, 1, weights[1]},
                               {rows, 1, weights[0]}, {.taps = {1, 1}}, dense.activation);
  kernel.stem = kernel.kind = "dense";
  kernel.leads = {in_bytes(lead_of_rows(rows, weights[1], weights[0]), operands)};
  return kernel;
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::TransposeConv& conv) {
  const Shape& shape = operands.input(0).shape;
  const Shape& filter = operands.input(1).shape;
  const model::WindowPadding padding = model::window_padding(operands.graph, operands.op);
  const nn::Window window = {.taps = {filter[1], filter[2]},
                             .stride = {conv.stride_h, conv.stride_w},
                             .padding = {padding.top, padding.left}};
  Kernel kernel = plain_kernel(operands, "transpose_conv2d", shape[0], image_of(shape),
                               image_of(operands.output().shape), window, conv.activation);
  kernel.stem = "deconv";
  kernel.kind = "deconv " + short_words_of(window);
  kernel.details = ", " + words_of(window) + kernel.details;
  kernel.leads = {lead_of_whole(operands.output())};
  return kernel;
}

// ---- number by number

struct PairedAxis {
  std::int64_t count, a, b;
};

// The output's axes with both inputs' steps along them; axes that go on in all three are one.
std::vector<PairedAxis> paired_axes(const Operands& operands) {
  const Shape& to = operands.output().shape;
  const std::vector<std::int64_t> a = model::broadcast_strides(operands.input(0).shape, to);
  const std::vector<std::int64_t> b = model::broadcast_strides(operands.input(1).shape, to);
  std::vector<PairedAxis> axes;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] == 1) continue;
    if (!axes.empty() && axes.back().a == a[i] * to[i] && axes.back().b == b[i] * to[i]) {
      axes.back() = {axes.back().count * to[i], a[i], b[i]};
    } else {
      axes.push_back({to[i], a[i], b[i]});
    }
  }
  if (axes.empty()) axes.push_back({1, 1, 1});
  return axes;
}

// Both inputs, which may be constants, and how the kernel walks them.
void add_pairs(Kernel& kernel, const Operands& operands) {
  const std::vector<PairedAxis> axes = paired_axes(operands);
  std::vector<std::string> texts;
  Shape counts;
  std::vector<std::int64_t> steps[2];
  for (const PairedAxis& axis : axes) {
    texts.push_back(fmt::format("{{{}, {}, {}}}", axis.count, axis.a, axis.b));
    counts.push_back(static_cast<std::int32_t>(axis.count));
    steps[0].push_back(axis.a);
    steps[1].push_back(axis.b);
  }
  kernel.shape.push_back(fmt::format(".axes = {{{}}}", fmt::join(texts, ", ")));
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const Tensor& input = operands.input(i);
    add_operand(kernel, input, i == 0 ? "a" : "b");
    if (input.constant()) continue;
    kernel.leads.push_back(lead_of_reads(counts, steps[i], 0, model::bytes_of(input.type)));
  }
}

Kernel sum_kernel(const Operands& operands, const model::AddParameters& parameters,
                  model::Activation activation, bool difference) {
  const Tensor& output = operands.output();
  const auto input = [&](std::string_view name, std::size_t i, const Multiplier& factor) {
    return fmt::format(".{} = {{{}, {}}}", name, operands.input(i).quantization.zero_point[0],
                       text_of(factor));
  };
  Kernel kernel;
  kernel.header = "sengi/nn/sum.h";
  kernel.function = "sum";
  kernel.shape_type = "Sum";
  add_pairs(kernel, operands);
  const std::int32_t left_shift = output.type == Type::int16
                                      ? model::AddParameters::left_shift_int16
                                      : model::AddParameters::left_shift;
  kernel.shape.insert(kernel.shape.end(),
                      {input("a", 0, parameters.first), input("b", 1, parameters.second),
                       field("left_shift", left_shift)});
  if (difference) kernel.shape.emplace_back(".difference = true");
  kernel.shape.push_back(".output_scale = " + text_of(parameters.output));
  const std::int32_t zero_point = output.quantization.zero_point[0];
  if (zero_point != 0) kernel.shape.push_back(field("output_zero_point", zero_point));
  add_clamp(kernel.shape, model::activation_range(activation, output.quantization, output.type));
  kernel.stem = kernel.kind = difference ? "sub" : "add";
  kernel.details = words_of(activation);
  return kernel;
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::Add& add) {
  const Tensor& output = operands.output();
  if (output.type != Type::int16) return std::nullopt;
  const model::AddParameters parameters =
      model::add_parameters(operands.input(0).quantization, operands.input(1).quantization,
                            output.quantization, output.type);
  return sum_kernel(operands, parameters, add.activation, false);
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::Sub& sub) {
  const Tensor& output = operands.output();
  if (output.type != Type::int16 && output.type != Type::int8) return std::nullopt;
  const model::AddParameters parameters =
      model::sub_parameters(operands.input(0).quantization, operands.input(1).quantization,
                            output.quantization, output.type);
  return sum_kernel(operands, parameters, sub.activation, true);
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::LeakyRelu& leaky) {
  const Tensor& output = operands.output();
  if (output.type != Type::int16) return std::nullopt;
  const model::Quantization& input = operands.input(0).quantization;
  const model::LeakyReluParameters parameters =
      model::leaky_relu_parameters(leaky.alpha, input, output.quantization);
  Kernel kernel;
  kernel.header = "sengi/nn/leaky_relu_int16.h";
  kernel.function = "leaky_relu_int16";
  kernel.shape_type = "LeakyReluInt16";
  kernel.shape = {field("elements", static_cast<std::int64_t>(output.elements()))};
  if (input.zero_point[0] != 0) {
    kernel.shape.push_back(field("input_zero_point", input.zero_point[0]));
  }
  kernel.shape.push_back(".identity = " + text_of(parameters.identity));
  kernel.shape.push_back(".alpha = " + text_of(parameters.alpha));
  if (parameters.negative_alpha) kernel.shape.emplace_back(".negative_alpha = true");
  const std::int32_t zero_point = output.quantization.zero_point[0];
  if (zero_point != 0) kernel.shape.push_back(field("output_zero_point", zero_point));
  kernel.stem = kernel.kind = "leaky";
  kernel.details = fmt::format(", leaky ReLU of {}", leaky.alpha);
  kernel.leads = {lead_of_elements};
  return kernel;
}

// Kernels that are templates over the type of their numbers.
template <typename Kind>
std::optional<Kernel> typed_kernel(const Operands& operands, const Kind& kind, bool takes_int32) {
  const Type type = operands.output().type;
  if (type != Type::int16 && !(takes_int32 && type == Type::int32)) return std::nullopt;
  const bool computed = std::ranges::any_of(operands.op.inputs, [&](model::TensorIndex index) {
    return index != model::absent &&
           !operands.graph.tensors[static_cast<std::size_t>(index)].constant();
  });
  if (!computed) return std::nullopt;
  Result<Kernel> kernel = choose(operands, kind);
  if (!kernel.ok()) return std::nullopt;
  return std::move(kernel).value();
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::Mul& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::SquaredDifference& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::Prelu& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::Maximum& kind) {
  return typed_kernel(operands, kind, true);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::Minimum& kind) {
  return typed_kernel(operands, kind, true);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::AveragePool2D& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::MaxPool2D& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::Mean& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::Sum& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::ReduceMax& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::ReduceMin& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::BatchMatMul& kind) {
  return typed_kernel(operands, kind, false);
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::Softmax& kind) {
  return typed_kernel(operands, kind, false);
}

// ---- functions of a number

Kernel function_kernel(const Operands& operands, std::string function, std::string shape_type,
                       std::string stem) {
  Kernel kernel =
      named("functions_int16", std::move(function), std::move(shape_type), std::move(stem));
  kernel.shape.push_back(
      field("elements", static_cast<std::int64_t>(operands.output().elements())));
  kernel.leads = {lead_of_elements};
  return kernel;
}

// `most_power`: see table_parameters().
std::optional<Kernel> table_kernel(const Operands& operands, const char* function, int most_power,
                                   std::string stem) {
  if (operands.output().type != Type::int16) return std::nullopt;
  const model::TableParameters parameters =
      model::table_parameters(operands.input(0).quantization, most_power);
  Kernel kernel = function_kernel(operands, function, "TableInt16", std::move(stem));
  kernel.shape.push_back(
      fmt::format(".scale = {{{}, {}}}", parameters.multiplier, parameters.shift));
  return kernel;
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::Logistic&) {
  return table_kernel(operands, "logistic_int16", 0, "logistic");
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::Tanh&) {
  return table_kernel(operands, "tanh_int16", 1, "tanh");
}

std::optional<Kernel> rescale_kernel(const Operands& operands, model::Activation activation,
                                     bool magnitude, std::string stem) {
  const Tensor& output = operands.output();
  if (output.type != Type::int16) return std::nullopt;
  const model::ActivationRange range =
      model::activation_range(activation, output.quantization, output.type);
  Kernel kernel = function_kernel(operands, "rescale_int16", "RescaleInt16", std::move(stem));
  kernel.shape.push_back(".scale = " + text_of(model::ratio_in_float(operands.input(0).quantization,
                                                                     output.quantization)));
  if (magnitude) kernel.shape.emplace_back(".magnitude = true");
  kernel.shape.push_back(fmt::format(".clamp = {{{}, {}}}", range.lowest, range.highest));
  kernel.details = words_of(activation);
  return kernel;
}

std::optional<Kernel> int16_kernel(const Operands& operands, const model::Relu& relu) {
  return rescale_kernel(operands, relu.activation, false, "relu");
}
std::optional<Kernel> int16_kernel(const Operands& operands, const model::Abs&) {
  return rescale_kernel(operands, model::Activation::none, true, "abs");
}

template <typename Kind>
std::optional<Kernel> int16_kernel(const Operands&, const Kind&) {
  return std::nullopt;
}

}  // namespace

std::optional<Kernel> int16_kernel(const Operands& operands) {
  if (!is_of_integers(operands)) return std::nullopt;
  return std::visit([&](const auto& kind) { return int16_kernel(operands, kind); },
                    operands.op.kind);
}

}  // namespace sengi::compile
