// SPDX-License-Identifier: Apache-2.0
#include "compile/kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compile/channel_constants.h"
#include "compile/overlap.h"
#include "compile/paired_constants.h"
#include "compile/straight_add.h"
#include "model/integer_parameters.h"
#include "sengi/nn/paired_conv2d.h"
#include "sengi/nn/paired_depthwise_conv2d.h"
#include "sengi/nn/paired_fully_connected.h"
#include "sengi/nn/planar_depthwise_conv2d.h"
#include "sengi/nn/window.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Operator;
using model::Shape;
using model::Tensor;
using model::Type;

struct Operands {
  const Graph& graph;
  const Operator& op;
  const Tensor& input(std::size_t i) const {
    return graph.tensors[static_cast<std::size_t>(op.inputs[i])];
  }
  const Tensor& output() const { return graph.tensors[static_cast<std::size_t>(op.outputs[0])]; }
};

nn::Image image_of(const Shape& shape) { return {shape[1], shape[2], shape[3]}; }

std::string size_text(nn::Size size, char between) {
  return fmt::format("{}{}{}", size.height, between, size.width);
}

// ".input = {49, 10, 1}"
std::string field(std::string_view name, const nn::Image& image) {
  return fmt::format(".{} = {{{}, {}, {}}}", name, image.height, image.width, image.channels);
}
std::string field(std::string_view name, std::int64_t value) {
  return fmt::format(".{} = {}", name, value);
}
std::string field(std::string_view name, nn::Size size) {
  return fmt::format(".{} = {{{}, {}}}", name, size.height, size.width);
}

std::string field(const nn::Window& window) {
  std::string text = field("taps", window.taps);
  const auto add = [&](std::string_view name, nn::Size size, std::int32_t usual) {
    if (size.height != usual || size.width != usual) text += ", " + field(name, size);
  };
  add("stride", window.stride, 1);
  add("dilation", window.dilation, 1);
  add("padding", window.padding, 0);
  return fmt::format(".window = {{{}}}", text);
}

void add_clamp(std::vector<std::string>& shape, const model::ActivationRange& range) {
  if (range.lowest == -128 && range.highest == 127) return;
  shape.push_back(fmt::format(".clamp = {{{}, {}}}", range.lowest, range.highest));
}

void add_images(std::vector<std::string>& shape, std::int32_t images) {
  if (images != 1) shape.push_back(field("images", images));
}

// ", ReLU"
std::string words_of(model::Activation activation) {
  switch (activation) {
    case model::Activation::relu:
      return ", ReLU";
    case model::Activation::relu6:
      return ", ReLU6";
    case model::Activation::relu_n1_to_1:
      return ", ReLU -1 to 1";
    case model::Activation::none:
      break;
  }
  return "";
}

// "10x4 /2"
std::string short_words_of(const nn::Window& window) {
  std::string words = size_text(window.taps, 'x');
  const nn::Size stride = window.stride;
  if (stride.height != stride.width) {
    words += " /" + size_text(stride, ',');
  } else if (stride.height != 1) {
    words += fmt::format(" /{}", stride.height);
  }
  return words;
}

// "window 10x4, stride 2"
std::string words_of(const nn::Window& window) {
  std::string words = "window " + size_text(window.taps, 'x');
  const auto add = [&](std::string_view name, nn::Size size) {
    if (size.height == 1 && size.width == 1) return;
    const bool square = size.height == size.width;
    words +=
        fmt::format(", {} {}", name, square ? std::to_string(size.height) : size_text(size, 'x'));
  };
  add("stride", window.stride);
  add("dilation", window.dilation);
  return words;
}

template <typename Kind>
nn::Window window_of(const Operands& operands, const Kind& kind) {
  const Shape& filter = operands.input(1).shape;
  const model::WindowPadding padding = model::window_padding(operands.graph, operands.op);
  return {.taps = {filter[1], filter[2]},
          .stride = {kind.stride_h, kind.stride_w},
          .dilation = {kind.dilation_h, kind.dilation_w},
          .padding = {padding.top, padding.left}};
}

