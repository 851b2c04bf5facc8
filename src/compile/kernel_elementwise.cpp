// SPDX-License-Identifier: Apache-2.0
// Pools, sums and what works number by number.
#include <fmt/format.h>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "compile/straight_add.h"

namespace sengi::compile {
namespace {

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

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::AveragePool2D& pool) {
  const model::Shape& shape = operands.input(0).shape;
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
  const model::Tensor& to = operands.output();
  add_clamp(kernel.shape, model::activation_range(pool.activation, to.quantization, to.type));
  kernel.stem = "pool";
  kernel.kind = "mean " + size_text(window.taps, 'x');
  kernel.details = ", mean of " + size_text(window.taps, 'x') + words_of(pool.activation);
  kernel.leads = {lead_of_window(shape[0], input, output, window) *
                  static_cast<std::ptrdiff_t>(model::bytes_of(to.type))};
  return kernel;
}
Result<Kernel> choose(const Operands& operands, const model::Add& add) {
  const model::Quantization& a = operands.input(0).quantization;
  const model::Quantization& b = operands.input(1).quantization;
  const model::Quantization& output = operands.output().quantization;
  const bool alike = operands.input(0).shape == operands.input(1).shape;
  if (!alike || operands.input(0).constant() || operands.input(1).constant()) {
    return choose_pairwise_add(operands, model::add_parameters(a, b, output), add.activation,
                               false);
  }
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
  // Scores are looked at three times.
  kernel.leads = {operands.output().type == model::Type::int8 ? lead_of_elements
                                                              : lead_of_whole(operands.output())};
  return kernel;
}

namespace {

// Rows along the last axis.
void add_rows(Kernel& kernel, const Operands& operands) {
  const std::int32_t depth = operands.output().shape.back();
  const std::int64_t rows = static_cast<std::int64_t>(operands.output().elements()) / depth;
  if (rows != 1) kernel.shape.push_back(field("rows", rows));
  kernel.shape.push_back(field("depth", depth));
}

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::LogSoftmax&) {
  const model::LogSoftmaxParameters parameters =
      model::log_softmax_parameters(operands.input(0).quantization);
  Kernel kernel = named("log_softmax", "log_softmax", "LogSoftmax", "log_softmax");
  add_rows(kernel, operands);
  kernel.shape.insert(kernel.shape.end(),
                      {field("multiplier", parameters.softmax.scale.multiplier),
                       field("left_shift", parameters.softmax.scale.shift),
                       field("least_difference", parameters.softmax.lowest_difference),
                       ".reverse = " + text_of(parameters.reverse)});
  kernel.leads = {lead_of_elements};
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::L2Normalization&) {
  Kernel kernel = named("l2_normalization", "l2_normalization", "L2Normalization", "normalize");
  add_rows(kernel, operands);
  const std::int32_t zero_point = operands.input(0).quantization.zero_point[0];
  if (zero_point != 0) kernel.shape.push_back(field("input_zero_point", zero_point));
  kernel.leads = {lead_of_elements};
  return kernel;
}

}  // namespace sengi::compile
