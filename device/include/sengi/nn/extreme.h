// SPDX-License-Identifier: Apache-2.0
// The larger or the smaller of each two elements of tensors side by side, of one type and scale.
#pragma once

#include <cstdint>

#include "sengi/nn/pairwise.h"

namespace sengi::nn {

struct Extreme {
  PairAxes pairs;
};

template <typename Layer, typename T>
inline void maximum(const T* a, const T* b, T* output) {
  for_each_pair<Layer>(a, b, output, [](T x, T y) { return x > y ? x : y; });
}

template <typename Layer, typename T>
inline void minimum(const T* a, const T* b, T* output) {
  for_each_pair<Layer>(a, b, output, [](T x, T y) { return x < y ? x : y; });
}

}  // namespace sengi::nn
