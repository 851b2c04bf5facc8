// SPDX-License-Identifier: Apache-2.0
// A matrix times one row of inputs, in blocks of eight outputs: inputs are spread once a block and
// step, weights are read once.
//
//   a step of a block: 9 words loaded (8 in pairs), 10 unpackings, 16 dual multiplications
//                      = 32 products in 36 cycles
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"
#include "sengi/nn/pairs.h"
#include "sengi/nn/scaling.h"

namespace sengi::nn {

// input [rows, inputs], output [rows, outputs]. Beside its shape a layer has
//   weights      [outputs / 8][steps][8][2]; outputs that are left make a narrower block of an even
//                number, the last beside zeros
//   bias         [outputs] (even), multiplier and right_shift: as PairedConv2D
struct PairedFullyConnected {
  std::int32_t rows = 1;
  std::int32_t inputs;
  std::int32_t outputs;
  std::int32_t straight_shift = 0;
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
};

inline constexpr std::int32_t row_block = 8;

#if SENGI_ARM_DSP

// Two sums' products of one step.
#define SENGI_TWO_SUMS(s, t)              \
  "ldrd %[a], %[b], [%[weights]], #8\n\t" \
  "smlad %[" s "], %[even], %[a], %[" s   \
  "]\n\t"                                 \
  "smlad %[" t "], %[even], %[b], %[" t   \
  "]\n\t"                                 \
  "sxtb16 %[a], %[a]\n\t"                 \
  "sxtb16 %[b], %[b]\n\t"                 \
  "smlad %[" s "], %[mixed], %[a], %[" s  \
  "]\n\t"                                 \
  "smlad %[" t "], %[mixed], %[b], %[" t "]\n\t"

// Adds the products of `steps` times four inputs to eight sums. Returns the weights behind them.
template <std::int32_t steps>
inline const std::int16_t* multiply_row(const std::int8_t* inputs, const std::int16_t* weights,
                                        std::int32_t (&sums)[row_block]) {
  constexpr std::int32_t times = unrolled(steps);
  // All fourteen registers are taken, so the inputs' end waits in one of the FPU's. It is reckoned
  // here: a compiler that had to bring it along may find no register left to do so.
  Pair even;
  Pair mixed;
  Pair a;
  Pair b;
  asm volatile(
      ".if %c[loops] > 1\n\t"
      "movw %[even], #(%c[bytes] & 0xffff)\n\t"
      ".if %c[bytes] > 0xffff\n\t"
      "movt %[even], #(%c[bytes] >> 16)\n\t"
      ".endif\n\t"
      "add %[even], %[inputs]\n\t"
      "vmov s15, %[even]\n\t"
      ".endif\n"
      "1:\n"
      ".rept %c[times]\n\t"
      "ldr %[even], [%[inputs]], #4\n\t"
      "eor %[mixed], %[even], #0x007f007f\n\t"
      "sxtb16 %[even], %[even]\n\t"
      SENGI_TWO_SUMS("s0", "s1")
      SENGI_TWO_SUMS("s2", "s3")
      SENGI_TWO_SUMS("s4", "s5")
      SENGI_TWO_SUMS("s6", "s7")
      ".endr\n\t"
      ".if %c[loops] > 1\n\t"
      "vmov %[even], s15\n\t"
      "cmp %[inputs], %[even]\n\t"
      "bne 1b\n\t"
      ".endif\n"
      : [s0] "+r"(sums[0]), [s1] "+r"(sums[1]), [s2] "+r"(sums[2]), [s3] "+r"(sums[3]),
        [s4] "+r"(sums[4]), [s5] "+r"(sums[5]), [s6] "+r"(sums[6]), [s7] "+r"(sums[7]),
        [inputs] "+r"(inputs), [weights] "+r"(weights), [even] "=&r"(even), [mixed] "=&r"(mixed),
        [a] "=&r"(a), [b] "=&r"(b)
      : [times] "i"(times), [loops] "i"(steps / times), [bytes] "i"(steps * 4)
      : "s15", "cc", "memory");
  return weights;
}

#undef SENGI_TWO_SUMS

#endif

// The same for any number of sums, in C++.
template <std::int32_t steps, std::int32_t block>
inline const std::int16_t* multiply_row(const std::int8_t* inputs, const std::int16_t* weights,
                                        std::int32_t (&sums)[block]) {
  std::int32_t products[block] = {};
  std::int32_t odd_weights[block] = {};
  for (std::int32_t step = 0; step < steps; ++step, inputs += 4) {
    SENGI_UNROLL(8)
    for (std::int32_t i = 0; i < block; ++i, weights += 2) {
      const TwoWeights first(weights[0]);
      const TwoWeights second(weights[1]);
      products[i] += inputs[0] * first.even + inputs[1] * first.odd + inputs[2] * second.even +
                     inputs[3] * second.odd;
      odd_weights[i] += first.odd + second.odd;
    }
  }
  for (std::int32_t i = 0; i < block; ++i) {
    sums[i] = sum_of_pairs(sums[i], products[i], odd_weights[i]);
  }
  return weights;
}

struct RowMatrix {
  const std::int16_t* weights;
  const std::int32_t* bias;
  Scales scales;
};

// Outputs first .. first + block - 1, fewer than eight, of which `count` exist.
template <std::int32_t inputs, std::int32_t block, typename Scaling>
inline void row_outputs(const std::int8_t* input, const RowMatrix& matrix,
                        const std::int16_t* weights, std::int8_t* output, std::int32_t first,
                        std::int32_t count) {
  constexpr std::int32_t whole_steps = inputs / 4;
  constexpr std::int32_t left = inputs % 4;
  std::int32_t sums[block];
  SENGI_UNROLL(8)
  for (std::int32_t i = 0; i < block; ++i) sums[i] = matrix.bias[first + i];
  if constexpr (whole_steps != 0) {
    weights = multiply_row<whole_steps, block>(input, weights, sums);
  }
  if constexpr (left != 0) {
    std::int8_t last[4] = {};
    for (std::int32_t i = 0; i < left; ++i) last[i] = input[whole_steps * 4 + i];
    multiply_row<1, block>(last, weights, sums);
  }
  SENGI_UNROLL(8)
  for (std::int32_t i = 0; i < block; ++i) {
    if (i >= count) break;
    output[first + i] = Scaling(matrix.scales, first + i)(sums[i]);
  }
}

// The inputs that fill no step. A function of its own, whose registers are its own.
[[gnu::noinline]] inline const std::int16_t* multiply_rest(const std::int8_t* inputs,
                                                           const std::int16_t* weights,
                                                           std::int32_t (&sums)[row_block]) {
  return multiply_row<1, row_block>(inputs, weights, sums);
}

// What goes on from one block of eight to the next. The products take every register, so all else
// has to wait in memory; it is put there by hand, since compilers that are left to find room may
// give up ("impossible constraints").
struct RowBlocks {
  const std::int8_t* input;
  const RowMatrix* matrix;
  std::int8_t* output;
  std::int32_t first;
  std::int32_t outputs;
  std::int8_t rest[4];  // inputs that fill no step, and zeros
};

// Outputs 0 .. outputs - 1, a multiple of eight. Not inlined: layers of as many inputs share it.
// Returns the next block's weights.
template <std::int32_t inputs, typename Scaling>
[[gnu::noinline, gnu::flatten]] const std::int16_t* row_blocks(const std::int8_t* input,
                                                               const RowMatrix& matrix,
                                                               std::int8_t* output,
                                                               std::int32_t outputs) {
  constexpr std::int32_t whole_steps = inputs / 4;
  constexpr std::int32_t left = inputs % 4;
  const std::int16_t* weights = matrix.weights;
  volatile RowBlocks waiting = {input, &matrix, output, 0, outputs, {}};
  for (std::int32_t i = 0; i < left; ++i) waiting.rest[i] = input[whole_steps * 4 + i];
  do {
    std::int32_t sums[row_block];
    const std::int32_t* bias = waiting.matrix->bias + waiting.first;
    SENGI_UNROLL(8)
    for (std::int32_t i = 0; i < row_block; ++i) sums[i] = bias[i];
    if constexpr (whole_steps != 0) {
      weights = multiply_row<whole_steps>(waiting.input, weights, sums);
    }
    if constexpr (left != 0) {
      const std::int8_t rest[4] = {waiting.rest[0], waiting.rest[1], waiting.rest[2],
                                   waiting.rest[3]};
      weights = multiply_rest(rest, weights, sums);
    }
    const std::int32_t first = waiting.first;
    std::int8_t* const to = waiting.output + first;
    const Scales& scales = waiting.matrix->scales;
    SENGI_UNROLL(8)
    for (std::int32_t i = 0; i < row_block; ++i) to[i] = Scaling(scales, first + i)(sums[i]);
    waiting.first = first + row_block;
  } while (waiting.first < waiting.outputs);
  return weights;
}

template <typename Layer>
inline void paired_fully_connected(const std::int8_t* input, std::int8_t* output) {
  constexpr PairedFullyConnected shape = Layer::shape;
  constexpr std::int32_t left = shape.outputs % row_block;
  constexpr std::int32_t blocks_end = shape.outputs - left;
  static constexpr RowMatrix matrix = {Layer::weights, Layer::bias, scales_of<Layer>()};
  for (std::int32_t row = 0; row < shape.rows; ++row) {
    const std::int16_t* weights = matrix.weights;
    if constexpr (blocks_end != 0) {
      weights = row_blocks<shape.inputs, Scaling<Layer>>(input, matrix, output, blocks_end);
    }
    if constexpr (left != 0) {
      row_outputs<shape.inputs, (left + 1) / 2 * 2, Scaling<Layer>>(input, matrix, weights, output,
                                                                    blocks_end, left);
    }
    input += shape.inputs;
    output += shape.outputs;
  }
}

}  // namespace sengi::nn
