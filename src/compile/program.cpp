// SPDX-License-Identifier: Apache-2.0
#include "compile/program.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "compile/planner.h"

namespace sengi::compile {
namespace {

using model::TensorIndex;

// Of a generated namespace, so that lines with it stay within the page.
constexpr std::size_t longest_name = 48;

// Of a generated Arena, and so of its size.
constexpr std::size_t arena_alignment = 16;

std::size_t life_of(const Schedule& schedule, TensorIndex root) {
  const auto life = std::find_if(schedule.lives.begin(), schedule.lives.end(),
                                 [&](const Life& each) { return each.tensor == root; });
  return static_cast<std::size_t>(life - schedule.lives.begin());
}

// An output may grow over an input that its layer is the last to read.
void allow_overlaps(const Program& program, Problem& problem) {
  for (std::size_t i = 0; i < program.schedule.steps.size(); ++i) {
    const Step& step = program.schedule.steps[i];
    const std::size_t output = life_of(program.schedule, step.output);
    for (std::size_t k = 0; k < step.inputs.size(); ++k) {
      const std::size_t input = life_of(program.schedule, step.inputs[k]);
      if (problem.buffers[input].last != static_cast<std::int32_t>(i)) continue;
      problem.overlaps.push_back({output, input, program.kernels[i].leads[k]});
    }
  }
}

void place(Program& program) {
  Problem problem;
  for (const Life& life : program.schedule.lives) {
    problem.buffers.push_back({program.tensor(life.tensor).bytes(), life.first, life.last});
  }
  allow_overlaps(program, problem);
  const Layout layout = plan_memory(problem);
  for (std::size_t i = 0; i < problem.buffers.size(); ++i) {
    const Life& life = program.schedule.lives[i];
    program.plan.placements.push_back(
        {life.tensor, layout.offsets[i], problem.buffers[i].bytes, life.first, life.last});
  }
  program.plan.arena_bytes =
      (layout.bytes + arena_alignment - 1) / arena_alignment * arena_alignment;
}

void add_layers(Program& program) {
  const model::Graph& graph = program.graph;
  for (std::size_t i = 0; i < program.kernels.size(); ++i) {
    const Kernel& kernel = program.kernels[i];
    const Step& step = program.schedule.steps[i];
    const model::Operator& op = graph.operators[step.op];
    program.plan.layers.push_back({fmt::format("{}{}", kernel.stem, i + 1), kernel.kind,
                                   program.tensor(step.output).shape, model::macs(graph, op),
                                   kernel.const_bytes()});
    program.plan.const_bytes += kernel.const_bytes();
  }
}

void name_tensors(Program& program) {
  const std::vector<TensorIndex>& inputs = program.graph.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    program.tensor_names[inputs[i]] = inputs.size() == 1 ? "input" : fmt::format("input{}", i);
  }
  for (std::size_t i = 0; i < program.schedule.steps.size(); ++i) {
    program.tensor_names[program.schedule.steps[i].output] = program.plan.layers[i].name;
  }
}

std::size_t bytes_of_all(const Program& program, const std::vector<TensorIndex>& tensors) {
  std::size_t bytes = 0;
  for (const TensorIndex tensor : tensors) bytes += program.tensor(tensor).bytes();
  return bytes;
}

}  // namespace

const Placement& Program::placement(TensorIndex root) const {
  return plan.placements[life_of(schedule, root)];
}

Result<Program> compile(const model::Graph& graph, const std::string& source_name,
                        const std::string& source_sha256) {
  SENGI_CHECK(model::check(graph));
  Program program{.graph = graph,
                  .schedule = schedule(graph),
                  .kernels = {},
                  .plan = {},
                  .source_name = source_name,
                  .source_sha256 = source_sha256,
                  .tensor_names = {}};
  for (const Step& step : program.schedule.steps) {
    SENGI_TRY(kernel, choose_kernel(graph, step));
    program.kernels.push_back(std::move(kernel));
  }
  program.plan.name = identifier(graph.name).substr(0, longest_name);
  add_layers(program);
  place(program);
  name_tensors(program);
  program.plan.input_bytes = bytes_of_all(program, graph.inputs);
  program.plan.output_bytes = bytes_of_all(program, graph.outputs);
  return program;
}

std::size_t arena_bytes_at(const Plan& plan, std::size_t layer) {
  const auto now = static_cast<std::int32_t>(layer);
  std::size_t end = 0;
  for (const Placement& placement : plan.placements) {
    if (placement.first <= now && placement.last >= now) {
      end = std::max(end, placement.offset + placement.bytes);
    }
  }
  return end;
}

std::size_t peak_layer(const Plan& plan) {
  std::size_t peak = 0;
  std::size_t highest = 0;
  for (std::size_t layer = 0; layer < plan.layers.size(); ++layer) {
    const std::size_t end = arena_bytes_at(plan, layer);
    if (end > highest) {
      highest = end;
      peak = layer;
    }
  }
  return peak;
}

std::string fullest_layer(const Plan& plan) {
  return plan.layers.empty() ? "" : plan.layers[peak_layer(plan)].name;
}

std::string heaviest_layer(const Plan& plan) {
  const auto heaviest = std::max_element(
      plan.layers.begin(), plan.layers.end(),
      [](const Layer& a, const Layer& b) { return a.const_bytes < b.const_bytes; });
  return heaviest == plan.layers.end() ? "" : heaviest->name;
}

}  // namespace sengi::compile
