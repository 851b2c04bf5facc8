// SPDX-License-Identifier: Apache-2.0
// What must hold for any bytes at all that are read as a .tflite; for the fuzzer and its corpus
// test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/interpreter.h"
#include "model/tflite.h"

namespace sengi::model {

// An upper bound of what one run costs, in taps.
inline std::uint64_t cost_of(const Graph& graph) {
  std::uint64_t cost = 0;
  for (const Tensor& tensor : graph.tensors) cost += tensor.elements();
  for (const Operator& op : graph.operators) {
    cost += macs(graph, op);
    const std::uint64_t outputs = graph.tensors[static_cast<std::size_t>(op.outputs[0])].elements();
    const auto add_pool = [&](const auto& kind) {
      if constexpr (requires { kind.filter_h; }) {
        cost += outputs * static_cast<std::uint64_t>(kind.filter_h) *
                static_cast<std::uint64_t>(kind.filter_w);
      }
    };
    std::visit(add_pool, op.kind);
    // Gathering looks at every tap for each output element.
    if (std::holds_alternative<TransposeConv>(op.kind)) {
      cost += outputs * graph.tensors[static_cast<std::size_t>(op.inputs[1])].elements();
    }
  }
  return cost;
}

// Empty, or what went wrong: a graph that writing and reading changes, one that was read but does
// not run, a message of several lines.
inline std::string fault_with(std::span<const std::byte> bytes) {
  constexpr std::uint64_t most_cost = 300'000;
  const auto graph = read_tflite(bytes, "model");
  if (!graph.ok()) {
    const std::string& message = graph.error().message;
    if (!message.starts_with("model: ")) return "does not say which model: " + message;
    if (message.find('\n') != std::string::npos) return "several lines: " + message;
    return "";
  }
  const auto again = read_tflite(write_tflite(graph.value()), "model");
  if (!again.ok()) return "written, then refused: " + again.error().message;
  // NaN among float constants or options is unlike itself, so bytes are compared.
  if (write_tflite(again.value()) != write_tflite(graph.value())) return "changed by writing";

  if (cost_of(graph.value()) > most_cost) return "";
  auto interpreter = Interpreter::make(graph.value());
  if (!interpreter.ok()) return "read, then refused: " + interpreter.error().message;
  std::vector<std::byte> input(interpreter.value().input_bytes());
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::byte>(i * 37);
  const auto output = interpreter.value().run(input);
  if (output.size() != interpreter.value().output_bytes()) return "output of another size";
  return "";
}

}  // namespace sengi::model
