// SPDX-License-Identifier: Apache-2.0
#include "compile/kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compile/kernel_parts.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Operator;
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
  const Operands operands{graph, op};
  if (std::holds_alternative<model::Reshape>(op.kind)) return "";
  if (shape_kernel(operands) || block_kernel(operands) || int16_kernel(operands)) return "";
  if (is_pairwise(op.kind) || is_function_of_a_number(op.kind)) {
    return without_elementwise_kernel(operands);
  }
  const bool known = std::holds_alternative<model::Conv2D>(op.kind) ||
                     std::holds_alternative<model::DepthwiseConv2D>(op.kind) ||
                     std::holds_alternative<model::FullyConnected>(op.kind) ||
                     std::holds_alternative<model::AveragePool2D>(op.kind) ||
                     std::holds_alternative<model::MaxPool2D>(op.kind) ||
                     std::holds_alternative<model::Mean>(op.kind) ||
                     std::holds_alternative<model::Sum>(op.kind) ||
                     std::holds_alternative<model::ReduceMax>(op.kind) ||
                     std::holds_alternative<model::ReduceMin>(op.kind) ||
                     std::holds_alternative<model::BatchMatMul>(op.kind) ||
                     std::holds_alternative<model::LogSoftmax>(op.kind) ||
                     std::holds_alternative<model::L2Normalization>(op.kind) ||
                     std::holds_alternative<model::Svdf>(op.kind) ||
                     std::holds_alternative<model::UnidirectionalSequenceLstm>(op.kind) ||
                     std::holds_alternative<model::TreeEnsemble>(op.kind) ||
                     std::holds_alternative<model::Gru>(op.kind) ||
                     std::holds_alternative<model::Softmax>(op.kind);
  if (!known) return fmt::format("no device kernel for {} yet", name_of(op.kind));
  if (operands.output().type != Type::int8) {
    return fmt::format("no device kernel for {} of {} yet", name_of(op.kind),
                       name_of(operands.output().type));
  }
  return "";
}

bool has_integers(const Graph& graph) {
  const auto is_stored = [&](model::TensorIndex index) {
    const Type type = graph.tensors[static_cast<std::size_t>(index)].type;
    return type == Type::int8 || type == Type::int16;
  };
  return std::ranges::any_of(graph.inputs, is_stored) ||
         std::ranges::any_of(graph.operators,
                             [&](const Operator& op) { return is_stored(op.outputs[0]); });
}

// The first operator that takes float and makes float, where there is one.
std::size_t first_that_computes_in_float(const Graph& graph, std::size_t otherwise) {
  for (std::size_t i = otherwise; i < graph.operators.size(); ++i) {
    const Operands operands{graph, graph.operators[i]};
    if (operands.op.inputs[0] != model::absent && operands.input(0).type == Type::float32 &&
        operands.output().type == Type::float32) {
      return i;
    }
  }
  return otherwise;
}

Error float_error(const Graph& graph, std::size_t first) {
  if (has_integers(graph)) {
    return Error{
        fmt::format("{}: {} computes in float32 in a network of integers, and boards have no "
                    "float; convert the "
                    "model so that it ends before, or has integers there too",
                    graph.name, operator_label(graph, first_that_computes_in_float(graph, first)))};
  }
  return Error{
      fmt::format("{}: {} works on float32, and boards run int8; make it so with: sengi quantize "
                  "MODEL.tflite --calibrate FOLDER|FILE -o OUT.tflite",
                  graph.name, operator_label(graph, first))};
}

}  // namespace

std::size_t Kernel::const_bytes() const {
  return std::accumulate(
      constants.begin(), constants.end(), std::size_t{0},
      [](std::size_t sum, const NumberTable& table) { return sum + table.bytes(); });
}

Result<void> check_kernels(const Graph& graph) {
  if (const auto i = model::first_float_operator(graph)) {
    return float_error(graph, *i);
  }
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    const std::string fault = without_kernel(graph, op);
    if (fault.empty()) continue;
    return Error{fmt::format("{}: {}: {}", graph.name, operator_label(graph, i), fault)};
  }
  return {};
}

Result<Kernel> choose_kernel(const Graph& graph, const Step& step, Favor favor) {
  const Operands operands{graph, graph.operators[step.op], favor};
  if (auto kernel = shape_kernel(operands)) return *std::move(kernel);
  if (auto kernel = block_kernel(operands)) return *std::move(kernel);
  if (auto kernel = int16_kernel(operands)) return *std::move(kernel);
  if (is_lookup(operands)) return choose_lookup(operands);
  return std::visit([&](const auto& kind) { return choose(operands, kind); }, operands.op.kind);
}

}  // namespace sengi::compile