bool touches_padding(const nn::Image& input, const nn::Image& output, const nn::Window& window) {
  const nn::Taps rows =
      nn::whole_positions(input.height, output.height, window.taps.height, window.stride.height,
                          window.dilation.height, window.padding.height);
  const nn::Taps columns =
      nn::whole_positions(input.width, output.width, window.taps.width, window.stride.width,
                          window.dilation.width, window.padding.width);
  return rows.count() != output.height || columns.count() != output.width;
}

// What all layers with weights say at the end of their shape.
void add_arithmetic(std::vector<std::string>& shape, const Operands& operands,
                    const ChannelConstants& constants, model::Activation activation) {
  const model::Quantization& output = operands.output().quantization;
  if (constants.input_offset != 0) shape.push_back(field("input_offset", constants.input_offset));
  shape.push_back(field("output_zero_point", output.zero_point[0]));
  add_clamp(shape, model::activation_range(activation, output));
  if (constants.small_sums) shape.push_back(".small_sums = true");
}

// Rows of inputs times a matrix. `stem` tells the reader what it was.
Kernel matrix_kernel(const Operands& operands, const ChannelConstants& constants,
                     const WeightMatrix& matrix, model::Activation activation, std::string stem) {
  const auto rows = static_cast<std::int32_t>(operands.output().elements()) / matrix.channels;
  Kernel kernel;
  kernel.header = "sengi/nn/fully_connected.h";
  kernel.function = "fully_connected";
  kernel.shape_type = "FullyConnected";
  if (rows != 1) kernel.shape.push_back(field("rows", rows));
  kernel.shape.push_back(field("inputs", matrix.products));
  kernel.shape.push_back(field("outputs", matrix.channels));
  add_arithmetic(kernel.shape, operands, constants, activation);
  kernel.constants = to_tables(constants, pack_blocks(matrix),
                               fmt::format("outputs by fours: [{}][4]", matrix.products));
  kernel.kind = stem == "pointwise" ? "conv 1x1" : stem;
  kernel.details = words_of(activation);
  kernel.stem = std::move(stem);
  kernel.leads = {lead_of_rows(rows, matrix.products, matrix.channels)};
  return kernel;
}

Kernel conv2d_kernel(const Operands& operands, std::int32_t images, const nn::Image& input,
                     const nn::Image& output, const nn::Window& window,
                     const ChannelConstants& constants, const WeightMatrix& matrix,
                     model::Activation activation) {
  Kernel kernel;
  kernel.header = "sengi/nn/conv2d.h";
  kernel.function = "conv2d";
  kernel.shape_type = "Conv2D";
  add_images(kernel.shape, images);
  kernel.shape.insert(kernel.shape.end(),
                      {field("input", input), field("output", output), field(window)});
  add_arithmetic(kernel.shape, operands, constants, activation);
  kernel.constants = to_tables(constants, pack_blocks(matrix),
                               fmt::format("outputs by fours: [{}][{}][{}][4]", window.taps.height,
                                           window.taps.width, input.channels));
  kernel.stem = "conv";
  kernel.kind = "conv " + short_words_of(window);
  kernel.details = ", " + words_of(window) + words_of(activation);
  kernel.leads = {lead_of_window(images, input, output, window)};
  return kernel;
}

// How a layer that multiplies in pairs scales its sums.
void add_scaling(std::vector<std::string>& shape, const Operands& operands,
                 const PairedConstants& constants, model::Activation activation) {
  if (constants.straight_shift != 0) {
    shape.push_back(field("straight_shift", constants.straight_shift));
    return;
  }
  const model::Quantization& output = operands.output().quantization;
  shape.push_back(field("output_zero_point", output.zero_point[0]));
  add_clamp(shape, model::activation_range(activation, output));
}

NumberTable pairs_table(const WeightMatrix& matrix, std::int32_t block, std::string_view words) {
  return {"alignas(4) static constexpr std::int16_t weights[]",
          fmt::format("outputs by {}: [{}][{}][2]", words, nn::steps_of(matrix.products), block),
          pack_pairs(matrix, block), sizeof(std::int16_t)};
}

