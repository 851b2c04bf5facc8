// SPDX-License-Identifier: Apache-2.0
#include "scan/sliding_network.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "model/interpreter.h"
#include "scan/sliding_layers.h"

namespace sengi::scan {
namespace {

// What lies between two windows must be a multiple of the deepest stride for rows to fall onto one
// another. So as many windows are remembered as there are places between two of its multiples.
struct Slot {
  std::int64_t start = -1;
  std::vector<std::vector<std::int8_t>> tensors;  // by layer: its output
};

// The operators behind the layers that slide, as a graph of their own. `taken` are the tensors that
// they start from.
model::Graph rest_of(const model::Graph& graph, std::size_t from,
                     std::vector<model::TensorIndex>& taken) {
  model::Graph rest;
  rest.name = graph.name;
  std::map<model::TensorIndex, model::TensorIndex> number;
  const auto renumbered = [&](model::TensorIndex i) {
    if (i == model::absent) return i;
    const auto [at, added] = number.try_emplace(i, static_cast<model::TensorIndex>(number.size()));
    if (added) rest.tensors.push_back(graph.tensors[static_cast<std::size_t>(i)]);
    return at->second;
  };
  std::map<model::TensorIndex, bool> made;
  for (std::size_t i = from; i < graph.operators.size(); ++i) {
    model::Operator op = graph.operators[i];
    for (model::TensorIndex& input : op.inputs) {
      if (input == model::absent) continue;
      const model::Tensor& tensor = graph.tensors[static_cast<std::size_t>(input)];
      const bool outside = !tensor.constant() && !tensor.variable && !made.contains(input);
      if (outside && std::ranges::find(taken, input) == taken.end()) {
        taken.push_back(input);
        rest.inputs.push_back(renumbered(input));
      }
      input = renumbered(input);
    }
    for (model::TensorIndex& output : op.outputs) {
      made[output] = true;
      output = renumbered(output);
    }
    rest.operators.push_back(std::move(op));
  }
  for (const model::TensorIndex output : graph.outputs) rest.outputs.push_back(renumbered(output));
  return rest;
}

}  // namespace

struct SlidingNetwork::State {
  std::vector<SlidingLayer> layers;
  std::vector<std::int32_t> layer_of;     // by tensor: the layer that makes it, or -1
  std::vector<model::TensorIndex> taken;  // that the rest starts from
  model::Interpreter rest;
  Speed speed;
  bool remembers;
  std::vector<Slot> slots;
  std::vector<std::int16_t> scratch;
  std::vector<std::byte> rest_input;
  std::uint64_t computed = 0;
  std::uint64_t reused = 0;

  const std::int8_t* bytes_of(model::TensorIndex tensor, const Slot& slot,
                              std::span<const std::int8_t> window) const {
    const std::int32_t layer = layer_of[static_cast<std::size_t>(tensor)];
    return layer < 0 ? window.data() : slot.tensors[static_cast<std::size_t>(layer)].data();
  }

