// SPDX-License-Identifier: Apache-2.0
// Products of matrices, of int8 with sums of 32 bits or of int16 with sums of 64.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sengi/nn/pairwise.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

// a [batches, rows, depth], b [batches, depth, columns], output [batches, rows, columns]; batches
// may repeat, and matrices may lie transposed.
struct BatchMatMul {
  // How far apart neighbours lie in a matrix.
  struct Steps {
    std::int32_t row;
    std::int32_t column;
  };
  PairAxes pairs;  // of batches
  std::int32_t rows;
  std::int32_t depth;
  std::int32_t columns;
  Steps a;
  Steps b;
  std::int32_t zero_point_a = 0;
  std::int32_t zero_point_b = 0;
  Rescale output_scale;  // with sums of 64 bits: a multiplier of 15 bits, the whole product's shift
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
};

template <typename Layer, typename T, typename Sum>
inline T output_of_sum(Sum sum) {
  constexpr BatchMatMul shape = Layer::shape;
  std::int32_t scaled;
  if constexpr (sizeof(Sum) == sizeof(std::int32_t)) {
    scaled = requantize_any_by<shape.output_scale>(sum);
  } else {
    constexpr std::int32_t shift = shape.output_scale.right_shift;
    constexpr std::int64_t half = std::int64_t{1} << (shift - 1);
    scaled = static_cast<std::int32_t>((sum * shape.output_scale.multiplier + half) >> shift);
  }
  return shifted_to<T>(scaled, shape.output_zero_point, shape.clamp);
}

template <typename Layer, typename T>
inline T* matrix_product(const T* a, const T* b, T* output) {
  constexpr BatchMatMul shape = Layer::shape;
  using Sum = std::conditional_t<sizeof(T) == 1, std::int32_t, std::int64_t>;
  for (std::int32_t row = 0; row < shape.rows; ++row) {
    for (std::int32_t column = 0; column < shape.columns; ++column) {
      const T* x = a + row * shape.a.row;
      const T* y = b + column * shape.b.column;
      Sum sum = 0;
      for (std::int32_t i = 0; i < shape.depth; ++i, x += shape.a.column, y += shape.b.row) {
        sum += static_cast<Sum>(*x - shape.zero_point_a) * (*y - shape.zero_point_b);
      }
      *output++ = output_of_sum<Layer, T>(sum);
    }
  }
  return output;
}

template <typename Layer, int axis = 0, typename T>
inline T* matrix_products(const T* a, const T* b, T* output) {
  constexpr PairAxis along = Layer::shape.pairs.axes[axis];
  if constexpr (along.count == 0) {
    return matrix_product<Layer>(a, b, output);
  } else {
    for (std::int32_t i = 0; i < along.count; ++i, a += along.step_a, b += along.step_b) {
      output = matrix_products<Layer, axis + 1>(a, b, output);
    }
    return output;
  }
}

template <typename Layer, typename T>
inline void batch_matmul(const T* a, const T* b, T* output) {
  matrix_products<Layer>(a, b, output);
}

}  // namespace sengi::nn
