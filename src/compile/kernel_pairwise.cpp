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

// ".pairs = {{{2, 3, 0}, {3, 1, 1}}}"
std::string pairs_field(const std::vector<nn::PairAxis>& axes) {
  std::vector<std::string> texts;
  texts.reserve(axes.size());
  for (const nn::PairAxis& axis : axes) {
    texts.push_back(fmt::format("{{{}, {}, {}}}", axis.count, axis.step_a, axis.step_b));
  }
  return fmt::format(".pairs = {{{{{}}}}}", fmt::join(texts, ", "));
}

NumberTable constant_table(const model::Tensor& tensor) {
  std::vector<std::int32_t> values;
  values.reserve(tensor.data.size());
  for (const std::byte byte : tensor.data) values.push_back(static_cast<std::int8_t>(byte));
  return {"static constexpr std::int8_t constant[]", model::to_string(tensor.shape), values,
          sizeof(std::int8_t)};
}

// What the kernels share: where the elements lie, and which input is a constant.
Kernel pairwise_kernel(const Operands& operands, std::string header, std::string shape_type) {
  Kernel kernel;
  kernel.header = "sengi/nn/" + std::move(header);
  kernel.shape_type = std::move(shape_type);
  kernel.shape = {pairs_field(axes_of(operands))};
  const std::size_t output_bytes = operands.output().bytes();
  for (std::size_t i = 0; i < 2; ++i) {
    const model::Tensor& input = operands.input(i);
    if (input.constant()) {
      kernel.operands.emplace_back("constant");
      kernel.constants = {constant_table(input)};
    } else {
      kernel.operands.emplace_back();
      // Only elements that do not repeat are read before the output reaches them.
      kernel.leads.push_back(input.bytes() == output_bytes ? lead_of_elements
                                                           : lead_apart(output_bytes));
    }
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
         std::holds_alternative<model::Minimum>(kind) || std::holds_alternative<model::Prelu>(kind);
}

std::string without_elementwise_kernel(const Operands& operands) {
  const std::string_view name = name_of(operands.op.kind);
  bool computed = false;
  for (std::size_t i = 0; i < operands.op.inputs.size(); ++i) {
    const model::Tensor& input = operands.input(i);
    if (input.type != model::Type::int8) {
      return fmt::format("no device kernel for {} of {} yet", name, model::name_of(input.type));
    }
    if (!input.constant()) computed = true;
  }
  const model::Type output = operands.output().type;
  if (output != model::Type::int8) {
    return fmt::format("no device kernel for {} to {} yet", name, model::name_of(output));
  }
  if (!computed) return fmt::format("no device kernel for {} of constants alone", name);
  if (is_pairwise(operands.op.kind) && axes_of(operands).size() > nn::most_pair_axes) {
    return fmt::format("no device kernel for {} that repeats over so many axes", name);
  }
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
  const model::Quantization& output = operands.output().quantization;
  Kernel kernel = pairwise_kernel(operands, "multiply.h", "Multiply");
  kernel.function = "multiply";
  kernel.shape.insert(
      kernel.shape.end(),
      {field("zero_point_a", a.zero_point[0]), field("zero_point_b", b.zero_point[0]),
       ".output_scale = " + text_of(model::mul_factor(a, b, output)),
       field("output_zero_point", output.zero_point[0])});
  add_clamp(kernel.shape, model::activation_range(mul.activation, output));
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
  kernel.function = kernel.stem = kernel.kind = "prelu";
  return kernel;
}

}  // namespace sengi::compile
