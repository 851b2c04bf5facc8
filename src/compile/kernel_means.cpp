// SPDX-License-Identifier: Apache-2.0
// Largest numbers over windows; means, sums and extremes over axes.
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

MeanAxes axes_of(const model::Shape& input, const std::vector<std::int32_t>& reduced) {
  const std::vector<std::int64_t> steps = model::strides_of(input);
  MeanAxes axes;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const bool averaged = std::ranges::count(reduced, static_cast<std::int32_t>(i)) != 0;
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
  const auto bytes = static_cast<std::int32_t>(model::bytes_of(operands.output().type));
  return by_rows ? lead_of_rows(outputs, count * bytes, bytes)
                 : lead_apart(operands.output().bytes());
}

// Of a sum: of all elements together, times a factor.
Kernel sum_kernel(const Operands& operands, const std::vector<std::int32_t>& reduced,
                  const Multiplier& factor, std::string stem) {
  const model::Quantization& input = operands.input(0).quantization;
  const model::Tensor& output = operands.output();
  const MeanAxes axes = axes_of(operands.input(0).shape, reduced);
  const auto count = static_cast<std::int64_t>(operands.input(0).elements() / output.elements());
  Kernel kernel;
  kernel.header = "sengi/nn/mean.h";
  kernel.function = "mean";
  kernel.shape_type = "Mean";
  kernel.shape = {axes_field("kept", axes.kept), axes_field("averaged", axes.averaged),
                  field("zero_points", count * input.zero_point[0]),
                  ".output_scale = " + text_of(factor),
                  field("output_zero_point", output.quantization.zero_point[0])};
  add_clamp(kernel.shape,
            model::activation_range(model::Activation::none, output.quantization, output.type));
  kernel.details = fmt::format(", {} of {}", stem, count);
  kernel.kind = stem;
  kernel.stem = std::move(stem);
  kernel.leads = {lead_of_mean(operands, axes)};
  return kernel;
}

Kernel extreme_kernel(const Operands& operands, const std::vector<std::int32_t>& reduced,
                      bool smallest) {
  const MeanAxes axes = axes_of(operands.input(0).shape, reduced);
  Kernel kernel;
  kernel.header = "sengi/nn/mean.h";
  kernel.function = "reduce_extreme";
  kernel.shape_type = "ReduceExtreme";
  kernel.shape = {axes_field("kept", axes.kept), axes_field("averaged", axes.averaged)};
  if (smallest) kernel.shape.emplace_back(".smallest = true");
  kernel.stem = smallest ? "lowest" : "highest";
  kernel.kind = smallest ? "smallest" : "largest";
  kernel.leads = {lead_of_mean(operands, axes)};
  return kernel;
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
  const model::Tensor& to = operands.output();
  add_clamp(kernel.shape, model::activation_range(pool.activation, to.quantization, to.type));
  kernel.stem = "pool";
  kernel.kind = "max " + short_words_of(window);
  kernel.details = ", largest of " + size_text(window.taps, 'x') + words_of(pool.activation);
  kernel.leads = {lead_of_window(shape[0], input, output, window) *
                  static_cast<std::ptrdiff_t>(model::bytes_of(to.type))};
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Mean& mean) {
  const auto count =
      static_cast<std::int64_t>(operands.input(0).elements() / operands.output().elements());
  return sum_kernel(
      operands, mean.axes,
      model::mean_factor(operands.input(0).quantization, operands.output().quantization, count),
      "mean");
}

Result<Kernel> choose(const Operands& operands, const model::Sum& sum) {
  return sum_kernel(
      operands, sum.axes,
      model::quantize_factor(operands.input(0).quantization, operands.output().quantization),
      "sum");
}

Result<Kernel> choose(const Operands& operands, const model::ReduceMax& most) {
  return extreme_kernel(operands, most.axes, false);
}

Result<Kernel> choose(const Operands& operands, const model::ReduceMin& least) {
  return extreme_kernel(operands, least.axes, true);
}

}  // namespace sengi::compile
