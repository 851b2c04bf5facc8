// SPDX-License-Identifier: Apache-2.0
// The rounded mean of each channel over a sliding window, of int8 or int16; padding does not count.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sengi/fixed_point.h"
#include "sengi/nn/pairs.h"
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

// One output from a channel's sum over `count` taps.
template <typename Layer, typename T = std::int8_t>
inline T mean_of(std::int32_t sum, std::int32_t count) {
  constexpr Clamp range = Layer::shape.clamp;
  return static_cast<T>(clamp(rounded_mean(sum, count), range.lowest, range.highest));
}

// All channels of one output pixel, four at a time: sums are pairs of 16 bits, which windows of up
// to 256 taps do not overflow.
template <typename Layer>
inline void window_means_of_fours(const std::int8_t* input, std::int32_t height, std::int32_t width,
                                  std::int8_t* output) {
  constexpr AveragePool2D shape = Layer::shape;
  constexpr std::int32_t depth = shape.input.channels;
  const std::int32_t count = height * width;
  for (std::int32_t c = 0; c < depth; c += 4) {
    Pair even = 0;
    Pair odd = 0;
    for (std::int32_t y = 0; y < height; ++y) {
      const std::int8_t* pixel = input + y * shape.input.width * depth + c;
      SENGI_UNROLL(4)
      for (std::int32_t x = 0; x < width; ++x, pixel += depth) {
        const Pair four = load_bytes(pixel);
        even = add_low_bytes(even, four);
        odd = add_high_bytes(odd, four);
      }
    }
    output[c] = mean_of<Layer>(first_of(even), count);
    output[c + 1] = mean_of<Layer>(first_of(odd), count);
    output[c + 2] = mean_of<Layer>(second_of(even), count);
    output[c + 3] = mean_of<Layer>(second_of(odd), count);
  }
}

// All channels of one output pixel. `input` is the first tap on the image.
template <typename Layer, typename T>
inline void window_means(const T* input, std::int32_t height, std::int32_t width, T* output) {
  constexpr AveragePool2D shape = Layer::shape;
  constexpr std::int32_t depth = shape.input.channels;
  if constexpr (std::is_same_v<T, std::int8_t> && depth % 4 == 0 &&
                shape.window.taps.height * shape.window.taps.width <= 256) {
    window_means_of_fours<Layer>(input, height, width, output);
    return;
  }
  for (std::int32_t c = 0; c < depth; ++c) {
    std::int32_t sum = 0;
    for (std::int32_t y = 0; y < height; ++y) {
      const T* pixel = input + y * shape.input.width * depth + c;
      for (std::int32_t x = 0; x < width; ++x, pixel += depth) sum += *pixel;
    }
    output[c] = mean_of<Layer, T>(sum, height * width);
  }
}

template <typename Layer, typename T>
inline void average_pool2d(const T* input, T* output) {
  for (std::int32_t image = 0; image < Layer::shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
      const std::int32_t first =
          (row + taps.rows.first) * Layer::shape.input.width + column + taps.columns.first;
      window_means<Layer>(input + first * Layer::shape.input.channels, taps.rows.count(),
                          taps.columns.count(), output);
      output += Layer::shape.output.channels;
    });
    input += Layer::shape.input.elements();
  }
}

}  // namespace sengi::nn
