// SPDX-License-Identifier: Apache-2.0
// Products of matrices that are both computed, or one a constant.
#include <utility>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "compile/pair_axes.h"

namespace sengi::compile {
namespace {

using model::Shape;
using model::Type;

Shape leading(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

std::string steps_field(std::string_view name, const Shape& shape, bool transposed) {
  std::int32_t row = shape.back();
  std::int32_t column = 1;
  if (transposed) std::swap(row, column);
  return field(name, nn::Size{row, column});
}

}  // namespace

Result<Kernel> choose(const Operands& operands, const model::BatchMatMul& matmul) {
  const Shape& a = operands.input(0).shape;
  const Shape& b = operands.input(1).shape;
  const model::Tensor& output = operands.output();
  std::vector<nn::PairAxis> batches = pair_axes(leading(a), leading(b), leading(output.shape));
  for (nn::PairAxis& axis : batches) {
    axis.step_a *= a[a.size() - 2] * a.back();
    axis.step_b *= b[b.size() - 2] * b.back();
  }
  Kernel kernel = named("batch_matmul", "batch_matmul", "BatchMatMul", "matmul");
  kernel.shape = {pairs_field(batches),
                  field("rows", output.shape[output.shape.size() - 2]),
                  field("depth", matmul.transpose_first ? a[a.size() - 2] : a.back()),
                  field("columns", output.shape.back()),
                  steps_field("a", a, matmul.transpose_first),
                  steps_field("b", b, matmul.transpose_second)};
  const auto add_zero_point = [&](std::string_view name, const model::Tensor& tensor) {
    const std::int32_t zero_point = tensor.quantization.zero_point[0];
    if (zero_point != 0) kernel.shape.push_back(field(name, zero_point));
  };
  add_zero_point("zero_point_a", operands.input(0));
  add_zero_point("zero_point_b", operands.input(1));
  const Multiplier factor = model::matmul_factor(
      operands.input(0).quantization, operands.input(1).quantization, output.quantization);
  kernel.shape.push_back(".output_scale = " +
                         text_of(output.type == Type::int16 ? shortened(factor) : factor));
  kernel.shape.push_back(field("output_zero_point", output.quantization.zero_point[0]));
  add_clamp(kernel.shape,
            model::activation_range(model::Activation::none, output.quantization, output.type));
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    add_operand(kernel, operands.input(i), i == 0 ? "first" : "second");
    if (!operands.input(i).constant()) kernel.leads.push_back(lead_of_whole(output));
  }
  return kernel;
}

}  // namespace sengi::compile
