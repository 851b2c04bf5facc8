// SPDX-License-Identifier: Apache-2.0
// Largest numbers over windows, and means over axes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "model/broadcast.h"
#include "sengi/nn/mean.h"

namespace sengi::compile {
namespace {

struct MeanAxes {
  std::vector<nn::MeanAxis> kept;
  std::vector<nn::MeanAxis> averaged;
};

void append(std::vector<nn::MeanAxis>& axes, const nn::MeanAxis& axis) {
  if (axis.count == 1) return;
  if (!axes.empty() && axes.back().step == axis.step * axis.count) {
    axes.back() = {axes.back().count * axis.count, axis.step};
  } else {
    axes.push_back(axis);
  }
}

MeanAxes axes_of(const model::Shape& input, const model::Mean& mean) {
  const std::vector<std::int64_t> steps = model::strides_of(input);
  MeanAxes axes;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const bool averaged = std::ranges::count(mean.axes, static_cast<std::int32_t>(i)) != 0;
    append(averaged ? axes.averaged : axes.kept, {input[i], static_cast<std::int32_t>(steps[i])});
  }
  return axes;
}

// ".kept = {{8, 1}}"
std::string axes_field(std::string_view name, const std::vector<nn::MeanAxis>& axes) {
  std::vector<std::string> texts;
  texts.reserve(axes.size());
  for (const nn::MeanAxis& axis : axes) {
    texts.push_back(fmt::format("{{{}, {}}}", axis.count, axis.step));
  }
  return fmt::format(".{} = {{{}}}", name, fmt::join(texts, ", "));
}

std::ptrdiff_t lead_of_mean(const Operands& operands, const MeanAxes& axes) {
  const auto outputs = static_cast<std::int32_t>(operands.output().elements());
  const auto count = static_cast<std::int32_t>(operands.input(0).elements()) / outputs;
  // Means of neighbours, one after another in memory.
  const bool by_rows =
      axes.averaged.empty() || (axes.averaged.size() == 1 && axes.averaged[0].step == 1 &&
                                (axes.kept.empty() || axes.kept.size() == 1));
  return by_rows ? lead_of_rows(outputs, count, 1) : lead_apart(operands.output().bytes());
}

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::MaxPool2D& pool) {
  const model::Shape& shape = operands.input(0).shape;
  const nn::Image input = image_of(shape);
  const nn::Image output = image_of(operands.output().shape);
  const model::WindowPadding padding = model::window_padding(operands.graph, operands.op);
  const nn::Window window = {.taps = {pool.filter_h, pool.filter_w},
                             .stride = {pool.stride_h, pool.stride_w},
                             .padding = {padding.top, padding.left}};
  Kernel kernel;
  kernel.header = "sengi/nn/max_pool2d.h";
  kernel.function = "max_pool2d";
  kernel.shape_type = "MaxPool2D";
  add_images(kernel.shape, shape[0]);
  kernel.shape.insert(kernel.shape.end(),
                      {field("input", input), field("output", output), field(window)});
  add_clamp(kernel.shape, model::activation_range(pool.activation, operands.output().quantization));
  kernel.stem = "pool";
  kernel.kind = "max " + short_words_of(window);
  kernel.details = ", largest of " + size_text(window.taps, 'x') + words_of(pool.activation);
  kernel.leads = {lead_of_window(shape[0], input, output, window)};
  return kernel;
}

std::string without_mean_kernel(const Operands& operands, const model::Mean& mean) {
  const MeanAxes axes = axes_of(operands.input(0).shape, mean);
  if (std::max(axes.kept.size(), axes.averaged.size()) <= nn::most_mean_axes) return "";
  return "no device kernel for MEAN over axes so far apart";
}

Result<Kernel> choose(const Operands& operands, const model::Mean& mean) {
  const model::Quantization& input = operands.input(0).quantization;
  const model::Quantization& output = operands.output().quantization;
  const MeanAxes axes = axes_of(operands.input(0).shape, mean);
  const auto count =
      static_cast<std::int64_t>(operands.input(0).elements() / operands.output().elements());
  Kernel kernel;
  kernel.header = "sengi/nn/mean.h";
  kernel.function = "mean";
  kernel.shape_type = "Mean";
  kernel.shape = {axes_field("kept", axes.kept), axes_field("averaged", axes.averaged),
                  field("zero_points", count * input.zero_point[0]),
                  ".output_scale = " + text_of(model::mean_factor(input, output, count)),
                  field("output_zero_point", output.zero_point[0])};
  kernel.stem = kernel.kind = "mean";
  kernel.details = fmt::format(", mean of {}", count);
  kernel.leads = {lead_of_mean(operands, axes)};
  return kernel;
}

}  // namespace sengi::compile
