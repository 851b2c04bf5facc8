// SPDX-License-Identifier: Apache-2.0
// The largest number of each channel in a sliding window, of int8 or int16; padding does not count.
#pragma once

#include <cstdint>
#include <limits>

#include "sengi/fixed_point.h"
#include "sengi/nn/window.h"

namespace sengi::nn {

// input [images, H, W, C], output [images, Y, X, C] of the same scale and zero point.
struct MaxPool2D {
  std::int32_t images = 1;
  Image input;
  Image output;
  Window window;
  Clamp clamp = {};
};

// All channels of one output pixel. `input` is the first tap on the image.
template <typename Layer, typename T>
inline void window_maxima(const T* input, std::int32_t height, std::int32_t width, T* output) {
  constexpr MaxPool2D shape = Layer::shape;
  constexpr std::int32_t depth = shape.input.channels;
  for (std::int32_t c = 0; c < depth; ++c) {
    std::int32_t highest = std::numeric_limits<T>::min();
    for (std::int32_t y = 0; y < height; ++y) {
      const T* pixel = input + y * shape.input.width * depth + c;
      for (std::int32_t x = 0; x < width; ++x, pixel += depth) {
        if (*pixel > highest) highest = *pixel;
      }
    }
    output[c] = static_cast<T>(clamp(highest, shape.clamp.lowest, shape.clamp.highest));
  }
}

template <typename Layer, typename T>
inline void max_pool2d(const T* input, T* output) {
  for (std::int32_t image = 0; image < Layer::shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
      const std::int32_t first =
          (row + taps.rows.first) * Layer::shape.input.width + column + taps.columns.first;
      window_maxima<Layer>(input + first * Layer::shape.input.channels, taps.rows.count(),
                           taps.columns.count(), output);
      output += Layer::shape.output.channels;
    });
    input += Layer::shape.input.elements();
  }
}

}  // namespace sengi::nn
