// SPDX-License-Identifier: Apache-2.0
#include "model/fold.h"

#include <algorithm>
#include <span>

#include "model/check_parts.h"
#include "model/interpreter.h"

namespace sengi::model {
namespace {

// Of an operator's outputs together: a file may have many such operators.
constexpr std::size_t most_folded_elements = std::size_t{1} << 20;

template <typename... Kinds>
bool is_one_of(const Kind& kind) {
  return (std::holds_alternative<Kinds>(kind) || ...);
}

bool is_foldable(const Kind& kind) {
  return is_one_of<Reshape, StridedSlice, Pack, Unpack, Concatenation, Split, Gather, Transpose,
                   Cast, Quantize, Dequantize, Add, Sub, Mul, Div, Maximum, Minimum, Pad,
                   Comparison>(kind);
}

}  // namespace

std::optional<std::vector<Tensor>> fold(const Operator& op,
                                        const std::function<Result<Tensor>(TensorIndex)>& read) {
  if (!is_foldable(op.kind) || op.inputs.empty()) return std::nullopt;
  // The operator alone: what it may only read computed is its graph's input.
  Graph graph;
  Operator alone{op.kind, {}, {}};
  std::vector<std::byte> inputs;
  for (const TensorIndex index : op.inputs) {
    if (index == absent) {
      alone.inputs.push_back(absent);
      continue;
    }
    Result<Tensor> known = read(index);
    if (!known.ok()) return std::nullopt;
    Tensor tensor = std::move(known).value();
    if (!tensor.constant() || tensor.data.size() != tensor.bytes()) return std::nullopt;
    const auto here = static_cast<TensorIndex>(graph.tensors.size());
    const std::span<const Slot> slots = slots_of(op.kind);
    if (slots[std::min(alone.inputs.size(), slots.size() - 1)].source != Source::constant) {
      inputs.insert(inputs.end(), tensor.data.begin(), tensor.data.end());
      tensor.data.clear();
      graph.inputs.push_back(here);
    }
    alone.inputs.push_back(here);
    graph.tensors.push_back(std::move(tensor));
  }
  std::vector<Tensor> outputs;
  std::size_t elements = 0;
  for (const TensorIndex index : op.outputs) {
    if (index == absent) return std::nullopt;
    Result<Tensor> known = read(index);
    if (!known.ok()) return std::nullopt;
    Tensor tensor = std::move(known).value();
    for (const std::int32_t size : tensor.shape) {
      if (size < 1) return std::nullopt;
    }
    if (tensor.constant() || tensor.shape.size() > 8 || tensor.elements() > most_folded_elements) {
      return std::nullopt;
    }
    elements += tensor.elements();
    alone.outputs.push_back(static_cast<TensorIndex>(graph.tensors.size()));
    graph.tensors.push_back(tensor);
    outputs.push_back(std::move(tensor));
  }
  if (elements > most_folded_elements) return std::nullopt;
  graph.outputs = alone.outputs;
  graph.operators.push_back(std::move(alone));
  // What is wrong with it check() says of the whole.
  auto interpreter = Interpreter::make(std::move(graph));
  if (!interpreter.ok()) return std::nullopt;
  const std::vector<std::byte> made = interpreter.value().run(inputs);
  std::size_t at = 0;
  for (Tensor& output : outputs) {
    const auto first = made.begin() + static_cast<std::ptrdiff_t>(at);
    output.data.assign(first, first + static_cast<std::ptrdiff_t>(output.bytes()));
    at += output.bytes();
  }
  return outputs;
}

}  // namespace sengi::model
