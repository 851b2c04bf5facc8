// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "base/progress.h"
#include "model/interpreter.h"
#include "quantize/noise.h"
#include "quantize/repair.h"

namespace sengi::quantize {
namespace {

using model::Graph;
using model::Operator;
using model::Tensor;

constexpr std::size_t most_inputs = 16;  // a mean over all places needs no more

bool has_own_bias(const Graph& graph, const Operator& op) {
  const bool weighted = std::holds_alternative<model::Conv2D>(op.kind) ||
                        std::holds_alternative<model::DepthwiseConv2D>(op.kind) ||
                        std::holds_alternative<model::FullyConnected>(op.kind);
  if (!weighted || op.inputs.size() < 3 || op.inputs[2] == model::absent) return false;
  std::ptrdiff_t readers = 0;
  for (const Operator& other : graph.operators) {
    readers += std::ranges::count(other.inputs, op.inputs[2]);
  }
  return readers == 1;
}

// Adds to the sum of each channel, the last axis.
void add_channels(std::vector<double>& sums, const std::vector<double>& values, double sign) {
  for (std::size_t i = 0; i < values.size(); ++i) sums[i % sums.size()] += sign * values[i];
}

void add_to(Tensor& bias, const std::vector<double>& shifts) {
  for (std::size_t c = 0; c < shifts.size(); ++c) {
    float value = 0;
    std::byte* place = bias.data.data() + c * sizeof(value);
    std::memcpy(&value, place, sizeof(value));
    value = static_cast<float>(static_cast<double>(value) + shifts[c]);
    std::memcpy(place, &value, sizeof(value));
  }
}

}  // namespace

Result<Graph> correct_biases(const Graph& graph, std::span<const Range> ranges,
                             const Inputs& inputs) {
  const auto used = std::span(inputs).first(std::min(most_inputs, inputs.size()));
  SENGI_TRY(exact, model::Interpreter::make(graph));
  Graph shifted = graph;
  Progress progress("correcting biases", graph.operators.size());
  for (const Operator& op : graph.operators) {
    progress.advance();
    if (!has_own_bias(graph, op)) continue;
    SENGI_TRY(int8, quantize(shifted, ranges));
    SENGI_TRY(near, model::Interpreter::make(std::move(int8)));
    const auto output = static_cast<std::size_t>(op.outputs[0]);
    const Tensor& tensor = graph.tensors[output];
    const Tensor& stored = near.graph().tensors[output];
    std::vector<double> errors(static_cast<std::size_t>(tensor.shape.back()), 0);
    for (const auto& input : used) {
      exact.run(input);
      near.run(quantized_input(near.graph(), input));
      add_channels(errors, reals_of(tensor, exact.tensor(op.outputs[0])), 1);
      add_channels(errors, reals_of(stored, near.tensor(op.outputs[0])), -1);
    }
    const double count =
        static_cast<double>(tensor.elements() * used.size()) / static_cast<double>(errors.size());
    for (double& error : errors) error /= count;
    add_to(shifted.tensors[static_cast<std::size_t>(op.inputs[2])], errors);
  }
  return quantize(shifted, ranges);
}

}  // namespace sengi::quantize
