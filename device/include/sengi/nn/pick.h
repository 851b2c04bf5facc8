// SPDX-License-Identifier: Apache-2.0
// Rows of the input, by a list of their numbers.
#pragma once

#include <cstdint>

#include "sengi/fixed_point.h"
#include "sengi/nn/layer.h"

namespace sengi::nn {

// input [batches, outer, rows, inner], indices [batches, picks], output [batches, outer, picks,
// inner]. An index beyond the rows takes the nearest.
struct Pick {
  std::int32_t batches = 1;
  std::int32_t outer = 1;
  std::int32_t rows;
  std::int32_t inner = 1;
  std::int32_t picks;
};

template <typename Layer, typename T>
inline void pick(const T* input, const std::int32_t* indices, T* output) {
  constexpr Pick shape = Layer::shape;
  for (std::int32_t batch = 0; batch < shape.batches; ++batch) {
    for (std::int32_t outer = 0; outer < shape.outer; ++outer) {
      for (std::int32_t i = 0; i < shape.picks; ++i) {
        const T* row = input + clamp(indices[i], 0, shape.rows - 1) * shape.inner;
        for (std::int32_t k = 0; k < shape.inner; ++k) *output++ = row[k];
      }
      input += shape.rows * shape.inner;
    }
    indices += shape.picks;
  }
}

}  // namespace sengi::nn