Kernel paired_conv2d_kernel(const Operands& operands, const nn::PairedConv2D& shape,
                            const PairedConstants& constants, model::Activation activation) {
  const bool one_pixel = shape.window.taps.height == 1 && shape.window.taps.width == 1;
  Kernel kernel;
  kernel.header = "sengi/nn/paired_conv2d.h";
  kernel.function = "paired_conv2d";
  kernel.shape_type = "PairedConv2D";
  add_images(kernel.shape, shape.images);
  kernel.shape.insert(kernel.shape.end(), {field("input", shape.input),
                                           field("output", shape.output), field(shape.window)});
  if (touches_padding(shape.input, shape.output, shape.window)) {
    kernel.shape.push_back(field("input_zero_point", shape.input_zero_point));
  }
  add_scaling(kernel.shape, operands, constants, activation);
  kernel.constants =
      to_tables(constants, pairs_table(constants.matrix, nn::panel_channels, "twos"));
  kernel.stem = one_pixel ? "pointwise" : "conv";
  kernel.kind = "conv " + short_words_of(shape.window);
  kernel.details = (one_pixel ? "" : ", " + words_of(shape.window)) + words_of(activation);
  kernel.leads = {
      lead_of_groups(shape.images, shape.input, shape.output, shape.window, nn::panel_pixels)};
  kernel.scratch_bytes = static_cast<std::size_t>(nn::paired_conv2d_scratch(shape));
  return kernel;
}

Kernel paired_dense_kernel(const Operands& operands, std::int32_t rows,
                           const PairedConstants& constants, model::Activation activation) {
  const WeightMatrix& matrix = constants.matrix;
  Kernel kernel;
  kernel.header = "sengi/nn/paired_fully_connected.h";
  kernel.function = "paired_fully_connected";
  kernel.shape_type = "PairedFullyConnected";
  if (rows != 1) kernel.shape.push_back(field("rows", rows));
  kernel.shape.push_back(field("inputs", matrix.products));
  kernel.shape.push_back(field("outputs", matrix.channels));
  add_scaling(kernel.shape, operands, constants, activation);
  kernel.constants = to_tables(constants, pairs_table(matrix, nn::row_block, "eights"));
  kernel.stem = kernel.kind = "dense";
  kernel.details = words_of(activation);
  kernel.leads = {lead_of_rows(rows, matrix.products, matrix.channels)};
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Conv2D& conv) {
  const Shape& shape = operands.input(0).shape;
  const nn::Image input = image_of(shape);
  const nn::Image output = image_of(operands.output().shape);
  const nn::Window window = window_of(operands, conv);
  const WeightMatrix matrix = rows_by_output(operands.input(1));
  if (const auto paired = paired_constants(operands.graph, operands.op, matrix, conv.activation,
                                           Weights::in_pairs)) {
    const std::int32_t zero_point = operands.input(0).quantization.zero_point[0];
    return paired_conv2d_kernel(operands, {shape[0], input, output, window, zero_point}, *paired,
                                conv.activation);
  }
  const bool foldable = !touches_padding(input, output, window);
  const ChannelConstants constants =
      channel_constants(operands.graph, operands.op, matrix, foldable);
  const bool pointwise = window.taps.height == 1 && window.taps.width == 1 &&
                         window.stride.height == 1 && window.stride.width == 1;
  if (pointwise) {
    return matrix_kernel(operands, constants, matrix, conv.activation, "pointwise");
  }
  return conv2d_kernel(operands, shape[0], input, output, window, constants, matrix,
                       conv.activation);
}

Result<Kernel> choose(const Operands& operands, const model::FullyConnected& dense) {
  const WeightMatrix matrix = rows_by_output(operands.input(1));
  const auto rows = static_cast<std::int32_t>(operands.output().elements()) / matrix.channels;
  if (const auto paired = paired_constants(operands.graph, operands.op, matrix, dense.activation,
                                           Weights::in_pairs)) {
    return paired_dense_kernel(operands, rows, *paired, dense.activation);
  }
  const ChannelConstants constants = channel_constants(operands.graph, operands.op, matrix, true);
  return matrix_kernel(operands, constants, matrix, dense.activation, "dense");
}

bool is_planar(const nn::Image& input, const nn::Image& output, const nn::Window& window) {
  const auto is = [](const nn::Size& size, std::int32_t side) {
    return size.height == side && size.width == side;
  };
  return is(window.taps, 3) && is(window.dilation, 1) &&
         (is(window.stride, 1) || is(window.stride, 2)) && output.width >= 2 &&
         input.channels == output.channels;
}

