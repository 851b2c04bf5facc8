// SPDX-License-Identifier: Apache-2.0
// A graph after all passes, ready to be written.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compile/compile.h"
#include "compile/kernel.h"
#include "compile/schedule.h"

namespace sengi::compile {

struct Program {
  const model::Graph& graph;
  Schedule schedule;
  std::vector<Kernel> kernels;  // one a step
  Plan plan;  // its layers are the steps; placements: schedule.lives, then scratch
  std::string source_name;
  std::string source_sha256;
  // What the generated code calls a tensor: by root, the graph's inputs and each layer's outputs.
  std::map<model::TensorIndex, std::string> tensor_names;
  // Whether the file's network takes or gives float where this graph has integers.
  bool float_inputs = false;
  bool float_outputs = false;

  const model::Tensor& tensor(model::TensorIndex index) const {
    return graph.tensors[static_cast<std::size_t>(index)];
  }
  model::TensorIndex root(model::TensorIndex index) const {
    return schedule.roots[static_cast<std::size_t>(index)];
  }
  // What operators remember from run to run.
  std::vector<model::TensorIndex> states() const;
  // Requires: a root that lies in the arena.
  const Placement& placement(model::TensorIndex root) const;
  // What the generated code calls it.
  std::string name_of(const Placement& placement) const;
  static std::string scratch_name(std::size_t step);
};

// Runs the passes: schedule, kernels, memory plan, names.
Result<Program> compile(const model::Graph& graph, const std::string& source_name,
                        const std::string& source_sha256, Favor favor);

}  // namespace sengi::compile
