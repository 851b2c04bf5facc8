// SPDX-License-Identifier: Apache-2.0
#include "model/interpreter.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

#include "model/reference.h"

namespace sengi::model {

static_assert(std::endian::native == std::endian::little,
              "constants are read as they lie in files");

struct Interpreter::State {
  Memory memory;
  std::vector<Step> steps;  // one an operator, bound to the memory

  explicit State(Graph checked) : memory{.graph = std::move(checked), .computed = {}} {
    for (const Tensor& tensor : memory.graph.tensors) {
      memory.computed.emplace_back(tensor.constant() ? 0 : tensor.bytes());
    }
    reset();
    for (const Operator& op : memory.graph.operators) {
      steps.push_back(
          std::visit([&](const auto& kind) { return bind(memory, op, kind); }, op.kind));
    }
  }

  // Real zero, which int8 has at its zero point.
  void reset() {
    for (std::size_t i = 0; i < memory.computed.size(); ++i) {
      const Tensor& tensor = memory.graph.tensors[i];
      if (!tensor.variable) continue;
      const bool shifted = tensor.type == Type::int8 && !tensor.quantization.empty();
      const auto zero =
          static_cast<std::byte>(shifted ? tensor.quantization.zero_point[0] & 0xff : 0);
      std::ranges::fill(memory.computed[i], zero);
    }
  }
};

Result<Interpreter> Interpreter::make(Graph graph) {
  SENGI_CHECK(check(graph));
  return Interpreter(std::make_unique<State>(std::move(graph)));
}

Interpreter::Interpreter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;
Interpreter::~Interpreter() = default;

const Graph& Interpreter::graph() const { return state_->memory.graph; }

std::vector<std::byte> Interpreter::run(std::span<const std::byte> input) {
  assert(input.size() == input_bytes());
  for (const TensorIndex index : state_->memory.graph.inputs) {
    std::vector<std::byte>& tensor = state_->memory.computed[static_cast<std::size_t>(index)];
    std::ranges::copy(input.first(tensor.size()), tensor.begin());
    input = input.subspan(tensor.size());
  }
  for (const Step& step : state_->steps) step();

  std::vector<std::byte> output;
  for (const TensorIndex index : state_->memory.graph.outputs) {
    const std::span<const std::byte> bytes = state_->memory.bytes(index);
    output.insert(output.end(), bytes.begin(), bytes.end());
  }
  return output;
}

void Interpreter::reset() { state_->reset(); }

std::size_t Interpreter::input_bytes() const {
  std::size_t bytes = 0;
  for (const TensorIndex index : state_->memory.graph.inputs)
    bytes += state_->memory.bytes(index).size();
  return bytes;
}

std::size_t Interpreter::output_bytes() const {
  std::size_t bytes = 0;
  for (const TensorIndex index : state_->memory.graph.outputs)
    bytes += state_->memory.bytes(index).size();
  return bytes;
}

std::span<const std::byte> Interpreter::tensor(TensorIndex index) const {
  return state_->memory.bytes(index);
}

}  // namespace sengi::model
