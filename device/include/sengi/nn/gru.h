// SPDX-License-Identifier: Apache-2.0
// Gated recurrent units (Cho, van Merrienboer, Gulcehre, Bahdanau, Bougares, Schwenk and Bengio
// 2014, "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
// Translation") over a sequence. Each unit has a hidden number that the next step sees beside its
// input:
//
//   candidate = tanh(weighted inputs + weighted (reset * hidden))
//   hidden    = candidate + update * (hidden - candidate)
//
// where reset and update are gates in [0, 1], each made from weighted inputs and weighted hidden
// numbers. Hidden numbers are kept in steps of 2^-15, since a hundredth of the way to another would
// be nothing in steps of 2^-7; sums see them in those.
#pragma once

#include <cstdint>

#include "sengi/nn/gate.h"
#include "sengi/nn/layer.h"

namespace sengi::nn {

enum class GruGate : int { update, reset, candidate };

// input [images, steps, inputs], output [images, units], or [images, steps, units] of every step.
// Each image begins at zero. Beside its shape a layer has, gates in the order above,
//   weights            [3][units][inputs]
//   bias               [3][units], which holds minus the input's zero point times the weights
//   recurrent_weights  [3][units][units]
// A step's input is read before its output is written.
struct Gru {
  std::int32_t images = 1;
  std::int32_t steps;
  std::int32_t inputs;
  std::int32_t units;
  bool every_step = false;
  Rescale input_scales[3];  // to 3 integer bits of 16, as the next
  Rescale recurrent_scales[3];
};

// What an image's steps share. Bytes that sums read in fours are filled up.
struct GruMemory {
  std::int16_t* exact;   // [units], hidden numbers
  std::int16_t* update;  // [units]
  std::int8_t* hidden;   // [units], as sums see them
  std::int8_t* kept;     // [units], what reset lets through
  std::int8_t* input;    // [inputs]

  static constexpr std::int32_t filled_up(std::int32_t bytes) { return (bytes + 3) / 4 * 4; }
  static constexpr std::int32_t bytes(const Gru& shape) {
    return 4 * shape.units + 2 * filled_up(shape.units) + filled_up(shape.inputs);
  }
  static GruMemory in(std::int8_t* scratch, const Gru& shape) {
    std::int8_t* const hidden = scratch + 4 * shape.units;
    std::int8_t* const kept = hidden + filled_up(shape.units);
    return {as<std::int16_t>(scratch), as<std::int16_t>(scratch) + shape.units, hidden, kept,
            kept + filled_up(shape.units)};
  }
};

// x / 2^bits to int8, halves upward.
template <int bits>
constexpr std::int8_t rounded_to_8(std::int32_t x) {
  const std::int32_t rounded = (x + (1 << (bits - 1))) >> bits;
  return static_cast<std::int8_t>(rounded < 127 ? rounded : 127);
}

// A gate's number, in steps of 2^-15, from the sums of inputs and of hidden numbers.
template <typename Layer, GruGate which>
inline std::int32_t gru_gate(std::int32_t of_input, std::int32_t of_hidden) {
  constexpr int gate = static_cast<int>(which);
  return gate_of<which == GruGate::candidate>(
      requantize_any_by<Layer::shape.input_scales[gate]>(of_input),
      requantize_any_by<Layer::shape.recurrent_scales[gate]>(of_hidden));
}

// One step. Gates::template each<Layer, gate>(input, hidden, take) calls take(unit, number) for
// each unit.
template <typename Layer, typename Gates>
inline void gru_step(const std::int8_t* input, const GruMemory& memory) {
  constexpr std::int32_t units = Layer::shape.units;
  Gates::template each<Layer, GruGate::reset>(
      input, memory.hidden, [&](std::int32_t unit, std::int32_t reset) {
        memory.kept[unit] = rounded_to_8<23>(reset * memory.exact[unit]);
      });
  Gates::template each<Layer, GruGate::update>(
      input, memory.hidden, [&](std::int32_t unit, std::int32_t update) {
        memory.update[unit] = static_cast<std::int16_t>(update);
      });
  Gates::template each<Layer, GruGate::candidate>(
      input, memory.kept, [&](std::int32_t unit, std::int32_t candidate) {
        // Within 32 bits: a gate is below 2^15, a difference below 2^16.
        const std::int32_t moved = memory.update[unit] * (memory.exact[unit] - candidate);
        memory.exact[unit] = static_cast<std::int16_t>(candidate + ((moved + (1 << 14)) >> 15));
      });
  for (std::int32_t unit = 0; unit < units; ++unit) {
    memory.hidden[unit] = rounded_to_8<8>(memory.exact[unit]);
  }
}

// `fill_up`: whether sums read inputs in fours.
template <typename Layer, typename Gates, bool fill_up>
inline void gru_by(const std::int8_t* input, std::int8_t* output, std::int8_t* scratch) {
  constexpr Gru shape = Layer::shape;
  constexpr bool copied = fill_up && shape.inputs % 4 != 0;
  const GruMemory memory = GruMemory::in(scratch, shape);
  const auto write = [&] {
    for (std::int32_t unit = 0; unit < shape.units; ++unit) *output++ = memory.hidden[unit];
  };
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t unit = 0; unit < shape.units; ++unit) {
      memory.exact[unit] = 0;
      memory.hidden[unit] = 0;
    }
    for (std::int32_t step = 0; step < shape.steps; ++step) {
      if constexpr (copied) {
        for (std::int32_t i = 0; i < shape.inputs; ++i) memory.input[i] = input[i];
      }
      gru_step<Layer, Gates>(copied ? memory.input : input, memory);
      input += shape.inputs;
      if constexpr (shape.every_step) write();
    }
    if constexpr (!shape.every_step) write();
  }
}

struct PlainGates {
  template <typename Layer, GruGate gate, typename Take>
  static void each(const std::int8_t* input, const std::int8_t* hidden, Take take) {
    constexpr Gru shape = Layer::shape;
    std::int32_t row = static_cast<int>(gate) * shape.units;
    for (std::int32_t unit = 0; unit < shape.units; ++unit, ++row) {
      const std::int32_t of_input =
          dot_product(Layer::bias[row], input, Layer::weights + row * shape.inputs, shape.inputs);
      const std::int32_t of_hidden =
          dot_product(0, hidden, Layer::recurrent_weights + row * shape.units, shape.units);
      take(unit, gru_gate<Layer, gate>(of_input, of_hidden));
    }
  }
};

template <typename Layer>
inline void gru(const std::int8_t* input, std::int8_t* output, std::int8_t* scratch) {
  gru_by<Layer, PlainGates, false>(input, output, scratch);
}

}  // namespace sengi::nn
