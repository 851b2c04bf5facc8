// SPDX-License-Identifier: Apache-2.0
// How many tensors each kind of operator takes and makes, and where they come from.
#include <fmt/format.h>

#include <array>

#include "model/check_parts.h"

namespace sengi::model {
namespace {

constexpr std::array one_input = {Slot{"input"}};
constexpr std::array pair = {Slot{"input", Source::any}, Slot{"input", Source::any}};
constexpr std::array filtered = {Slot{"input"}, Slot{"filter", Source::constant},
                                 Slot{"bias", Source::constant, true}};
constexpr std::array weighted = {Slot{"input"}, Slot{"weights", Source::constant},
                                 Slot{"bias", Source::constant, true}};
constexpr std::array padded = {Slot{"input"}, Slot{"pad value", Source::constant, true}};

constexpr std::array with_alpha = {Slot{"input"}, Slot{"alpha", Source::constant}};
constexpr std::array several = {Slot{"input", Source::any}};
constexpr std::array indexed = {Slot{"input", Source::any}, Slot{"list of indices", Source::any}};
constexpr std::array svdf = {Slot{"input"}, Slot{"feature weights", Source::constant},
                             Slot{"time weights", Source::constant},
                             Slot{"bias", Source::constant, true}, Slot{"state", Source::variable}};
constexpr std::array trees = {Slot{"input"},
                              Slot{"list of splits", Source::constant},
                              Slot{"list of margins", Source::constant},
                              Slot{"list of tree sizes", Source::constant},
                              Slot{"list of labels", Source::constant},
                              Slot{"bias", Source::constant}};
constexpr std::array gru = {Slot{"input"}, Slot{"weights", Source::constant},
                            Slot{"recurrent weights", Source::constant},
                            Slot{"bias", Source::constant}};
constexpr std::array lstm = {Slot{"input"},
                             Slot{"input gate's weights", Source::constant},
                             Slot{"forget gate's weights", Source::constant},
                             Slot{"cell gate's weights", Source::constant},
                             Slot{"output gate's weights", Source::constant},
                             Slot{"input gate's recurrent weights", Source::constant},
                             Slot{"forget gate's recurrent weights", Source::constant},
                             Slot{"cell gate's recurrent weights", Source::constant},
                             Slot{"output gate's recurrent weights", Source::constant},
                             Slot{"input gate's bias", Source::constant},
                             Slot{"forget gate's bias", Source::constant},
                             Slot{"cell gate's bias", Source::constant},
                             Slot{"output gate's bias", Source::constant},
                             Slot{"hidden state", Source::variable},
                             Slot{"cell state", Source::variable}};

std::span<const Slot> slots(const Conv2D&) { return filtered; }
std::span<const Slot> slots(const DepthwiseConv2D&) { return filtered; }
std::span<const Slot> slots(const TransposeConv&) { return filtered; }
std::span<const Slot> slots(const FullyConnected&) { return weighted; }
std::span<const Slot> slots(const Add&) { return pair; }
std::span<const Slot> slots(const Sub&) { return pair; }
std::span<const Slot> slots(const Mul&) { return pair; }
std::span<const Slot> slots(const Div&) { return pair; }
std::span<const Slot> slots(const Maximum&) { return pair; }
std::span<const Slot> slots(const Minimum&) { return pair; }
std::span<const Slot> slots(const BatchMatMul&) { return pair; }
std::span<const Slot> slots(const SquaredDifference&) { return pair; }
std::span<const Slot> slots(const Comparison&) { return pair; }
std::span<const Slot> slots(const Gather&) { return indexed; }
std::span<const Slot> slots(const Prelu&) { return with_alpha; }
std::span<const Slot> slots(const Concatenation&) { return several; }
std::span<const Slot> slots(const Pack&) { return several; }
std::span<const Slot> slots(const Pad&) { return padded; }
std::span<const Slot> slots(const TreeEnsemble&) { return trees; }
std::span<const Slot> slots(const Svdf&) { return svdf; }
std::span<const Slot> slots(const UnidirectionalSequenceLstm&) { return lstm; }
std::span<const Slot> slots(const Gru&) { return gru; }
template <typename OneInput>
std::span<const Slot> slots(const OneInput&) {
  return one_input;
}

bool in_range(const Graph& graph, TensorIndex index) {
  return index >= 0 && static_cast<std::size_t>(index) < graph.tensors.size();
}

const Slot& slot_of(const Kind& kind, std::size_t i) {
  const std::span<const Slot> slots = slots_of(kind);
  return slots[i < slots.size() ? i : slots.size() - 1];
}

Result<void> check_source(const Place& place, std::size_t i, Source source) {
  const Tensor& tensor = place.input(i);
  if (source == Source::variable && !tensor.variable) {
    return place.input_fault(i, "is not a variable; an operator's state must be one");
  }
  if (source != Source::variable && tensor.variable) {
    return place.input_fault(i, "is a variable; only an operator's state may be one");
  }
  if (source == Source::constant && !tensor.constant()) {
    return place.input_fault(i, "is computed; only constants are supported");
  }
  if (source == Source::computed && tensor.constant()) {
    return place.input_fault(i, "is a constant; only computed tensors are supported");
  }
  return {};
}

}  // namespace

std::span<const Slot> slots_of(const Kind& kind) {
  return std::visit([](const auto& k) { return slots(k); }, kind);
}

bool repeats_last_slot(const Kind& kind) {
  return std::holds_alternative<Concatenation>(kind) || std::holds_alternative<Pack>(kind);
}

Error Place::fault(const std::string& what) const {
  return Error{operator_label(graph, index) + ": " + what};
}

Error Place::input_fault(std::size_t i, const std::string& what) const {
  return fault(fmt::format("{} {} {}", slot_of(op().kind, i).name,
                           tensor_label(graph, op().inputs[i]), what));
}

Error Place::output_fault(const std::string& what) const { return fault("its output " + what); }

Error Place::output_fault(std::size_t i, const std::string& what) const {
  if (op().outputs.size() == 1) return output_fault(what);
  return fault(fmt::format("its output {} {}", tensor_label(graph, op().outputs[i]), what));
}

Result<void> check_arity(const Place& place) {
  const Operator& op = place.op();
  const std::span<const Slot> slots = slots_of(op.kind);
  std::size_t least = slots.size();
  while (least > 1 && slots[least - 1].optional) --least;
  const bool too_many = op.inputs.size() > slots.size() && !repeats_last_slot(op.kind);
  if (op.inputs.size() < least || too_many) {
    return place.fault(fmt::format("{} inputs; {} are needed", op.inputs.size(), least));
  }
  const bool divides =
      std::holds_alternative<Split>(op.kind) || std::holds_alternative<Unpack>(op.kind);
  const bool several = divides && !op.outputs.empty();
  if (op.outputs.size() != 1 && !several) {
    return place.fault(fmt::format("{} outputs; 1 is needed", op.outputs.size()));
  }
  for (const TensorIndex output : op.outputs) {
    if (!in_range(place.graph, output)) {
      return place.fault(fmt::format("output {} is no tensor", output));
    }
  }
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    const Slot& slot = slot_of(op.kind, i);
    if (op.inputs[i] == absent && slot.optional) continue;
    if (!in_range(place.graph, op.inputs[i])) return place.input_fault(i, "is no tensor");
    SENGI_CHECK(check_source(place, i, slot.source));
  }
  return {};
}

}  // namespace sengi::model
