// SPDX-License-Identifier: Apache-2.0
// How well a finished graph does, by the reference interpreter rather than by what trained it.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "model/graph.h"
#include "train/examples.h"

namespace sengi::train {

struct Accuracy {
  std::size_t correct = 0;
  std::size_t count = 0;
  double share() const {
    return count == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(count);
  }
};

// Of a graph with float32 or int8 input and output. Errors: the graph cannot be interpreted.
Result<Accuracy> measure_accuracy(const model::Graph& graph, const Examples& examples, int threads);

// Multiply-accumulates of one inference, and values that were learnt.
std::uint64_t count_macs(const model::Graph& graph);
std::uint64_t count_parameters(const model::Graph& graph);

}  // namespace sengi::train
