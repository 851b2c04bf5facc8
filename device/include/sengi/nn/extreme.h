// SPDX-License-Identifier: Apache-2.0
// The larger or the smaller of each two elements of tensors side by side, of one scale.
#pragma once

#include <cstdint>

#include "sengi/nn/pairwise.h"

namespace sengi::nn {

struct Extreme {
  PairAxes pairs;
};

template <typename Layer>
inline void maximum(const std::int8_t* a, const std::int8_t* b, std::int8_t* output) {
  for_each_pair<Layer>(a, b, output, [](std::int8_t x, std::int8_t y) { return x > y ? x : y; });
}

template <typename Layer>
inline void minimum(const std::int8_t* a, const std::int8_t* b, std::int8_t* output) {
  for_each_pair<Layer>(a, b, output, [](std::int8_t x, std::int8_t y) { return x < y ? x : y; });
}

}  // namespace sengi::nn
