// SPDX-License-Identifier: Apache-2.0
// Gated recurrent units whose products are made as a fully connected layer's, eight sums at once:
// see gru.h, paired_fully_connected.h and pairs.h. The layer's constants are
//   weights            of each gate, as paired_fully_connected.h has them
//   bias               [3][units], in steps of 1/256: what sums of inputs begin with
//   recurrent_weights  as weights
//   recurrent_bias     [3][units]: what sums of hidden numbers begin with
#pragma once

#include <cstdint>

#include "sengi/nn/gru.h"
#include "sengi/nn/paired_fully_connected.h"

namespace sengi::nn {

// Functions of their own: gates of as many inputs share one.
template <std::int32_t steps>
[[gnu::noinline]] const std::int16_t* multiply_gate(const std::int8_t* inputs,
                                                    const std::int16_t* weights,
                                                    std::int32_t (&sums)[row_block]) {
  return multiply_row<steps>(inputs, weights, sums);
}
template <std::int32_t steps, std::int32_t block>
[[gnu::noinline]] const std::int16_t* multiply_last_of_gate(const std::int8_t* inputs,
                                                            const std::int16_t* weights,
                                                            std::int32_t (&sums)[block]) {
  return multiply_row<steps, block>(inputs, weights, sums);
}

// Half-words of one gate.
constexpr std::int32_t gate_words(std::int32_t units, std::int32_t inputs) {
  return (units + 1) / 2 * 2 * steps_of(inputs) * 2;
}

struct PairedGates {
  // Sums of whole numbers.
  template <typename Layer, GruGate gate, typename Take, std::int32_t block>
  static void take_all(const std::int32_t (&of_input)[block],
                       const std::int32_t (&of_hidden)[block], std::int32_t first,
                       std::int32_t count, Take take) {
    for (std::int32_t i = 0; i < count; ++i) {
      take(first + i, gru_gate<Layer, gate>(of_input[i] >> sum_fraction_bits,
                                            of_hidden[i] >> sum_fraction_bits));
    }
  }

  template <typename Layer, GruGate which, typename Take>
  static void each(const std::int8_t* input, const std::int8_t* hidden, Take take) {
    constexpr Gru shape = Layer::shape;
    constexpr int gate = static_cast<int>(which);
    constexpr std::int32_t left = shape.units % row_block;
    const std::int16_t* weights = Layer::weights + gate * gate_words(shape.units, shape.inputs);
    const std::int16_t* recurrent =
        Layer::recurrent_weights + gate * gate_words(shape.units, shape.units);
    const std::int32_t* bias = Layer::bias + gate * shape.units;
    const std::int32_t* recurrent_bias = Layer::recurrent_bias + gate * shape.units;
    std::int32_t first = 0;
    for (; first < shape.units - left; first += row_block) {
      std::int32_t of_input[row_block];
      std::int32_t of_hidden[row_block];
      for (std::int32_t i = 0; i < row_block; ++i) {
        of_input[i] = bias[first + i];
        of_hidden[i] = recurrent_bias[first + i];
      }
      weights = multiply_gate<steps_of(shape.inputs)>(input, weights, of_input);
      recurrent = multiply_gate<steps_of(shape.units)>(hidden, recurrent, of_hidden);
      take_all<Layer, which>(of_input, of_hidden, first, row_block, take);
    }
    if constexpr (left != 0) {
      constexpr std::int32_t block = (left + 1) / 2 * 2;
      std::int32_t of_input[block] = {};
      std::int32_t of_hidden[block] = {};
      for (std::int32_t i = 0; i < left; ++i) {
        of_input[i] = bias[first + i];
        of_hidden[i] = recurrent_bias[first + i];
      }
      multiply_last_of_gate<steps_of(shape.inputs), block>(input, weights, of_input);
      multiply_last_of_gate<steps_of(shape.units), block>(hidden, recurrent, of_hidden);
      take_all<Layer, which>(of_input, of_hidden, first, left, take);
    }
  }
};

template <typename Layer>
inline void paired_gru(const std::int8_t* input, std::int8_t* output, std::int8_t* scratch) {
  gru_by<Layer, PairedGates, true>(input, output, scratch);
}

}  // namespace sengi::nn
