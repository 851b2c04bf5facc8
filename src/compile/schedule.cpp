// SPDX-License-Identifier: Apache-2.0
#include "compile/schedule.h"

#include <algorithm>

namespace sengi::compile {
namespace {

using model::Graph;
using model::Operator;
using model::TensorIndex;

bool only_renames(const Operator& op) { return std::holds_alternative<model::Reshape>(op.kind); }

bool is_state(const Graph& graph, TensorIndex index) {
  return index != model::absent && graph.tensors[static_cast<std::size_t>(index)].variable;
}

// Whether others wrote an operator's input: weights and other constants are in its code.
bool is_computed(const Graph& graph, TensorIndex index) {
  if (index == model::absent || is_state(graph, index)) return false;
  return !graph.tensors[static_cast<std::size_t>(index)].constant();
}

std::vector<TensorIndex> find_roots(const Graph& graph) {
  std::vector<TensorIndex> roots(graph.tensors.size());
  for (std::size_t i = 0; i < roots.size(); ++i) roots[i] = static_cast<TensorIndex>(i);
  for (const Operator& op : graph.operators) {
    if (!only_renames(op)) continue;
    const TensorIndex source = roots[static_cast<std::size_t>(op.inputs[0])];
    roots[static_cast<std::size_t>(op.outputs[0])] = source;
  }
  return roots;
}

std::vector<Step> find_steps(const Graph& graph, const std::vector<TensorIndex>& roots) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    if (only_renames(op)) continue;
    Step step{.op = i, .inputs = {}, .states = {}, .outputs = {}};
    for (const TensorIndex input : op.inputs) {
      if (is_state(graph, input)) step.states.push_back(input);
      if (!is_computed(graph, input)) continue;
      step.inputs.push_back(roots[static_cast<std::size_t>(input)]);
    }
    for (const TensorIndex output : op.outputs) {
      step.outputs.push_back(roots[static_cast<std::size_t>(output)]);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

class Lives {
 public:
  void begin(TensorIndex tensor, std::int32_t step) {
    if (find(tensor) == lives_.end()) lives_.push_back({tensor, step, step});
  }
  void extend(TensorIndex tensor, std::int32_t step) {
    const auto life = find(tensor);
    life->last = std::max(life->last, step);
  }
  std::vector<Life> take() { return std::move(lives_); }

 private:
  std::vector<Life>::iterator find(TensorIndex tensor) {
    return std::find_if(lives_.begin(), lives_.end(),
                        [&](const Life& life) { return life.tensor == tensor; });
  }
  std::vector<Life> lives_;
};

std::vector<Life> find_lives(const Graph& graph, const Schedule& schedule) {
  Lives lives;
  for (const TensorIndex input : graph.inputs) lives.begin(input, -1);
  for (const Step& step : schedule.steps) {
    for (const TensorIndex state : step.states) lives.begin(state, -1);
  }
  std::int32_t number = 0;
  for (const Step& step : schedule.steps) {
    for (const TensorIndex input : step.inputs) lives.extend(input, number);
    for (const TensorIndex output : step.outputs) lives.begin(output, number);
    ++number;
  }
  for (const Step& step : schedule.steps) {
    for (const TensorIndex state : step.states) lives.extend(state, number);
  }
  for (const TensorIndex output : graph.outputs) {
    lives.extend(schedule.roots[static_cast<std::size_t>(output)], number);
  }
  return lives.take();
}

}  // namespace

Schedule schedule(const Graph& graph) {
  Schedule schedule;
  schedule.roots = find_roots(graph);
  schedule.steps = find_steps(graph, schedule.roots);
  schedule.lives = find_lives(graph, schedule);
  return schedule;
}

}  // namespace sengi::compile
