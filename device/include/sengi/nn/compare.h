// SPDX-License-Identifier: Apache-2.0
// Which pairs of elements of two tensors side by side are in a relation: 1 or 0 for each.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sengi/nn/add.h"
#include "sengi/nn/pairwise.h"

namespace sengi::nn {

enum class Relation : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

// int8 less its zero point, `left_shift` to the left and scaled; int32 as it is.
struct Compare {
  PairAxes pairs;
  Relation relation;
  Add::Input a = {};
  Add::Input b = {};
  std::int32_t left_shift = 0;
};

template <Relation relation>
constexpr bool are_related(std::int32_t a, std::int32_t b) {
  if constexpr (relation == Relation::equal) return a == b;
  if constexpr (relation == Relation::not_equal) return a != b;
  if constexpr (relation == Relation::less) return a < b;
  if constexpr (relation == Relation::less_equal) return a <= b;
  if constexpr (relation == Relation::greater) return a > b;
  return a >= b;
}

template <typename Layer, typename T>
inline void compare(const T* a, const T* b, std::uint8_t* output) {
  for_each_pair<Layer>(a, b, output, [](std::int32_t x, std::int32_t y) -> std::uint8_t {
    constexpr Compare shape = Layer::shape;
    if constexpr (std::is_same_v<T, std::int8_t>) {
      x = requantize_any_by<shape.a.scale>((x - shape.a.zero_point) * (1 << shape.left_shift));
      y = requantize_any_by<shape.b.scale>((y - shape.b.zero_point) * (1 << shape.left_shift));
    }
    return are_related<shape.relation>(x, y) ? 1 : 0;
  });
}

}  // namespace sengi::nn
