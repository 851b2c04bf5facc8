// SPDX-License-Identifier: Apache-2.0
// Operators that make each output element from one of each of two inputs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "compile/pair_axes.h"

namespace sengi::compile {
namespace {

std::vector<nn::PairAxis> axes_of(const Operands& operands) {
  return pair_axes(operands.input(0).shape, operands.input(1).shape, operands.output().shape);
}

// What the kernels share: where the elements lie, and which input is a constant.
Kernel pairwise_kernel(const Operands& operands, std::string header, std::string shape_type) {
  Kernel kernel;
  kernel.header = "sengi/nn/" + std::move(header);
  kernel.shape_type = std::move(shape_type);
  kernel.shape = {pairs_field(axes_of(operands))};
  const model::Tensor& output = operands.output();
  for (std::size_t i = 0; i < 2; ++i) {
    const model::Tensor& input = operands.input(i);
    add_operand(kernel, input, "constant");
    if (input.constant()) continue;
    // Only elements that do not repeat are read before the output reaches them.
    const bool in_step = input.elements() == output.elements() &&
                         model::bytes_of(input.type) == model::bytes_of(output.type);
    kernel.leads.push_back(in_step ? lead_of_elements : lead_apart(output.bytes()));
  }
  return kernel;
}

std::string input_field(std::string_view name, const model::Quantization& quantization,
                        const Multiplier& factor) {
  return fmt::format(".{} = {{{}, {}}}", name, quantization.zero_point[0], text_of(factor));
}

}  // namespace

bool is_pairwise(const model::Kind& kind) {
  return std::holds_alternative<model::Add>(kind) || std::holds_alternative<model::Sub>(kind) ||
         std::holds_alternative<model::Mul>(kind) || std::holds_alternative<model::Maximum>(kind) ||
         std::holds_alternative<model::Minimum>(kind) ||
         std::holds_alternative<model::Prelu>(kind) || std::holds_alternative<model::Div>(kind) ||
         std::holds_alternative<model::SquaredDifference>(kind) ||
         std::holds_alternative<model::Comparison>(kind);
}

std::string without_elementwise_kernel(const Operands& operands) {
  const std::string_view name = name_of(operands.op.kind);
  const bool compares = std::holds_alternative<model::Comparison>(operands.op.kind);
  bool computed = false;
  for (std::size_t i = 0; i < operands.op.inputs.size(); ++i) {
    const model::Tensor& input = operands.input(i);
    const bool whole = compares && input.type == model::Type::int32;
    if (input.type != model::Type::int8 && !whole) {
      return fmt::format("no device kernel for {} of {} yet", name, model::name_of(input.type));
    }
    if (!input.constant()) computed = true;
  }
  const model::Type output = operands.output().type;
  if (output != model::Type::int8 && !compares) {
    return fmt::format("no device kernel for {} to {} yet", name, model::name_of(output));
  }
  if (!computed) return fmt::format("no device kernel for {} of constants alone", name);
  return "";
}

Result<Kernel> choose_pairwise_add(const Operands& operands, const model::AddParameters& parameters,
                                   model::Activation activation, bool subtract) {
  const model::Quantization& output = operands.output().quantization;
  Kernel kernel = pairwise_kernel(operands, "pairwise_add.h", "PairwiseAdd");
  kernel.function = "pairwise_add";
  kernel.shape.insert(kernel.shape.end(),
                      {input_field("a", operands.input(0).quantization, parameters.first),
                       input_field("b", operands.input(1).quantization, parameters.second),
                       field("left_shift", model::AddParameters::left_shift),
                       ".output_scale = " + text_of(parameters.output),
                       field("output_zero_point", output.zero_point[0])});
  if (subtract) kernel.shape.emplace_back(".subtract = true");
  add_clamp(kernel.shape, model::activation_range(activation, output));
  kernel.stem = kernel.kind = subtract ? "subtract" : "add";
  kernel.details = words_of(activation);
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Sub& sub) {
  const model::AddParameters parameters =
      model::sub_parameters(operands.input(0).quantization, operands.input(1).quantization,
                            operands.output().quantization, model::Type::int8);
  return choose_pairwise_add(operands, parameters, sub.activation, true);
}

Result<Kernel> choose(const Operands& operands, const model::Mul& mul) {
  const model::Quantization& a = operands.input(0).quantization;
  const model::Quantization& b = operands.input(1).quantization;
  const model::Tensor& to = operands.output();
  const model::Quantization& output = to.quantization;
  Kernel kernel = pairwise_kernel(operands, "multiply.h", "Multiply");
  kernel.function = "multiply";
  kernel.shape.insert(
      kernel.shape.end(),
      {field("zero_point_a", a.zero_point[0]), field("zero_point_b", b.zero_point[0]),
       ".output_scale = " + text_of(model::mul_factor(a, b, output)),
       field("output_zero_point", output.zero_point[0])});
  add_clamp(kernel.shape, model::activation_range(mul.activation, output, to.type));
  kernel.stem = kernel.kind = "multiply";
  kernel.details = words_of(mul.activation);
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Maximum&) {
  Kernel kernel = pairwise_kernel(operands, "extreme.h", "Extreme");
  kernel.function = kernel.stem = kernel.kind = "maximum";
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Minimum&) {
  Kernel kernel = pairwise_kernel(operands, "extreme.h", "Extreme");
  kernel.function = kernel.stem = kernel.kind = "minimum";
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Prelu&) {
  const model::Quantization& input = operands.input(0).quantization;
  const model::Quantization& factor = operands.input(1).quantization;
  const model::Quantization& output = operands.output().quantization;
  Kernel kernel = pairwise_kernel(operands, "prelu.h", "Prelu");
  kernel.shape.insert(kernel.shape.end(),
                      {field("input_zero_point", input.zero_point[0]),
                       field("factor_zero_point", factor.zero_point[0]),
                       ".scale = " + text_of(model::quantize_factor(input, output)),
                       ".scaled_by_both = " + text_of(model::mul_factor(input, factor, output)),
                       field("output_zero_point", output.zero_point[0])});
  add_clamp(kernel.shape,
            model::activation_range(model::Activation::none, output, operands.output().type));
  kernel.function = kernel.stem = kernel.kind = "prelu";
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::Div& div) {
  const model::Quantization& a = operands.input(0).quantization;
  const model::Quantization& b = operands.input(1).quantization;
  const model::Quantization& output = operands.output().quantization;
  Kernel kernel = pairwise_kernel(operands, "divide.h", "Divide");
  const Multiplier factor = model::quantize_multiplier(model::div_factor(a, b, output));
  kernel.shape.insert(
      kernel.shape.end(),
      {field("zero_point_a", a.zero_point[0]), field("zero_point_b", b.zero_point[0]),
       ".output_scale = " + text_of(factor), field("output_zero_point", output.zero_point[0])});
  add_clamp(kernel.shape, model::activation_range(div.activation, output));
  kernel.function = kernel.stem = kernel.kind = "divide";
  kernel.details = words_of(div.activation);
  return kernel;
}

Result<Kernel> choose(const Operands& operands, const model::SquaredDifference&) {
  const model::Quantization& a = operands.input(0).quantization;
  const model::Quantization& b = operands.input(1).quantization;
  const model::Tensor& to = operands.output();
  const model::AddParameters parameters =
      model::squared_difference_parameters(a, b, to.quantization, to.type);
  Kernel kernel = pairwise_kernel(operands, "squared_difference.h", "SquaredDifference");
  kernel.shape.insert(
      kernel.shape.end(),
      {input_field("a", a, parameters.first), input_field("b", b, parameters.second),
       field("left_shift", model::squared_difference_left_shift(to.type)),
       ".output_scale = " + text_of(parameters.output),
       field("output_zero_point", to.quantization.zero_point[0])});
  add_clamp(kernel.shape,
            model::activation_range(model::Activation::none, to.quantization, to.type));
  kernel.function = "squared_difference";
  kernel.stem = "difference";
  kernel.kind = "squared difference";
  return kernel;
}

namespace {

std::string_view name_of(model::Relation relation) {
  switch (relation) {
    case model::Relation::not_equal:
      return "not_equal";
    case model::Relation::less:
      return "less";
    case model::Relation::less_equal:
      return "less_equal";
    case model::Relation::greater:
      return "greater";
    case model::Relation::greater_equal:
      return "greater_equal";
    case model::Relation::equal:
      break;
  }
  return "equal";
}

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::Comparison& comparison) {
  Kernel kernel = pairwise_kernel(operands, "compare.h", "Compare");
  kernel.shape.push_back(
      fmt::format(".relation = sengi::nn::Relation::{}", name_of(comparison.relation)));
  if (operands.input(0).type == model::Type::int8) {
    const model::Quantization& a = operands.input(0).quantization;
    const model::Quantization& b = operands.input(1).quantization;
    kernel.shape.insert(kernel.shape.end(), {input_field("a", a, model::comparison_factor(a)),
                                             input_field("b", b, model::comparison_factor(b)),
                                             field("left_shift", model::comparison_left_shift)});
  }
  kernel.function = "compare";
  kernel.stem = kernel.kind = name_of(comparison.relation);
  return kernel;
}

}  // namespace sengi::compile
