// SPDX-License-Identifier: Apache-2.0
#include "compile/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

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

// How far below the step's `input` its outputs must begin; a tensor may be several of its inputs.
std::ptrdiff_t lead_over(const Step& step, const Kernel& kernel, TensorIndex input) {
  std::ptrdiff_t lead = std::numeric_limits<std::ptrdiff_t>::min();
  for (std::size_t k = 0; k < step.inputs.size(); ++k) {
    if (step.inputs[k] == input) lead = std::max(lead, kernel.leads[k]);
  }
  return lead;
}

// Outputs may grow over an input that their layer is the last to read.
void allow_overlaps(const Program& program, const std::vector<std::size_t>& buffers,
                    Problem& problem) {
  for (std::size_t i = 0; i < program.schedule.steps.size(); ++i) {
    const Step& step = program.schedule.steps[i];
    for (const TensorIndex tensor : step.inputs) {
      const std::size_t input = buffers[life_of(program.schedule, tensor)];
      if (problem.buffers[input].last != static_cast<std::int32_t>(i)) continue;
      const std::ptrdiff_t lead = lead_over(step, program.kernels[i], tensor);
      for (const TensorIndex written : step.outputs) {
        const std::size_t output = buffers[life_of(program.schedule, written)];
        if (input != output) problem.overlaps.push_back({output, input, lead});
      }
    }
  }
}

// Of every offset: four bytes, or what the widest elements need.
std::size_t alignment_of(const Program& program) {
  std::size_t alignment = 4;
  for (const Life& life : program.schedule.lives) {
    alignment = std::max(alignment, model::bytes_of(program.tensor(life.tensor).type));
  }
  return alignment;
}

// How the arena could be shared out: the problem, and for each life the buffer it lies in.
struct Sharing {
  Problem problem;
  std::vector<std::size_t> buffers;
};

// An output lies in its input's buffer where its layer works in place, `apart` does not hold that
// layer back, and nobody needs the input any more; else in one of its own.
Sharing share_out(const Program& program, const std::set<std::int32_t>& apart) {
  Sharing sharing;
  Problem& problem = sharing.problem;
  problem.alignment = alignment_of(program);
  for (const Life& life : program.schedule.lives) {
    sharing.buffers.push_back(problem.buffers.size());
    if (life.first >= 0 && !apart.contains(life.first) &&
        program.kernels[static_cast<std::size_t>(life.first)].in_place) {
      const Step& step = program.schedule.steps[static_cast<std::size_t>(life.first)];
      const std::size_t input = sharing.buffers[life_of(program.schedule, step.inputs[0])];
      if (problem.buffers[input].last == life.first) {
        problem.buffers[input].last = life.last;
        sharing.buffers.back() = input;
        continue;
      }
    }
    problem.buffers.push_back({program.tensor(life.tensor).bytes(), life.first, life.last});
  }
  allow_overlaps(program, sharing.buffers, problem);
  for (std::size_t i = 0; i < program.kernels.size(); ++i) {
    const auto step = static_cast<std::int32_t>(i);
    const std::size_t bytes = program.kernels[i].scratch_bytes;
    if (bytes != 0) problem.buffers.push_back({bytes, step, step});
  }
  return sharing;
}

void place(Program& program, const Sharing& sharing, const Layout& layout) {
  const std::vector<Buffer>& buffers = sharing.problem.buffers;
  program.plan.placements.clear();
  std::size_t scratch = 0;  // the first buffer that is no tensor's
  for (std::size_t i = 0; i < sharing.buffers.size(); ++i) {
    const std::size_t buffer = sharing.buffers[i];
    const Life& life = program.schedule.lives[i];
    program.plan.placements.push_back({life.tensor, layout.offsets[buffer],
                                       program.tensor(life.tensor).bytes(), life.first, life.last});
    scratch = std::max(scratch, buffer + 1);
  }
  for (std::size_t i = scratch; i < buffers.size(); ++i) {
    program.plan.placements.push_back(
        {model::absent, layout.offsets[i], buffers[i].bytes, buffers[i].first, buffers[i].last});
  }
  program.plan.arena_bytes =
      (layout.bytes + arena_alignment - 1) / arena_alignment * arena_alignment;
}

// Working in place mostly saves memory, but ties two tensors to one spot; so each layer that does
// is also tried the other way.
void place(Program& program) {
  std::set<std::int32_t> apart;
  Sharing best = share_out(program, apart);
  Layout layout = plan_memory(best.problem);
  for (std::size_t i = 0; i < program.kernels.size() && !layout.is_smallest; ++i) {
    if (!program.kernels[i].in_place) continue;
    apart.insert(static_cast<std::int32_t>(i));
    Sharing other = share_out(program, apart);
    Layout other_layout = plan_memory(other.problem);
    if (other_layout.bytes < layout.bytes) {
      best = std::move(other);
      layout = std::move(other_layout);
    } else {
      apart.erase(static_cast<std::int32_t>(i));
    }
  }
  place(program, best, layout);
}

void add_layers(Program& program) {
  const model::Graph& graph = program.graph;
  for (std::size_t i = 0; i < program.kernels.size(); ++i) {
    const Kernel& kernel = program.kernels[i];
    const Step& step = program.schedule.steps[i];
    const model::Operator& op = graph.operators[step.op];
    program.plan.layers.push_back({fmt::format("{}{}", kernel.stem, i + 1), kernel.kind,
                                   program.tensor(step.outputs[0]).shape, model::macs(graph, op),
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
    const std::vector<TensorIndex>& outputs = program.schedule.steps[i].outputs;
    const std::string& layer = program.plan.layers[i].name;
    const std::vector<TensorIndex>& states = program.schedule.steps[i].states;
    for (std::size_t k = 0; k < states.size(); ++k) {
      program.tensor_names.try_emplace(states[k],
                                       fmt::format("{}_{}", layer, program.kernels[i].states[k]));
    }
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      program.tensor_names[outputs[k]] =
          outputs.size() == 1 ? layer : fmt::format("{}_{}", layer, k + 1);
    }
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

std::vector<TensorIndex> Program::states() const {
  std::vector<TensorIndex> states;
  for (const Life& life : schedule.lives) {
    if (tensor(life.tensor).variable) states.push_back(life.tensor);
  }
  return states;
}

std::string Program::scratch_name(std::size_t step) { return fmt::format("scratch{}", step + 1); }

std::string Program::name_of(const Placement& placement) const {
  if (placement.tensor == model::absent)
    return scratch_name(static_cast<std::size_t>(placement.first));
  return tensor_names.at(placement.tensor);
}

Result<Program> compile(const model::Graph& graph, const std::string& source_name,
                        const std::string& source_sha256, Favor favor) {
  SENGI_CHECK(model::check(graph));
  SENGI_CHECK(check_kernels(graph));
  Program program{.graph = graph,
                  .schedule = schedule(graph),
                  .kernels = {},
                  .plan = {},
                  .source_name = source_name,
                  .source_sha256 = source_sha256,
                  .tensor_names = {},
                  .float_inputs = false,
                  .float_outputs = false};
  for (const Step& step : program.schedule.steps) {
    SENGI_TRY(kernel, choose_kernel(graph, step, favor));
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
