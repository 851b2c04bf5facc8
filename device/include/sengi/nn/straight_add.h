// SPDX-License-Identifier: Apache-2.0
// The sum of two tensors of one shape by two multiplications and a shift.
//
// The definition brings both inputs to one scale, adds, and brings the sum to the output's,
// rounding on the way (see add.h). There are only 65,536 pairs of inputs, so the compiler looks for
// factors that give the same output for each of them, and tries them all.
#pragma once

#include <cstdint>

#include "sengi/nn/dsp.h"
#include "sengi/nn/layer.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

// output = (factor_a * a + factor_b * b + addition) >> shift, held to int8, modulo 2^32.
struct StraightAdd {
  std::int32_t elements;
  std::int32_t factor_a;
  std::int32_t factor_b;
  std::int32_t addition;
  std::int32_t shift;  // in [1, 31]
};

// The output may be one of the inputs.
template <typename Layer>
inline void straight_add(const std::int8_t* a, const std::int8_t* b, std::int8_t* output) {
  constexpr StraightAdd shape = Layer::shape;
  SENGI_UNROLL(4)
  for (std::int32_t i = 0; i < shape.elements; ++i) {
    const std::int32_t of_a = wrapping_add(shape.factor_a * a[i], shape.addition);
    output[i] = static_cast<std::int8_t>(
        saturated_shift<shape.shift>(wrapping_add(of_a, shape.factor_b * b[i])));
  }
}

}  // namespace sengi::nn
