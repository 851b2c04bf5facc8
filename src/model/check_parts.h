// SPDX-License-Identifier: Apache-2.0
// The parts of check() that look at one operator; each relies on those before it.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::model {

// One operator in its graph, and how its faults are worded.
struct Place {
  const Graph& graph;
  std::size_t index;

  const Operator& op() const { return graph.operators[index]; }
  bool has_input(std::size_t i) const { return i < op().inputs.size() && op().inputs[i] != absent; }
  const Tensor& input(std::size_t i) const { return tensor(op().inputs[i]); }
  const Tensor& output() const { return tensor(op().outputs[0]); }

  // "operator 3, CONV_2D 'conv1': <what>"
  Error fault(const std::string& what) const;
  // "operator 3, CONV_2D 'conv1': filter 'w' <what>"
  Error input_fault(std::size_t i, const std::string& what) const;
  // "operator 3, CONV_2D 'conv1': its output <what>"
  Error output_fault(const std::string& what) const;

 private:
  const Tensor& tensor(TensorIndex i) const { return graph.tensors[static_cast<std::size_t>(i)]; }
};

// How many inputs, which of them may be left out, one output, all in range; filters, weights and
// biases constant and no others.
Result<void> check_arity(const Place& place);

// Options in range, and shapes that follow from one another. Requires: check_arity, whole tensors.
Result<void> check_shapes(const Place& place);

// Types, scales and zero points, multipliers and accumulators. Requires: check_shapes.
Result<void> check_arithmetic(const Place& place);

}  // namespace sengi::model
