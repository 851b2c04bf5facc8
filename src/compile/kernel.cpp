// SPDX-License-Identifier: Apache-2.0
#include "compile/kernel.h"

#include <fmt/format.h>

#include <numeric>

#include "compile/kernel_parts.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Operator;
using model::Tensor;
using model::Type;

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
  if (const auto i = model::first_float_operator(graph)) {
    return Error{
        fmt::format("{}: {} works on float32, and boards run int8; make it so with: sengi quantize "
                    "MODEL.tflite --calibrate FOLDER|FILE -o OUT.tflite",
                    graph.name, operator_label(graph, *i))};
  }
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
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