  // Rows that stay are moved to where the window has them now, the others are computed.
  void slide(std::size_t number, std::int64_t moved, Slot& slot,
             std::span<const std::int8_t> window) {
    const SlidingLayer& layer = layers[number];
    const Rows& out = layer.out;
    std::vector<std::int8_t>& rows = slot.tensors[number];
    const std::int64_t by = moved < 0 ? out.height : moved / out.stride;
    const std::int32_t begin = out.clean_begin;
    const auto kept = static_cast<std::int32_t>(
        std::clamp<std::int64_t>(out.clean_end - by, begin, out.clean_end));
    if (kept > begin && by > 0) {
      const std::size_t bytes = out.row_bytes();
      std::memmove(rows.data() + static_cast<std::size_t>(begin) * bytes,
                   rows.data() + static_cast<std::size_t>(begin + by) * bytes,
                   static_cast<std::size_t>(kept - begin) * bytes);
    }
    const std::int8_t* input = bytes_of(layer.input, slot, window);
    const std::int8_t* second =
        layer.second == model::absent ? nullptr : bytes_of(layer.second, slot, window);
    compute_rows(layer, 0, begin, input, second, rows.data(), scratch, speed);
    compute_rows(layer, kept, out.height, input, second, rows.data(), scratch, speed);
    reused += static_cast<std::uint64_t>(kept - begin);
    computed += static_cast<std::uint64_t>(out.height - (kept - begin));
  }
};

SlidingNetwork::SlidingNetwork(std::unique_ptr<State> state) : state_(std::move(state)) {}
SlidingNetwork::SlidingNetwork(SlidingNetwork&&) noexcept = default;
SlidingNetwork& SlidingNetwork::operator=(SlidingNetwork&&) noexcept = default;
SlidingNetwork::~SlidingNetwork() = default;

Result<SlidingNetwork> SlidingNetwork::make(const model::Graph& graph, Speed speed) {
  std::vector<std::optional<Rows>> rows(graph.tensors.size());
  const model::TensorIndex in = graph.inputs[0];
  const model::Shape& shape = graph.tensors[static_cast<std::size_t>(in)].shape;
  if (shape.size() == 4 && shape[0] == 1) {
    rows[static_cast<std::size_t>(in)] = Rows{shape[1], shape[2], shape[3], 1, 0, shape[1]};
  }
  std::vector<SlidingLayer> layers;
  std::vector<std::int32_t> layer_of(graph.tensors.size(), -1);
  std::int32_t deepest = 1;
  // The last operator is always the rest's, which gives the scores.
  for (std::size_t i = 0; i + 1 < graph.operators.size(); ++i) {
    auto layer = sliding_layer(graph, graph.operators[i], rows);
    if (!layer) break;
    rows[static_cast<std::size_t>(layer->output)] = layer->out;
    layer_of[static_cast<std::size_t>(layer->output)] = static_cast<std::int32_t>(layers.size());
    deepest = std::max(deepest, layer->out.stride);
    layers.push_back(std::move(*layer));
  }
  // Strides multiply along a path; where paths differ, their product is a multiple of each.
  std::int32_t common = deepest;
  for (const SlidingLayer& layer : layers) {
    if (common % layer.out.stride != 0) common *= layer.out.stride;
  }
  std::vector<model::TensorIndex> taken;
  model::Graph rest = rest_of(graph, layers.size(), taken);
  SENGI_TRY(interpreter, model::Interpreter::make(std::move(rest)));
  const bool remembers = std::ranges::any_of(graph.tensors, &model::Tensor::variable);
  auto state = std::make_unique<State>(State{std::move(layers),
                                             std::move(layer_of),
                                             std::move(taken),
                                             std::move(interpreter),
                                             speed,
                                             remembers,
                                             {},
                                             {},
                                             {}});
  state->slots.resize(static_cast<std::size_t>(common));
  return SlidingNetwork(std::move(state));
}

std::vector<std::int8_t> SlidingNetwork::score(std::span<const std::int8_t> window,
                                               std::int64_t first_column) {
  State& s = *state_;
  Slot& slot = s.slots[static_cast<std::size_t>(first_column) % s.slots.size()];
  if (slot.tensors.empty()) {
    for (const SlidingLayer& layer : s.layers) {
      slot.tensors.emplace_back(layer.out.row_bytes() * static_cast<std::size_t>(layer.out.height));
    }
  }
  const std::int64_t moved = slot.start < 0 ? -1 : first_column - slot.start;
  for (std::size_t i = 0; i < s.layers.size(); ++i) s.slide(i, moved, slot, window);
  slot.start = first_column;
  s.rest_input.clear();
  for (const model::TensorIndex tensor : s.taken) {
    const std::int32_t layer = s.layer_of[static_cast<std::size_t>(tensor)];
    const auto bytes = std::as_bytes(
        layer < 0 ? window
                  : std::span<const std::int8_t>(slot.tensors[static_cast<std::size_t>(layer)]));
    s.rest_input.insert(s.rest_input.end(), bytes.begin(), bytes.end());
  }
  const std::vector<std::byte> output = s.rest.run(s.rest_input);
  std::vector<std::int8_t> scores(output.size());
  std::memcpy(scores.data(), output.data(), output.size());
  return scores;
}

void SlidingNetwork::reset() {
  for (Slot& slot : state_->slots) slot.start = -1;
  state_->rest.reset();
}

bool SlidingNetwork::remembers() const { return state_->remembers; }
std::size_t SlidingNetwork::sliding_layers() const { return state_->layers.size(); }
std::uint64_t SlidingNetwork::rows_computed() const { return state_->computed; }
std::uint64_t SlidingNetwork::rows_reused() const { return state_->reused; }

}  // namespace sengi::scan
