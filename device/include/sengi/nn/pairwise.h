// SPDX-License-Identifier: Apache-2.0
// Two tensors side by side, an element of each for one of the output. An axis that has one element
// in one tensor repeats it beside the other's:
//
//   a [2, 3] beside b [3]      axes {2, 3, 0}, {3, 1, 1}
//
//     a0 a1 a2     b0 b1 b2    the outer axis takes 2 steps of 3 elements in a and of 0 in b, the
//     a3 a4 a5     b0 b1 b2    inner one 3 steps of 1 in both
//
// The compiler joins neighbouring axes wherever both tensors walk on evenly.
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"

namespace sengi::nn {

struct PairAxis {
  std::int32_t count;
  std::int32_t step_a;  // in elements
  std::int32_t step_b;
};

inline constexpr int most_pair_axes = 8;

// From the outermost axis in; a count of 0 ends them.
struct PairAxes {
  PairAxis axes[most_pair_axes + 1];
};

// Writes combine(a, b) of each pair. `output` may be an input that has its size.
template <typename Layer, int depth = 0, typename A, typename B, typename T, typename Combine>
inline void for_each_pair(const A* a, const B* b, T*& output, Combine combine) {
  constexpr PairAxis axis = Layer::shape.pairs.axes[depth];
  if constexpr (axis.count == 0) {
    *output++ = combine(*a, *b);
  } else {
    for (std::int32_t i = 0; i < axis.count; ++i) {
      for_each_pair<Layer, depth + 1>(a, b, output, combine);
      a += axis.step_a;
      b += axis.step_b;
    }
  }
}

}  // namespace sengi::nn
