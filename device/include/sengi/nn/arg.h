// SPDX-License-Identifier: Apache-2.0
// Where along an axis the largest element lies, or the smallest: the first of them.
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"

namespace sengi::nn {

// input [outer, count, inner], output [outer, inner].
struct Arg {
  std::int32_t outer = 1;
  std::int32_t count;
  std::int32_t inner = 1;
  bool smallest = false;
};

template <typename Layer, typename T, typename Index>
inline void arg(const T* input, Index* output) {
  constexpr Arg shape = Layer::shape;
  for (std::int32_t outer = 0; outer < shape.outer; ++outer) {
    for (std::int32_t inner = 0; inner < shape.inner; ++inner) {
      const T* candidates = input + outer * shape.count * shape.inner + inner;
      std::int32_t best = 0;
      for (std::int32_t i = 1; i < shape.count; ++i) {
        const T candidate = candidates[i * shape.inner];
        const T champion = candidates[best * shape.inner];
        if (shape.smallest ? candidate < champion : candidate > champion) best = i;
      }
      *output++ = best;
    }
  }
}

}  // namespace sengi::nn
