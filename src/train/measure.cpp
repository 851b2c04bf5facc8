// SPDX-License-Identifier: Apache-2.0
#include "train/measure.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include "model/interpreter.h"
#include "train/parallel.h"

namespace sengi::train {
namespace {

std::vector<std::byte> input_bytes(std::span<const std::int8_t> features, model::Type type) {
  std::vector<std::byte> bytes(features.size() * model::bytes_of(type));
  if (type == model::Type::int8) {
    std::memcpy(bytes.data(), features.data(), bytes.size());
    return bytes;
  }
  for (std::size_t i = 0; i < features.size(); ++i) {
    const float real = static_cast<float>(features[i]) * feature_scale;
    std::memcpy(bytes.data() + i * sizeof(real), &real, sizeof(real));
  }
  return bytes;
}

template <typename Score>
std::size_t highest(std::span<const std::byte> bytes) {
  std::vector<Score> scores(bytes.size() / sizeof(Score));
  std::memcpy(scores.data(), bytes.data(), bytes.size());
  return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
}

const model::Tensor& only(const model::Graph& graph,
                          const std::vector<model::TensorIndex>& indices) {
  return graph.tensors[static_cast<std::size_t>(indices.front())];
}

}  // namespace

Result<Accuracy> measure_accuracy(const model::Graph& graph, const Examples& examples,
                                  int threads) {
  const auto workers = std::min(static_cast<std::size_t>(thread_count(threads)),
                                std::max<std::size_t>(1, examples.size()));
  std::vector<model::Interpreter> interpreters;
  for (std::size_t i = 0; i < workers; ++i) {
    SENGI_TRY(interpreter, model::Interpreter::make(graph));
    interpreters.push_back(std::move(interpreter));
  }
  const model::Type input = only(graph, graph.inputs).type;
  const model::Type output = only(graph, graph.outputs).type;
  std::atomic<std::size_t> correct = 0;
  parallel_for(workers, static_cast<int>(workers), [&](std::size_t worker) {
    for (std::size_t i = worker; i < examples.size(); i += workers) {
      const auto scores = interpreters[worker].run(input_bytes(examples.features_of(i), input));
      const std::size_t label =
          output == model::Type::float32 ? highest<float>(scores) : highest<std::int8_t>(scores);
      if (label == static_cast<std::size_t>(examples.labels[i])) ++correct;
    }
  });
  return Accuracy{correct, examples.size()};
}

std::uint64_t count_macs(const model::Graph& graph) {
  std::uint64_t sum = 0;
  for (const model::Operator& op : graph.operators) sum += model::macs(graph, op);
  return sum;
}

std::uint64_t count_parameters(const model::Graph& graph) {
  std::uint64_t sum = 0;
  for (const model::Tensor& tensor : graph.tensors) {
    if (tensor.constant()) sum += tensor.elements();
  }
  return sum;
}

}  // namespace sengi::train
