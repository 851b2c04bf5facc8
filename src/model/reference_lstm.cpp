// SPDX-License-Identifier: Apache-2.0
// UNIDIRECTIONAL_SEQUENCE_LSTM.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "model/reference.h"
#include "model/reference_arithmetic.h"
#include "model/reference_fixed.h"

namespace sengi::model {
namespace {

constexpr std::size_t gates = LstmParameters::gates;
enum Gate : std::size_t { input_gate, forget_gate, cell_gate, output_gate };

struct Sizes {
  std::size_t batches, steps, inputs, units;
  bool time_major;

  // The row of input or output at a step.
  std::size_t row(std::size_t batch, std::size_t step) const {
    return time_major ? step * batches + batch : batch * steps + step;
  }
};

Sizes sizes_of(const Memory& memory, const Operator& op, const UnidirectionalSequenceLstm& lstm) {
  const Shape& input = memory.input_tensor(op, 0).shape;
  return {.batches = static_cast<std::size_t>(input[lstm.time_major ? 1 : 0]),
          .steps = static_cast<std::size_t>(input[lstm.time_major ? 0 : 1]),
          .inputs = static_cast<std::size_t>(input[2]),
          .units = static_cast<std::size_t>(memory.input_tensor(op, 1).shape[0]),
          .time_major = lstm.time_major};
}

std::int16_t saturated(std::int64_t x) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(x, -32768, 32767));
}

// int8 (or int16) values, int16 cells; sums as wide as a bias.
template <typename Value, typename Bias>
struct IntegerCells {
  using Number = Value;
  using Cell = std::int16_t;

  std::span<const Value> input;
  std::array<std::span<const std::int8_t>, gates> weights, recurrent;
  std::array<std::span<const Bias>, gates> bias;
  LstmParameters parameters;
  std::int32_t in_zero, hidden_zero;
  ActivationRange range;

  Cell gate(std::size_t which, std::size_t unit, std::span<const Value> x,
            std::span<const Value> hidden) const {
    Bias sum = bias[which][unit];
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += (x[i] - in_zero) * weights[which][unit * x.size() + i];
    }
    Bias recurrent_sum = 0;
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      recurrent_sum += (hidden[i] - hidden_zero) * recurrent[which][unit * hidden.size() + i];
    }
    const std::int16_t both =
        saturated(std::int64_t{saturated(requantize(sum, parameters.input[which]))} +
                  saturated(requantize(recurrent_sum, parameters.recurrent[which])));
    constexpr TableParameters three_integer_bits{.multiplier = 3, .shift = 0};
    return which == cell_gate ? tanh_by_table(both, three_integer_bits)
                              : logistic_by_table(both, three_integer_bits);
  }

  Cell next_cell(Cell forget, Cell old, Cell in, Cell candidate) const {
    const std::int16_t kept = saturated(requantize(forget * old, parameters.forget_times_cell));
    const std::int16_t added = saturated(requantize(in * candidate, parameters.input_times_cell));
    const std::int32_t cell = saturated(kept + added);
    if (parameters.cell_clip == 0) return static_cast<Cell>(cell);
    return static_cast<Cell>(clamp(cell, -parameters.cell_clip, parameters.cell_clip));
  }

  Value next_hidden(Cell cell, Cell out) const {
    const std::int16_t tanh = tanh_by_table(cell, parameters.cell_tanh);
    const std::int64_t stored =
        std::int64_t{requantize(tanh * out, parameters.output_times_tanh)} + hidden_zero;
    return static_cast<Value>(std::clamp<std::int64_t>(stored, range.lowest, range.highest));
  }
};

struct Float32Cells {
  using Number = float;
  using Cell = float;

  std::span<const float> input;
  std::array<std::span<const float>, gates> weights, recurrent;
  std::array<std::span<const float>, gates> bias;
  float cell_clip;

