// SPDX-License-Identifier: Apache-2.0
// Images of another size.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sengi/nn/layer.h"

namespace sengi::nn {

struct Resize {
  std::int32_t images = 1;
  Image input;
  Image output;
};

// Each pixel is one of the input's. Beside its shape a layer has
//   rows     [output.height]: the input's row for each of the output's
//   columns  [output.width]
template <typename Layer, typename T>
inline void resize_nearest(const T* input, T* output) {
  constexpr Resize shape = Layer::shape;
  constexpr std::int32_t channels = shape.input.channels;
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t y = 0; y < shape.output.height; ++y) {
      const T* row = input + Layer::rows[y] * shape.input.width * channels;
      for (std::int32_t x = 0; x < shape.output.width; ++x) {
        const T* pixel = row + Layer::columns[x] * channels;
        for (std::int32_t c = 0; c < channels; ++c) *output++ = pixel[c];
      }
    }
    input += shape.input.elements();
  }
}

// Each pixel is the mean of four, by nearness. Beside its shape a layer has
//   rows     [output.height][3]: the two rows of the input that one of the output lies between, and
//            how far it is past the first, in units of 2^-10 rows
//   columns  [output.width][3]
template <typename Layer, typename T>
inline void resize_bilinear(const T* input, T* output) {
  constexpr Resize shape = Layer::shape;
  constexpr std::int32_t channels = shape.input.channels;
  using Sum = std::conditional_t<sizeof(T) == 1, std::int32_t, std::int64_t>;
  constexpr Sum one = 1 << 10;
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t y = 0; y < shape.output.height; ++y) {
      const T* above = input + Layer::rows[3 * y] * shape.input.width * channels;
      const T* below = input + Layer::rows[3 * y + 1] * shape.input.width * channels;
      const Sum down = Layer::rows[3 * y + 2];
      for (std::int32_t x = 0; x < shape.output.width; ++x) {
        const std::int32_t left = Layer::columns[3 * x] * channels;
        const std::int32_t right = Layer::columns[3 * x + 1] * channels;
        const Sum past = Layer::columns[3 * x + 2];
        for (std::int32_t c = 0; c < channels; ++c) {
          const Sum sum = above[left + c] * (one - down) * (one - past) +
                          below[left + c] * down * (one - past) +
                          above[right + c] * (one - down) * past + below[right + c] * down * past;
          // To nearest, halves away from zero.
          constexpr Sum half = one * one / 2;
          *output++ = static_cast<T>((sum > 0 ? sum + half : sum - half) / (2 * half));
        }
      }
    }
    input += shape.input.elements();
  }
}

}  // namespace sengi::nn
