// SPDX-License-Identifier: Apache-2.0
// The rounded mean of each channel over a sliding window; padding does not count.
#pragma once

#include <cstdint>

#include "sengi/fixed_point.h"
#include "sengi/nn/window.h"

namespace sengi::nn {

// input [images, H, W, C], output [images, Y, X, C] of the same scale and zero point.
struct AveragePool2D {
  std::int32_t images = 1;
  Image input;
  Image output;
  Window window;
  Clamp clamp = {};
};

// sum / count, rounded to nearest with ties away from zero. Requires: count > 0.
constexpr std::int32_t rounded_mean(std::int32_t sum, std::int32_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

// All channels of one output pixel. `input` is the first tap on the image.
template <typename Layer>
inline void window_means(const std::int8_t* input, std::int32_t height, std::int32_t width,
                         std::int8_t* output) {
  constexpr AveragePool2D shape = Layer::shape;
  constexpr std::int32_t depth = shape.input.channels;
  for (std::int32_t c = 0; c < depth; ++c) {
    std::int32_t sum = 0;
    for (std::int32_t y = 0; y < height; ++y) {
      const std::int8_t* pixel = input + y * shape.input.width * depth + c;
      for (std::int32_t x = 0; x < width; ++x, pixel += depth) sum += *pixel;
    }
    output[c] = static_cast<std::int8_t>(
        clamp(rounded_mean(sum, height * width), shape.clamp.lowest, shape.clamp.highest));
  }
}

template <typename Layer>
inline void average_pool2d(const std::int8_t* input, std::int8_t* output) {
  for (std::int32_t image = 0; image < Layer::shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
      const std::int32_t first =
          (row + taps.rows.first) * Layer::shape.input.width + column + taps.columns.first;
      window_means<Layer>(input + first * Layer::shape.input.channels, taps.rows.count(),
                          taps.columns.count(), output);
      output += Layer::shape.output.channels;
    });
    input += Layer::shape.input.bytes();
  }
}

}  // namespace sengi::nn
