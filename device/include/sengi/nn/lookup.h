// SPDX-License-Identifier: Apache-2.0
// Any function of one int8 number, element by element: the compiler works out its 256 answers.
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"

namespace sengi::nn {

// Beside its shape a layer has
//   table  [256], the answers for -128, -127 .. 127
struct Lookup {
  std::int32_t elements;
};

// The output may be the input.
template <typename Layer>
inline void lookup(const std::int8_t* input, std::int8_t* output) {
  for (std::int32_t i = 0; i < Layer::shape.elements; ++i) output[i] = Layer::table[input[i] + 128];
}

}  // namespace sengi::nn
