// SPDX-License-Identifier: Apache-2.0
#include "quantize/noise.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/progress.h"
#include "model/interpreter.h"

namespace sengi::quantize {
namespace {

using model::Graph;
using model::Interpreter;
using model::Tensor;
using model::TensorIndex;

struct Power {
  double signal = 0;
  double noise = 0;

  void add(const std::vector<double>& exact, const std::vector<double>& near) {
    for (std::size_t i = 0; i < exact.size(); ++i) {
      signal += exact[i] * exact[i];
      noise += (exact[i] - near[i]) * (exact[i] - near[i]);
    }
  }
  double decibels() const {
    if (noise <= 0) return highest_db;
    if (signal <= 0) return -highest_db;
    return std::clamp(10 * std::log10(signal / noise), -highest_db, highest_db);
  }
};

const Tensor& at(const Graph& graph, TensorIndex index) {
  return graph.tensors[static_cast<std::size_t>(index)];
}

std::vector<double> reals_of(const Interpreter& interpreter, TensorIndex index) {
  return quantize::reals_of(at(interpreter.graph(), index), interpreter.tensor(index));
}

// Classes, one for each row of scores; an output of whole numbers holds the classes themselves.
std::vector<double> classes_of(const Interpreter& interpreter, TensorIndex index) {
  const Tensor& tensor = at(interpreter.graph(), index);
  std::vector<double> values = reals_of(interpreter, index);
  if (tensor.type == model::Type::int32 || tensor.type == model::Type::int64) return values;
  const auto count = static_cast<std::ptrdiff_t>(tensor.shape.back());
  std::vector<double> classes;
  for (auto row = values.begin(); row != values.end(); row += count) {
    classes.push_back(static_cast<double>(std::max_element(row, row + count) - row));
  }
  return classes;
}

template <typename T>
std::vector<double> reals(const Tensor& tensor, std::span<const std::byte> bytes) {
  const bool scaled = !tensor.quantization.empty();
  const double scale = scaled ? static_cast<double>(tensor.quantization.scale[0]) : 1;
  const double zero = scaled ? tensor.quantization.zero_point[0] : 0;
  std::vector<double> values;
  values.reserve(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(T)) {
    T stored = 0;
    std::memcpy(&stored, bytes.data() + i, sizeof(stored));
    values.push_back(scale * (static_cast<double>(stored) - zero));
  }
  return values;
}

}  // namespace

std::vector<double> reals_of(const Tensor& tensor, std::span<const std::byte> bytes) {
  if (tensor.type == model::Type::float32) return reals<float>(tensor, bytes);
  if (tensor.type == model::Type::int32) return reals<std::int32_t>(tensor, bytes);
  if (tensor.type == model::Type::int64) return reals<std::int64_t>(tensor, bytes);
  return reals<std::int8_t>(tensor, bytes);
}

bool Noise::agrees() const { return same_answer ? *same_answer >= 0.995 : output_db >= 20; }

const LayerNoise& Noise::worst() const {
  return *std::ranges::min_element(layers, {}, &LayerNoise::sqnr_db);
}

bool answers_class(const Graph& graph) {
  if (graph.outputs.size() != 1) return false;
  TensorIndex output = graph.outputs[0];
  for (auto op = graph.operators.rbegin(); op != graph.operators.rend(); ++op) {
    if (op->outputs[0] != output) continue;
    if (!std::holds_alternative<model::Reshape>(op->kind)) {
      return std::holds_alternative<model::Softmax>(op->kind) ||
             std::holds_alternative<model::ArgMax>(op->kind);
    }
    output = op->inputs[0];
  }
  return false;
}

std::vector<std::byte> quantized_input(const Graph& int8, const std::vector<std::byte>& input) {
  std::vector<std::byte> stored;
  std::size_t from = 0;
  for (const TensorIndex index : int8.inputs) {
    const Tensor& tensor = at(int8, index);
    for (std::size_t i = 0; i < tensor.elements(); ++i, from += sizeof(float)) {
      float value = 0;
      std::memcpy(&value, input.data() + from, sizeof(value));
      const double steps = std::round(static_cast<double>(value) /
                                      static_cast<double>(tensor.quantization.scale[0]));
      const double place = std::clamp(steps + tensor.quantization.zero_point[0], -128.0, 127.0);
      stored.push_back(static_cast<std::byte>(static_cast<std::int8_t>(place)));
    }
  }
  return stored;
}

Result<Noise> measure_noise(const Graph& graph, const Graph& int8, const Inputs& inputs,
                            bool classes) {
  SENGI_TRY(exact, Interpreter::make(graph));
  SENGI_TRY(near, Interpreter::make(int8));
  std::vector<Power> layers(graph.operators.size());
  Power outputs;
  std::size_t same = 0;
  std::size_t answers = 0;
  Progress progress("comparing int8 with float", inputs.size());
  for (const std::vector<std::byte>& input : inputs) {
    exact.run(input);
    near.run(quantized_input(int8, input));
    for (std::size_t i = 0; i < layers.size(); ++i) {
      for (const TensorIndex output : graph.operators[i].outputs) {
        layers[i].add(reals_of(exact, output), reals_of(near, output));
      }
    }
    for (const TensorIndex output : graph.outputs) {
      outputs.add(reals_of(exact, output), reals_of(near, output));
    }
    if (classes) {
      const auto right = classes_of(exact, graph.outputs[0]);
      const auto ours = classes_of(near, graph.outputs[0]);
      answers += right.size();
      for (std::size_t i = 0; i < right.size(); ++i) same += right[i] == ours[i] ? 1 : 0;
    }
    progress.advance();
  }
  Noise noise{{}, outputs.decibels(), std::nullopt};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    noise.layers.push_back({operator_label(graph, i), layers[i].decibels()});
  }
  if (answers > 0) noise.same_answer = static_cast<double>(same) / static_cast<double>(answers);
  return noise;
}

}  // namespace sengi::quantize
