// SPDX-License-Identifier: Apache-2.0
// Long short-term memory (Hochreiter and Schmidhuber 1997) over a sequence. Each unit has a cell,
// which it forgets and adds to at each step, and an output that the next step sees beside its
// input:
//
//   cell   = forget * cell + input * candidate
//   hidden = output * tanh(cell)
//
// where forget, input and output are gates in [0, 1] and the candidate is in [-1, 1], each made
// from weighted inputs and weighted hidden numbers.
#pragma once

#include <cstdint>

#include "sengi/nn/gate.h"

namespace sengi::nn {

enum LstmGate : int { input_gate, forget_gate, candidate_gate, output_gate };

// input [images, steps, inputs], output [images, steps, units]; time_major: [steps, images, ...].
// State: hidden [images, units], int8, and cells [images, units], int16. Beside its shape a layer
// has, gates in the order above,
//   weights            [4][units][inputs]
//   bias               [4][units], which holds minus the input's zero point times the weights
//   recurrent_weights  [4][units][units]
//   recurrent_bias     [4][units], minus the hidden state's zero point times the weights
struct Lstm {
  std::int32_t images = 1;
  std::int32_t steps;
  std::int32_t inputs;
  std::int32_t units;
  bool time_major = false;
  Rescale input_scales[4];  // to 3 integer bits of 16, as the next
  Rescale recurrent_scales[4];
  Rescale kept_scale;   // of forget * cell
  Rescale added_scale;  // of input * candidate
  Rescale hidden_scale;
  std::int32_t hidden_zero_point;
  TableScale cell_tanh;
  std::int32_t cell_clip = 0;  // of a cell's magnitude; 0: none
};

template <typename Layer, LstmGate gate>
inline std::int32_t gate_of(const std::int8_t* input, const std::int8_t* hidden,
                            std::int32_t unit) {
  constexpr Lstm shape = Layer::shape;
  const std::int32_t row = gate * shape.units + unit;
  const std::int32_t from_input = requantize_any_by<shape.input_scales[gate]>(
      dot_product(Layer::bias[row], input, Layer::weights + row * shape.inputs, shape.inputs));
  const std::int32_t from_hidden = requantize_any_by<shape.recurrent_scales[gate]>(
      dot_product(Layer::recurrent_bias[row], hidden, Layer::recurrent_weights + row * shape.units,
                  shape.units));
  return gate_of<gate == candidate_gate>(from_input, from_hidden);
}

template <typename Layer>
inline std::int16_t next_cell(std::int32_t cell, const std::int8_t* input,
                              const std::int8_t* hidden, std::int32_t unit) {
  constexpr Lstm shape = Layer::shape;
  const std::int32_t forget = gate_of<Layer, forget_gate>(input, hidden, unit);
  const std::int32_t in = gate_of<Layer, input_gate>(input, hidden, unit);
  const std::int32_t candidate = gate_of<Layer, candidate_gate>(input, hidden, unit);
  const std::int32_t kept = requantize_any_by<shape.kept_scale>(forget * cell);
  const std::int32_t added = requantize_any_by<shape.added_scale>(in * candidate);
  const std::int32_t next = saturated_16(saturated_16(kept) + saturated_16(added));
  constexpr std::int32_t clip = shape.cell_clip;
  return static_cast<std::int16_t>(clip == 0 ? next : clamp(next, -clip, clip));
}

// One step of one image. `output` is the new hidden state; the old one is still needed while it is
// written.
template <typename Layer>
inline void lstm_step(const std::int8_t* input, std::int8_t* hidden, std::int16_t* cells,
                      std::int8_t* output) {
  constexpr Lstm shape = Layer::shape;
  for (std::int32_t unit = 0; unit < shape.units; ++unit) {
    cells[unit] = next_cell<Layer>(cells[unit], input, hidden, unit);
    const std::int32_t gate = gate_of<Layer, output_gate>(input, hidden, unit);
    const std::int32_t product = tanh_by_table(cells[unit], shape.cell_tanh) * gate;
    output[unit] =
        shifted_to(requantize_any_by<shape.hidden_scale>(product), shape.hidden_zero_point, {});
  }
  for (std::int32_t unit = 0; unit < shape.units; ++unit) hidden[unit] = output[unit];
}

template <typename Layer>
inline void lstm(const std::int8_t* input, std::int8_t* hidden, std::int16_t* cells,
                 std::int8_t* output) {
  constexpr Lstm shape = Layer::shape;
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t step = 0; step < shape.steps; ++step) {
      const std::int32_t row =
          shape.time_major ? step * shape.images + image : image * shape.steps + step;
      lstm_step<Layer>(input + row * shape.inputs, hidden + image * shape.units,
                       cells + image * shape.units, output + row * shape.units);
    }
  }
}

}  // namespace sengi::nn
