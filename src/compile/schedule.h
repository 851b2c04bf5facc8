// SPDX-License-Identifier: Apache-2.0
// The pass that turns operators into steps: what runs, in which order, and which tensors share one
// buffer because an operator between them only renames its bytes (reshape).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/graph.h"

namespace sengi::compile {

// One operator that does work; steps are the layers of the plan.
struct Step {
  std::size_t op;  // index in graph.operators
  // Roots (see below) of the tensors that it computes on and that others wrote; what is constant is
  // its kernel's.
  std::vector<model::TensorIndex> inputs;
  std::vector<model::TensorIndex> states;   // variables: what it remembers from run to run
  std::vector<model::TensorIndex> outputs;  // roots, one at least
};

// Life of a tensor in the arena, in steps: -1 before the first, steps.size() after the last.
struct Life {
  model::TensorIndex tensor;  // a root
  std::int32_t first;
  std::int32_t last;
};

struct Schedule {
  std::vector<Step> steps;
  std::vector<Life> lives;  // graph inputs, states, then in the order they are written
  std::vector<model::TensorIndex> roots;  // by tensor: the one whose bytes it shares, or itself
};

// Requires: a graph that model::check() accepts.
Schedule schedule(const model::Graph& graph);

}  // namespace sengi::compile