// Bands of few rows let the output grow over the input; only where both are the same size it takes
// the input's very place instead.
nn::PlanarDepthwiseConv2D planar_shape(std::int32_t images, const nn::Image& input,
                                       const nn::Image& output, const nn::Window& window,
                                       std::int32_t zero_point) {
  constexpr std::int32_t enough_pixels = 96;
  const std::int32_t few = (enough_pixels + output.width - 1) / output.width;
  const bool in_place = input.bytes() == output.bytes();
  return {.images = images,
          .input = input,
          .output = output,
          .window = window,
          .band = in_place ? output.height : std::min(few, output.height),
          .input_zero_point = zero_point};
}

// What the shapes of both depthwise kernels have in common.
template <typename DepthwiseShape>
Kernel depthwise_kernel(const Operands& operands, const DepthwiseShape& shape,
                        const PairedConstants& constants, model::Activation activation) {
  Kernel kernel;
  add_images(kernel.shape, shape.images);
  kernel.shape.insert(kernel.shape.end(), {field("input", shape.input),
                                           field("output", shape.output), field(shape.window)});
  if (touches_padding(shape.input, shape.output, shape.window)) {
    kernel.shape.push_back(field("input_zero_point", shape.input_zero_point));
  }
  add_scaling(kernel.shape, operands, constants, activation);
  kernel.stem = "depthwise";
  kernel.kind = "depthwise " + short_words_of(shape.window);
  kernel.details = ", " + words_of(shape.window) + words_of(activation);
  return kernel;
}

Kernel planar_depthwise_kernel(const Operands& operands, const nn::PlanarDepthwiseConv2D& shape,
                               const PairedConstants& constants, model::Activation activation) {
  Kernel kernel = depthwise_kernel(operands, shape, constants, activation);
  kernel.header = "sengi/nn/planar_depthwise_conv2d.h";
  kernel.function = "planar_depthwise_conv2d";
  kernel.shape_type = "PlanarDepthwiseConv2D";
  const auto window = std::ranges::find_if(
      kernel.shape, [](const std::string& text) { return text.starts_with(".window"); });
  kernel.shape.insert(window + 1, field("band", shape.band));
  kernel.constants = to_tables(
      constants, {"alignas(4) static constexpr std::int8_t weights[]",
                  fmt::format("[{}][9]", shape.output.channels), pack_planar(constants.matrix), 1});
  kernel.leads = {lead_of_bands(shape.images, shape.input, shape.output, shape.window, shape.band)};
  kernel.in_place = shape.input.bytes() == shape.output.bytes();
  kernel.scratch_bytes = static_cast<std::size_t>(nn::plane_bytes(shape));
  return kernel;
}

