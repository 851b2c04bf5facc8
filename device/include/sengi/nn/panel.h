// SPDX-License-Identifier: Apache-2.0
// The inputs of four output pixels, spread for multiplication, and their products with a layer's
// weights: the inner loop of convolutions.
//
//   a panel: for every four inputs of a window (a step), of pixels p q r s (without the DSP
//   extension: the four bytes as they are, in place of e)
//
//     | e.p e.q e.r e.s | m.p m.q m.r m.s |  next step ...      e, m: even and mixed, see pairs.h
//
//   its products with two channels a b, sums in eight registers
//
//            p   q   r   s
//        a  [0] [1] [2] [3]         a step: 10 words loaded in pairs, 2 weights unpacked,
//        b  [4] [5] [6] [7]         16 dual multiplications = 32 products in 28 cycles
//
// Weights are stored as the loop reads them: two channels, step by step a word each.
#pragma once

#include <cstdint>
#include <cstring>

#include "sengi/nn/layer.h"
#include "sengi/nn/pairs.h"
#include "sengi/nn/scaling.h"

namespace sengi::nn {

inline constexpr std::int32_t panel_pixels = 4;
inline constexpr std::int32_t panel_channels = 2;
inline constexpr std::int32_t panel_step_words = 2 * panel_pixels;

constexpr std::int32_t panel_bytes(std::int32_t products) {
  return steps_of(products) * panel_step_words * static_cast<std::int32_t>(sizeof(Pair));
}

// Spreads `steps` times four bytes of one pixel into a panel, whose column for the pixel begins at
// `column`. Returns where the next ones go.
template <std::int32_t steps>
inline Pair* spread_into(Pair* column, const std::int8_t* bytes) {
  SENGI_UNROLL(4)
  for (std::int32_t step = 0; step < steps; ++step) {
    const Pair four = load_bytes(bytes);
#if SENGI_ARM_DSP
    const Spread inputs = spread(four);
    column[0] = inputs.even;
    column[panel_pixels] = inputs.mixed;
#else
    column[0] = four;
#endif
    column += panel_step_words;
    bytes += 4;
  }
  return column;
}

// A layer's weights and what its sums begin with and are scaled by.
struct PanelMatrix {
  const std::int16_t* weights;  // [channels / 2][steps][2][2]; an odd last channel beside zeros
  const std::int32_t* bias;     // [channels], even in number
  Scales scales;
  std::int32_t channels;
};

// Adds the products of a panel to the sums of two channels, [2][4]. Returns the next two channels'
// weights.
template <std::int32_t steps>
inline const std::int16_t* multiply_panel(const Pair* panel, const std::int16_t* weights,
                                          std::int32_t (&sums)[8]);

#if SENGI_ARM_DSP

// A step of the panel. All fourteen registers are taken, so whatever else a loop needs waits in the
// FPU's.
#define SENGI_PANEL_STEP                                              \
  "ldrd %[a], %[b], [%[weights]], #8\n\t"                             \
  "ldrd %[x], %[y], [%[panel]], #8\n\t" /* even inputs of p and q */  \
  "smlad %[s0], %[x], %[a], %[s0]\n\t"                                \
  "smlad %[s4], %[x], %[b], %[s4]\n\t"                                \
  "smlad %[s1], %[y], %[a], %[s1]\n\t"                                \
  "smlad %[s5], %[y], %[b], %[s5]\n\t"                                \
  "ldrd %[x], %[y], [%[panel]], #8\n\t" /* of r and s */              \
  "smlad %[s2], %[x], %[a], %[s2]\n\t"                                \
  "smlad %[s6], %[x], %[b], %[s6]\n\t"                                \
  "smlad %[s3], %[y], %[a], %[s3]\n\t"                                \
  "smlad %[s7], %[y], %[b], %[s7]\n\t"                                \
  "sxtb16 %[a], %[a]\n\t"                                             \
  "sxtb16 %[b], %[b]\n\t"                                             \
  "ldrd %[x], %[y], [%[panel]], #8\n\t" /* mixed inputs of p and q */ \
  "smlad %[s0], %[x], %[a], %[s0]\n\t"                                \
  "smlad %[s4], %[x], %[b], %[s4]\n\t"                                \
  "smlad %[s1], %[y], %[a], %[s1]\n\t"                                \
  "smlad %[s5], %[y], %[b], %[s5]\n\t"                                \
  "ldrd %[x], %[y], [%[panel]], #8\n\t" /* of r and s */              \
  "smlad %[s2], %[x], %[a], %[s2]\n\t"                                \
  "smlad %[s6], %[x], %[b], %[s6]\n\t"                                \
  "smlad %[s3], %[y], %[a], %[s3]\n\t"                                \
  "smlad %[s7], %[y], %[b], %[s7]\n\t"
// All steps, the panel's end in s15.
#define SENGI_PANEL_STEPS                \
  "1:\n"                                 \
  ".rept %c[times]\n\t" SENGI_PANEL_STEP \
  ".endr\n\t"                            \
  ".if %c[loops] > 1\n\t"                \
  "vmov %[x], s15\n\t"                   \
  "cmp %[panel], %[x]\n\t"               \
  "bne 1b\n\t"                           \
  ".endif\n\t"

template <std::int32_t steps>
inline const std::int16_t* multiply_panel(const Pair* panel, const std::int16_t* weights,
                                          std::int32_t (&sums)[8]) {
  constexpr std::int32_t times = unrolled(steps);
  const Pair* x = panel + steps * panel_step_words;
  Pair y;
  Pair a;
  Pair b;
  asm volatile("vmov s15, %[x]\n" SENGI_PANEL_STEPS
               : [s0] "+r"(sums[0]), [s1] "+r"(sums[1]), [s2] "+r"(sums[2]), [s3] "+r"(sums[3]),
                 [s4] "+r"(sums[4]), [s5] "+r"(sums[5]), [s6] "+r"(sums[6]), [s7] "+r"(sums[7]),
                 [panel] "+r"(panel), [weights] "+r"(weights), [x] "+r"(x), [y] "=&r"(y),
                 [a] "=&r"(a), [b] "=&r"(b)
               : [times] "i"(times), [loops] "i"(steps / times)
               : "s15", "cc", "memory");
  return weights;
}

// Scales the sums of two channels of one pixel and writes them where `at`, an FPU register, says.
#define SENGI_PANEL_PIXEL(first, second, at) \
  "smmul %[" first "], %[" first             \
  "], %[a]\n\t"                              \
  "smmul %[" second "], %[" second           \
  "], %[b]\n\t"                              \
  "vmov %[x], " at                           \
  "\n\t"                                     \
  "ssat %[" first "], #8, %[" first          \
  "], asr %[shift]\n\t"                      \
  "ssat %[" second "], #8, %[" second        \
  "], asr %[shift]\n\t"                      \
  "strb %[" first                            \
  "], [%[x]], #1\n\t"                        \
  "strb %[" second                           \
  "], [%[x]], #1\n\t"                        \
  "vmov " at ", %[x]\n\t"

// All of an even number of channels, scaled straight. Requires: a panel below 2^16 bytes.
template <std::int32_t steps, typename Scaling>
inline void panel_outputs_straight(const Pair* panel, const PanelMatrix& matrix,
                                   std::int8_t* output,
                                   const std::int32_t (&offsets)[panel_pixels]) {
  constexpr std::int32_t times = unrolled(steps);
  constexpr std::int32_t bytes = panel_bytes(steps * 4);
  const std::int16_t* weights = matrix.weights;
  // What waits in the FPU's registers is handed over in those that the loop uses.
  const std::int8_t* s0 = output + offsets[0];
  const std::int8_t* s1 = output + offsets[1];
  const std::int8_t* s2 = output + offsets[2];
  const std::int8_t* s3 = output + offsets[3];
  const std::int32_t* s4 = matrix.bias;
  const std::int32_t* s5 = matrix.scales.multiplier;
  const std::int16_t* s6 = weights + matrix.channels * steps * 2;
  const Pair* s7 = panel + steps * panel_step_words;
  Pair x;
  Pair y;
  Pair a;
  Pair b;
  asm volatile(
      "vmov s8, s9, %[s0], %[s1]\n\t"
      "vmov s10, s11, %[s2], %[s3]\n\t"
      "vmov s12, s13, %[s4], %[s5]\n\t"
      "vmov s14, s15, %[s6], %[s7]\n"
      "2:\n\t"
      "vmov %[x], s12\n\t"
      "ldrd %[s0], %[s4], [%[x]], #8\n\t"
      "vmov s12, %[x]\n\t"
      "mov %[s1], %[s0]\n\t"
      "mov %[s2], %[s0]\n\t"
      "mov %[s3], %[s0]\n\t"
      "mov %[s5], %[s4]\n\t"
      "mov %[s6], %[s4]\n\t"
      "mov %[s7], %[s4]\n\t"
      SENGI_PANEL_STEPS
      "vmov %[x], s13\n\t"
      ".if %c[one_for_all]\n\t"
      "ldr %[a], [%[x]]\n\t"
      "mov %[b], %[a]\n\t"
      ".else\n\t"
      "ldrd %[a], %[b], [%[x]], #8\n\t"
      "vmov s13, %[x]\n\t"
      ".endif\n\t"
      SENGI_PANEL_PIXEL("s0", "s4", "s8")
      SENGI_PANEL_PIXEL("s1", "s5", "s9")
      SENGI_PANEL_PIXEL("s2", "s6", "s10")
      SENGI_PANEL_PIXEL("s3", "s7", "s11")
      ".if %c[bytes] < 4096\n\t"
      "sub %[panel], %[panel], %[bytes]\n\t"
      ".else\n\t"
      "movw %[x], %[bytes]\n\t"
      "sub %[panel], %[panel], %[x]\n\t"
      ".endif\n\t"
      "vmov %[x], s14\n\t"
      "cmp %[weights], %[x]\n\t"
      "bne 2b\n"
      : [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3), [s4] "+r"(s4), [s5] "+r"(s5),
        [s6] "+r"(s6), [s7] "+r"(s7), [panel] "+r"(panel), [weights] "+r"(weights), [x] "=&r"(x),
        [y] "=&r"(y), [a] "=&r"(a), [b] "=&r"(b)
      : [times] "i"(times), [loops] "i"(steps / times), [bytes] "i"(bytes), [shift] "i"(Scaling::shift),
        [one_for_all] "i"(Scaling::one_multiplier ? 1 : 0)
      : "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "cc", "memory");
}

#undef SENGI_PANEL_PIXEL
#undef SENGI_PANEL_STEPS
#undef SENGI_PANEL_STEP

#else

template <std::int32_t steps>
inline const std::int16_t* multiply_panel(const Pair* panel, const std::int16_t* weights,
                                          std::int32_t (&sums)[8]) {
  std::int32_t products[panel_channels * panel_pixels] = {};
  std::int32_t odd_weights[panel_channels] = {};
  for (std::int32_t step = 0; step < steps; ++step, panel += panel_step_words) {
    for (std::int32_t channel = 0; channel < panel_channels; ++channel, weights += 2) {
      const TwoWeights first(weights[0]);
      const TwoWeights second(weights[1]);
      odd_weights[channel] += first.odd + second.odd;
      for (std::int32_t pixel = 0; pixel < panel_pixels; ++pixel) {
        std::int8_t inputs[4];
        std::memcpy(inputs, panel + pixel, sizeof inputs);
        products[channel * panel_pixels + pixel] += inputs[0] * first.even + inputs[1] * first.odd +
                                                    inputs[2] * second.even +
                                                    inputs[3] * second.odd;
      }
    }
  }
  for (std::int32_t i = 0; i < panel_channels * panel_pixels; ++i) {
    sums[i] = sum_of_pairs(sums[i], products[i], odd_weights[i / panel_pixels]);
  }
  return weights;
}

#endif

// Writes all channels of a panel's pixels, pixel p at `output` + offsets[p]. Not inlined: layers of
// as many steps share it.
template <std::int32_t steps, typename Scaling, bool odd_channels>
[[gnu::noinline, gnu::flatten]] void panel_outputs(const Pair* panel, const PanelMatrix& matrix,
                                                   std::int8_t* output,
                                                   const std::int32_t (&offsets)[panel_pixels]) {
#if SENGI_ARM_DSP
  if constexpr (Scaling::straight && !odd_channels && panel_bytes(steps * 4) < (1 << 16)) {
    panel_outputs_straight<steps, Scaling>(panel, matrix, output, offsets);
    return;
  }
#endif
  // Copies, which no write to an output can change.
  const std::int32_t to[panel_pixels] = {offsets[0], offsets[1], offsets[2], offsets[3]};
  const Scales scales = matrix.scales;
  const std::int32_t* const bias = matrix.bias;
  const std::int32_t channels = matrix.channels;
  const std::int16_t* weights = matrix.weights;
  for (std::int32_t first = 0; first < channels; first += panel_channels) {
    std::int32_t sums[panel_channels * panel_pixels];
    SENGI_UNROLL(8)
    for (std::int32_t i = 0; i < panel_channels * panel_pixels; ++i) {
      sums[i] = bias[first + i / panel_pixels];
    }
    weights = multiply_panel<steps>(panel, weights, sums);
    SENGI_UNROLL(2)
    for (std::int32_t channel = 0; channel < panel_channels; ++channel) {
      if (odd_channels && first + channel == channels) break;
      const Scaling scaled(scales, first + channel);
      SENGI_UNROLL(4)
      for (std::int32_t pixel = 0; pixel < panel_pixels; ++pixel) {
        output[to[pixel]] = scaled(sums[channel * panel_pixels + pixel]);
      }
      ++output;
    }
  }
}

}  // namespace sengi::nn
