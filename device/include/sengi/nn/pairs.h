// SPDX-License-Identifier: Apache-2.0
// How layers multiply two inputs by two weights in one instruction without unpacking the weights.
//
// SMLAD multiplies signed 16-bit halves, and inputs and weights are bytes. Both would have to be
// spread, four bytes into two words each. Weights are spread with half the work where the compiler
// stores them as half-words that hold two:
//
//   inputs, as they lie in memory          x0 x1 x2 x3
//   weights as stored                      W = (256 w0 + w1, 256 w2 + w3)     no unpacking
//   their low bytes                        w = (w1, w3)                       SXTB16
//
//   even inputs                            e = (x0, x2)                       SXTB16
//   mixed inputs                           m = (256 x1 + 127 - x0, 256 x3 + 127 - x2)
//                                            = x0 x1 x2 x3 ^ 0x007f007f       EOR
//
//   e.W + m.w = 256 (x0 w0 + x1 w1 + x2 w2 + x3 w3) + 127 (w1 + w3)
//
// for x0 w1 cancels. So sums are in steps of 1/256, and what 127 adds is known beforehand and
// stands in the biases. Modulo 2^32 all of this is exact; the compiler proves of each layer that
// its sums, times 256, fit. Weights are -127 .. 127, as TensorFlow Lite's specification has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sengi/nn/dsp.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

// Bits of a sum behind its point.
inline constexpr std::int32_t sum_fraction_bits = 8;
// What `mixed` adds to an odd input times 256 beside minus the even one.
inline constexpr std::int32_t mixed_offset = 127;

// Four inputs, spread.
struct Spread {
  Pair even;
  Pair mixed;
};

inline Spread spread(Pair bytes) { return {low_bytes(bytes), bytes ^ 0x007f007fU}; }

// Four bytes from anywhere.
inline Pair load_bytes(const std::int8_t* bytes) {
  Pair word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Four weights as stored: two half-words.
inline Pair load_weights(const std::int16_t* weights) {
  Pair word;
  std::memcpy(&word, weights, sizeof word);
  return word;
}

// sum + 256 times the products of four inputs and weights (+ 127 times the odd weights).
inline std::int32_t add_products(std::int32_t sum, const Spread& inputs, Pair weights) {
  sum = add_products(sum, inputs.even, weights);
  return add_products(sum, inputs.mixed, low_bytes(weights));
}

// The two weights of a stored half-word: for cores that multiply one by one.
struct TwoWeights {
  std::int32_t even;
  std::int32_t odd;

  constexpr explicit TwoWeights(std::int16_t stored)
      : even((stored - static_cast<std::int8_t>(stored & 0xff)) >> sum_fraction_bits),
        odd(static_cast<std::int8_t>(stored & 0xff)) {}
};

// A sum that began with a bias, after `products` of whole inputs and weights, whose odd ones add up
// to `odd_weights`: what the same products in pairs would have made of it.
constexpr std::int32_t sum_of_pairs(std::int32_t bias, std::int32_t products,
                                    std::int32_t odd_weights) {
  return wrapping_add(bias, products * (1 << sum_fraction_bits) + mixed_offset * odd_weights);
}

constexpr std::int32_t steps_of(std::int32_t products) { return (products + 3) / 4; }

// How often the body of a loop of `steps` steps is repeated: the largest divisor up to `most`.
constexpr std::int32_t unrolled(std::int32_t steps, std::int32_t most = 4) {
  for (std::int32_t times = most; times > 1; --times) {
    if (steps % times == 0) return times;
  }
  return 1;
}

}  // namespace sengi::nn