Kernel paired_depthwise_kernel(const Operands& operands, const nn::PairedDepthwiseConv2D& shape,
                               const PairedConstants& constants, model::Activation activation) {
  Kernel kernel = depthwise_kernel(operands, shape, constants, activation);
  kernel.header = "sengi/nn/paired_depthwise_conv2d.h";
  kernel.function = "paired_depthwise_conv2d";
  kernel.shape_type = "PairedDepthwiseConv2D";
  kernel.constants = to_tables(
      constants, {"alignas(4) static constexpr std::int8_t weights[]",
                  fmt::format("channels by fours: [{}][8]", (constants.matrix.products + 1) / 2),
                  pack_taps(constants.matrix), 1});
  kernel.leads = {lead_of_window(shape.images, shape.input, shape.output, shape.window)};
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::DepthwiseConv2D& depthwise) {
  const Shape& shape = operands.input(0).shape;
  const nn::Image input = image_of(shape);
  const nn::Image output = image_of(operands.output().shape);
  const nn::Window window = window_of(operands, depthwise);
  const WeightMatrix matrix = rows_by_channel(operands.input(1));
  const bool planar = is_planar(input, output, window);
  const bool by_fours = input.channels == output.channels && input.channels % 4 == 0;
  if (planar || by_fours) {
    if (const auto constants = paired_constants(operands.graph, operands.op, matrix,
                                                depthwise.activation, Weights::single)) {
      const std::int32_t zero_point = operands.input(0).quantization.zero_point[0];
      if (planar) {
        return planar_depthwise_kernel(operands,
                                       planar_shape(shape[0], input, output, window, zero_point),
                                       *constants, depthwise.activation);
      }
      return paired_depthwise_kernel(operands, {shape[0], input, output, window, zero_point},
                                     *constants, depthwise.activation);
    }
  }
  const ChannelConstants constants = channel_constants(operands.graph, operands.op, matrix,
                                                       !touches_padding(input, output, window));
  Kernel kernel;
  kernel.header = "sengi/nn/depthwise_conv2d.h";
  kernel.function = "depthwise_conv2d";
  kernel.shape_type = "DepthwiseConv2D";
  add_images(kernel.shape, shape[0]);
  kernel.shape.insert(kernel.shape.end(),
                      {field("input", input), field("output", output), field(window)});
  add_arithmetic(kernel.shape, operands, constants, depthwise.activation);
  kernel.constants = to_tables(
      constants, matrix.values,
      fmt::format("[{}][{}][{}]", output.channels, window.taps.height, window.taps.width));
  kernel.stem = "depthwise";
  kernel.kind = "depthwise " + short_words_of(window);
  kernel.details = ", " + words_of(window) + words_of(depthwise.activation);
  kernel.leads = {lead_of_window(shape[0], input, output, window)};
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::AveragePool2D& pool) {
  const Shape& shape = operands.input(0).shape;
  const nn::Image input = image_of(shape);
  const nn::Image output = image_of(operands.output().shape);
  const model::WindowPadding padding = model::window_padding(operands.graph, operands.op);
  const nn::Window window = {.taps = {pool.filter_h, pool.filter_w},
                             .stride = {pool.stride_h, pool.stride_w},
                             .padding = {padding.top, padding.left}};
  Kernel kernel;
  kernel.header = "sengi/nn/average_pool2d.h";
  kernel.function = "average_pool2d";
  kernel.shape_type = "AveragePool2D";
  add_images(kernel.shape, shape[0]);
  kernel.shape.insert(kernel.shape.end(),
                      {field("input", input), field("output", output), field(window)});
  add_clamp(kernel.shape, model::activation_range(pool.activation, operands.output().quantization));
  kernel.stem = "pool";
  kernel.kind = "mean " + size_text(window.taps, 'x');
  kernel.details = ", mean of " + size_text(window.taps, 'x') + words_of(pool.activation);
  kernel.leads = {lead_of_window(shape[0], input, output, window)};
  return kernel;
}

// "{3, {1073741824, 0}}"
std::string text_of(const Multiplier& factor) {
  return fmt::format("{{{}, {}}}", factor.multiplier, -factor.shift);
}

Kernel straight_add_kernel(const Operands& operands, const StraightAddition& straight,
                           model::Activation activation) {
  Kernel kernel;
  kernel.header = "sengi/nn/straight_add.h";
  kernel.function = "straight_add";
  kernel.shape_type = "StraightAdd";
  kernel.shape = {field("elements", static_cast<std::int64_t>(operands.output().elements())),
                  field("factor_a", straight.factor_a), field("factor_b", straight.factor_b),
                  field("addition", straight.addition), field("shift", straight.shift)};
  kernel.stem = kernel.kind = "add";
  kernel.details = words_of(activation);
  kernel.leads = {lead_of_elements, lead_of_elements};
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Add& add) {
  const model::Quantization& a = operands.input(0).quantization;
  const model::Quantization& b = operands.input(1).quantization;
  const model::Quantization& output = operands.output().quantization;
  if (const auto straight =
          straight_addition(a, b, output, model::activation_range(add.activation, output))) {
    return straight_add_kernel(operands, *straight, add.activation);
  }
  const model::AddParameters parameters = model::add_parameters(a, b, output);
  const auto input = [](std::string_view name, const model::Quantization& quantization,
                        const Multiplier& factor) {
    return fmt::format(".{} = {{{}, {}}}", name, quantization.zero_point[0], text_of(factor));
  };
  Kernel kernel;
  kernel.header = "sengi/nn/add.h";
  kernel.function = "add";
  kernel.shape_type = "Add";
  kernel.shape = {field("elements", static_cast<std::int64_t>(operands.output().elements())),
                  input("a", a, parameters.first),
                  input("b", b, parameters.second),
                  field("left_shift", model::AddParameters::left_shift),
                  ".output_scale = " + text_of(parameters.output),
                  field("output_zero_point", output.zero_point[0])};
  add_clamp(kernel.shape, model::activation_range(add.activation, output));
  kernel.stem = kernel.kind = "add";
  kernel.details = words_of(add.activation);
  kernel.leads = {lead_of_elements, lead_of_elements};
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Softmax& softmax) {
  const model::SoftmaxParameters parameters =
      model::softmax_parameters(softmax.beta, operands.input(0).quantization);
  const std::int32_t depth = operands.output().shape.back();
  const std::int64_t rows = static_cast<std::int64_t>(operands.output().elements()) / depth;
  Kernel kernel;
  kernel.header = "sengi/nn/softmax.h";
  kernel.function = "softmax";
  kernel.shape_type = "Softmax";
  if (rows != 1) kernel.shape.push_back(field("rows", rows));
  kernel.shape.insert(kernel.shape.end(),
                      {field("depth", depth), field("multiplier", parameters.scale.multiplier),
                       field("left_shift", parameters.scale.shift),
                       field("least_difference", parameters.lowest_difference)});
  kernel.stem = kernel.kind = "softmax";
  kernel.leads = {lead_of_elements};
  return kernel;
}

