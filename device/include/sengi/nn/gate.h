// SPDX-License-Identifier: Apache-2.0
// What the gates of recurrent layers are made of: sums of products, of which two are brought to 16
// bits and added.
#pragma once

#include <cstdint>

#include "sengi/nn/logistic_table.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

constexpr std::int32_t saturated_16(std::int32_t x) { return clamp(x, -32768, 32767); }

inline std::int32_t dot_product(std::int32_t sum, const std::int8_t* a, const std::int8_t* b,
                                std::int32_t count) {
  for (std::int32_t i = 0; i < count; ++i) sum = wrapping_add(sum, a[i] * b[i]);
  return sum;
}

// The function of a gate, logistic or tanh, of two sums with 3 integer bits: to steps of 2^-15.
template <bool is_tanh>
inline std::int32_t gate_of(std::int32_t from_input, std::int32_t from_hidden) {
  const std::int32_t both = saturated_16(saturated_16(from_input) + saturated_16(from_hidden));
  return is_tanh ? tanh_by_table(both, three_integer_bits)
                 : logistic_by_table(both, three_integer_bits);
}

}  // namespace sengi::nn
