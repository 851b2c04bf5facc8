// SPDX-License-Identifier: Apache-2.0
// Convolution of each channel by itself.
#pragma once

#include <cstdint>

#include "sengi/nn/requantize.h"
#include "sengi/nn/window.h"

namespace sengi::nn {

// input [images, H, W, I], output [images, Y, X, I * multiplier]; output channel i * multiplier + m
// is made from input channel i. Beside its shape a layer has
//   weights      [O][Kh][Kw]
//   bias         [O]; without padding it already holds input_offset times the channel's weights
//   multiplier   [O] or [1]; see Rescale
//   right_shift  [O] or [1]
struct DepthwiseConv2D {
  std::int32_t images = 1;
  Image input;
  Image output;
  Window window;
  std::int32_t input_offset = 0;  // added to each input: minus its zero point where not in the bias
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
  bool small_sums = false;  // see output_of()
};

// The sum of one channel over one placed window. `input` is the channel's value at the first tap,
// `weights` that tap's weight.
template <typename Layer, typename Weight>
inline std::int32_t window_sum(const std::int8_t* input, const Weight* weights, ClippedTaps taps,
                               std::int32_t sum) {
  constexpr DepthwiseConv2D shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr std::int32_t right = window.dilation.width * shape.input.channels;
  constexpr std::int32_t down = window.dilation.height * shape.input.width * shape.input.channels;
  const std::int32_t height = taps.rows.count();
  const std::int32_t width = taps.columns.count();
  for (std::int32_t y = 0; y < height; ++y, input += down, weights += window.taps.width) {
    const std::int8_t* value = input;
    for (std::int32_t x = 0; x < width; ++x, value += right) {
      sum = wrapping_add(sum, (*value + shape.input_offset) * weights[x]);
    }
  }
  return sum;
}

// The same for a whole window: the compiler knows every tap's place and writes them one after
// another.
template <typename Layer, typename Weight, std::int32_t height, std::int32_t width>
inline std::int32_t window_sum(const std::int8_t* input, const Weight* weights,
                               WholeTaps<height, width>, std::int32_t sum) {
  constexpr DepthwiseConv2D shape = Layer::shape;
  constexpr std::int32_t right = shape.window.dilation.width * shape.input.channels;
  constexpr std::int32_t down =
      shape.window.dilation.height * shape.input.width * shape.input.channels;
  SENGI_UNROLL(8)
  for (std::int32_t y = 0; y < height; ++y) {
    SENGI_UNROLL(8)
    for (std::int32_t x = 0; x < width; ++x) {
      const std::int32_t value = input[y * down + x * right] + shape.input_offset;
      sum = wrapping_add(sum, value * weights[y * width + x]);
    }
  }
  return sum;
}

// All channels of one output pixel. `input` is the image; tap (0, 0) is at (row, column).
template <typename Layer, typename AnyTaps>
inline void window_outputs(const std::int8_t* input, AnyTaps taps, std::int32_t row,
                           std::int32_t column, std::int8_t* output) {
  constexpr DepthwiseConv2D shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr std::int32_t taps_a_channel = window.taps.height * window.taps.width;
  constexpr std::int32_t depth_multiplier = shape.output.channels / shape.input.channels;
  const bool none = taps.rows.count() == 0 || taps.columns.count() == 0;
  const std::int32_t top = none ? 0 : row + taps.rows.first * window.dilation.height;
  const std::int32_t left = none ? 0 : column + taps.columns.first * window.dilation.width;
  input += (top * shape.input.width + left) * shape.input.channels;
  const auto* weights = Layer::weights + taps.rows.first * window.taps.width + taps.columns.first;
  for (std::int32_t i = 0; i < shape.input.channels; ++i, ++input) {
    for (std::int32_t m = 0; m < depth_multiplier; ++m, weights += taps_a_channel) {
      const std::int32_t channel = i * depth_multiplier + m;
      const std::int32_t sum = window_sum<Layer>(input, weights, taps, Layer::bias[channel]);
      output[channel] = output_of<Layer>(sum, channel);
    }
  }
}

template <typename Layer>
inline void depthwise_conv2d(const std::int8_t* input, std::int8_t* output) {
  for (std::int32_t image = 0; image < Layer::shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
      window_outputs<Layer>(input, taps, row, column, output);
      output += Layer::shape.output.channels;
    });
    input += Layer::shape.input.bytes();
  }
}

}  // namespace sengi::nn