Result<Kernel> choose(const Operands&, const model::Reshape&) {
  return Error{"a reshape is no step"};  // schedule() leaves none
}

template <typename Kind>
Result<Kernel> choose(const Operands& operands, const Kind&) {
  return Error{fmt::format("no device kernel for {} yet", name_of(operands.op.kind))};
}

// What no kernel takes in tensors beside an operator's weights; "" where there is nothing.
std::string without_kernel(const Graph& graph, const Operator& op) {
  const auto* add = std::get_if<model::Add>(&op.kind);
  const bool known = add != nullptr || std::holds_alternative<model::Conv2D>(op.kind) ||
                     std::holds_alternative<model::DepthwiseConv2D>(op.kind) ||
                     std::holds_alternative<model::FullyConnected>(op.kind) ||
                     std::holds_alternative<model::AveragePool2D>(op.kind) ||
                     std::holds_alternative<model::Softmax>(op.kind) ||
                     std::holds_alternative<model::Reshape>(op.kind);
  if (!known) return fmt::format("no device kernel for {} yet", name_of(op.kind));
  const Operands operands{graph, op};
  if (operands.output().type != Type::int8) {
    return fmt::format("no device kernel for {} of {} yet", name_of(op.kind),
                       name_of(operands.output().type));
  }
  if (op.inputs.size() > 1 && add == nullptr && operands.input(1).quantization.per_tensor() &&
      operands.input(1).quantization.zero_point[0] != 0) {
    return fmt::format("no device kernel for {} whose weights have a zero point yet",
                       name_of(op.kind));
  }
  if (add == nullptr) return "";
  if (operands.input(0).constant() || operands.input(1).constant()) {
    return "no device kernel for ADD with a constant yet";
  }
  if (operands.input(0).shape != operands.input(1).shape) {
    return "no device kernel for ADD of two shapes yet";
  }
  return "";
}

}  // namespace

std::size_t Kernel::const_bytes() const {
  return std::accumulate(
      constants.begin(), constants.end(), std::size_t{0},
      [](std::size_t sum, const NumberTable& table) { return sum + table.bytes(); });
}

Result<void> check_kernels(const Graph& graph) {
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    for (const model::TensorIndex index : op.inputs) {
      if (index == model::absent) continue;
      const Tensor& tensor = graph.tensors[static_cast<std::size_t>(index)];
      if (tensor.type == Type::float32) {
        return Error{
            fmt::format("{}: {}: input {} is float32; sengi builds int8 networks, so "
                        "quantise the model first",
                        graph.name, operator_label(graph, i), tensor_label(graph, index))};
      }
    }
    const std::string fault = without_kernel(graph, op);
    if (fault.empty()) continue;
    return Error{fmt::format("{}: {}: {}", graph.name, operator_label(graph, i), fault)};
  }
  return {};
}

Result<Kernel> choose_kernel(const Graph& graph, const Step& step) {
  const Operands operands{graph, graph.operators[step.op]};
  return std::visit([&](const auto& kind) { return choose(operands, kind); }, operands.op.kind);
}

}  // namespace sengi::compile