  float gate(std::size_t which, std::size_t unit, std::span<const float> x,
             std::span<const float> hidden) const {
    float sum = bias[which][unit];
    for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * weights[which][unit * x.size() + i];
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      sum += hidden[i] * recurrent[which][unit * hidden.size() + i];
    }
    return which == cell_gate ? std::tanh(sum) : 1 / (1 + std::exp(-sum));
  }
  float next_cell(float forget, float old, float in, float candidate) const {
    const float cell = forget * old + in * candidate;
    return cell_clip > 0 ? std::min(std::max(cell, -cell_clip), cell_clip) : cell;
  }
  float next_hidden(float cell, float out) const { return std::tanh(cell) * out; }
};

template <typename Cells>
void run(const Sizes& sizes, const Cells& cells, std::span<typename Cells::Number> hidden_states,
         std::span<typename Cells::Cell> cell_states, std::span<typename Cells::Number> output) {
  const std::size_t units = sizes.units;
  std::vector<typename Cells::Number> before(units);
  for (std::size_t b = 0; b < sizes.batches; ++b) {
    const auto hidden = hidden_states.subspan(b * units, units);
    const auto cell = cell_states.subspan(b * units, units);
    for (std::size_t t = 0; t < sizes.steps; ++t) {
      const std::size_t row = sizes.row(b, t);
      const auto x = cells.input.subspan(row * sizes.inputs, sizes.inputs);
      std::ranges::copy(hidden, before.begin());
      for (std::size_t unit = 0; unit < units; ++unit) {
        const auto gate = [&](Gate which) { return cells.gate(which, unit, x, before); };
        cell[unit] =
            cells.next_cell(gate(forget_gate), cell[unit], gate(input_gate), gate(cell_gate));
        hidden[unit] = cells.next_hidden(cell[unit], gate(output_gate));
        output[row * units + unit] = hidden[unit];
      }
    }
  }
}

template <typename Cells, typename Weight, typename Bias>
void take_constants(const Memory& memory, const Operator& op, Cells& cells) {
  cells.input = memory.input<typename Cells::Number>(op, 0);
  for (std::size_t gate = 0; gate < gates; ++gate) {
    cells.weights[gate] = memory.input<Weight>(op, 1 + gate);
    cells.recurrent[gate] = memory.input<Weight>(op, 1 + gates + gate);
    cells.bias[gate] = memory.input<Bias>(op, 1 + 2 * gates + gate);
  }
}

template <typename Cells>
Step bind_cells(Memory& memory, const Operator& op, const UnidirectionalSequenceLstm& lstm,
                Cells cells) {
  using Number = typename Cells::Number;
  return [sizes = sizes_of(memory, op, lstm), cells = std::move(cells),
          hidden = memory.state<Number>(op, 13), cell = memory.state<typename Cells::Cell>(op, 14),
          output = memory.output<Number>(op)] { run(sizes, cells, hidden, cell, output); };
}

template <typename Value, typename Bias>
Step bind_integer(Memory& memory, const Operator& op, const UnidirectionalSequenceLstm& lstm) {
  const Tensor& output = memory.output_tensor(op);
  using Cells = IntegerCells<Value, Bias>;
  Cells cells{.input = {},
              .weights = {},
              .recurrent = {},
              .bias = {},
              .parameters = lstm_parameters(memory.graph, op),
              .in_zero = memory.input_tensor(op, 0).quantization.zero_point[0],
              .hidden_zero = memory.input_tensor(op, 13).quantization.zero_point[0],
              .range = activation_range(Activation::none, output.quantization, output.type)};
  take_constants<Cells, std::int8_t, Bias>(memory, op, cells);
  return bind_cells(memory, op, lstm, cells);
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const UnidirectionalSequenceLstm& lstm) {
  const Type type = memory.output_tensor(op).type;
  if (type == Type::int8) return bind_integer<std::int8_t, std::int32_t>(memory, op, lstm);
  if (type == Type::int16) return bind_integer<std::int16_t, std::int64_t>(memory, op, lstm);
  Float32Cells cells{
      .input = {}, .weights = {}, .recurrent = {}, .bias = {}, .cell_clip = lstm.cell_clip};
  take_constants<Float32Cells, float, float>(memory, op, cells);
  return bind_cells(memory, op, lstm, cells);
}

}  // namespace sengi::model
