// SPDX-License-Identifier: Apache-2.0
// Convolutions and fully connected layers.
#include <fmt/format.h>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "sengi/nn/paired_conv2d.h"
#include "sengi/nn/paired_fully_connected.h"

namespace sengi::compile {
namespace {

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
NumberTable pairs_table(const WeightMatrix& matrix, std::int32_t block, std::string_view words) {
  return {
      "alignas(4) static constexpr std::int16_t weights[]",
      fmt::format("by {} [{}][{}][2]: 256 even + odd", words, nn::steps_of(matrix.products), block),
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

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::Conv2D& conv) {
  if (operands.favor == Favor::speed) {
    if (auto kernel = winograd_kernel(operands, conv)) return *std::move(kernel);
  }
  const model::Shape& shape = operands.input(0).shape;
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

}  // namespace sengi::compile
