// SPDX-License-Identifier: Apache-2.0
#include "model/float_edges.h"

#include <algorithm>
#include <set>

namespace sengi::model {
namespace {

class Trimming {
 public:
  explicit Trimming(const Graph& graph) : graph_(graph) {}

  Graph trimmed() {
    for (TensorIndex& input : graph_.inputs) trim_input(input);
    for (TensorIndex& output : graph_.outputs) trim_output(output);
    std::vector<Operator> kept;
    for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
      if (!taken_.contains(i)) kept.push_back(std::move(graph_.operators[i]));
    }
    graph_.operators = std::move(kept);
    return std::move(graph_);
  }

 private:
  bool is_float(TensorIndex i) const {
    return graph_.tensors[static_cast<std::size_t>(i)].type == Type::float32;
  }

  std::vector<std::size_t> readers_of(TensorIndex tensor) const {
    std::vector<std::size_t> readers;
    for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
      const std::vector<TensorIndex>& inputs = graph_.operators[i].inputs;
      if (std::ranges::count(inputs, tensor) != 0) readers.push_back(i);
    }
    return readers;
  }

  bool is_written(TensorIndex tensor) const {
    for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
      if (!taken_.contains(i) && std::ranges::count(graph_.operators[i].outputs, tensor) != 0) {
        return true;
      }
    }
    return false;
  }

  void trim_input(TensorIndex& input) {
    const std::vector<std::size_t> readers = readers_of(input);
    if (!is_float(input) || readers.size() != 1) return;
    const Operator& reader = graph_.operators[readers[0]];
    if (!std::holds_alternative<Quantize>(reader.kind)) return;
    // An output must stay one that an operator writes.
    if (std::ranges::count(graph_.outputs, reader.outputs[0]) != 0) return;
    taken_.insert(readers[0]);
    input = reader.outputs[0];
  }

  void trim_output(TensorIndex& output) {
    if (!is_float(output) || !readers_of(output).empty()) return;
    for (std::size_t i = 0; i < graph_.operators.size(); ++i) {
      const Operator& writer = graph_.operators[i];
      if (writer.outputs[0] != output || !std::holds_alternative<Dequantize>(writer.kind)) continue;
      const TensorIndex inner = writer.inputs[0];
      if (!is_written(inner) || std::ranges::count(graph_.outputs, inner) != 0) return;
      taken_.insert(i);
      output = inner;
      return;
    }
  }

  Graph graph_;
  std::set<std::size_t> taken_;  // operators that fell away
};

}  // namespace

Graph without_float_edges(const Graph& graph) { return Trimming(graph).trimmed(); }

}  // namespace sengi::model
