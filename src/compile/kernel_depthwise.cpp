// SPDX-License-Identifier: Apache-2.0
// Convolutions of each channel by itself.
#include <fmt/format.h>

#include <algorithm>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "sengi/nn/paired_depthwise_conv2d.h"
#include "sengi/nn/planar_depthwise_conv2d.h"

namespace sengi::compile {
namespace {

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

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::DepthwiseConv2D& depthwise) {
  const model::Shape& shape = operands.input(0).shape;
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

}  // namespace sengi::compile
