// SPDX-License-Identifier: Apache-2.0
// Convolutions and their transposes by the letter of the definition; see sum_outputs.h.
#pragma once

#include <cstdint>

#include "sengi/nn/sum_outputs.h"
#include "sengi/nn/window.h"

namespace sengi::nn {

// input [images, H, W, C], output [images, Y, X, O], weights [O, Kh, Kw, C]. Fully connected layers
// are a window of one tap over rows that are pixels.
struct PlainConv2D {
  std::int32_t images = 1;
  Image input;
  Image output;
  Window window;  // of a transpose: stride and padding of the convolution it is the transpose of
  Offsets offsets = {};
  Clamp clamp = {};
};

// All channels of one output pixel; `row` and `column` are where tap (0, 0) falls. Returns the
// output's end.
template <typename Layer, typename T, typename PlacedTaps>
inline T* plain_pixel(const T* input, PlacedTaps taps, std::int32_t row, std::int32_t column,
                      T* output) {
  constexpr PlainConv2D shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr std::int32_t depth = shape.input.channels;
  const std::int8_t* weights = Layer::weights;
  for (std::int32_t channel = 0; channel < shape.output.channels; ++channel) {
    SumOf<Layer> sum = 0;
    for (std::int32_t ky = taps.rows.first; ky < taps.rows.end; ++ky) {
      const std::int32_t y = row + ky * window.dilation.height;
      for (std::int32_t kx = taps.columns.first; kx < taps.columns.end; ++kx) {
        const std::int32_t x = column + kx * window.dilation.width;
        sum += products_of<Layer>(input + (y * shape.input.width + x) * depth,
                                  weights + (ky * window.taps.width + kx) * depth, depth);
      }
    }
    *output++ = output_of_products<Layer, T>(sum, channel);
    weights += window.taps.height * window.taps.width * depth;
  }
  return output;
}

template <typename Layer, typename T>
inline void plain_conv2d(const T* input, T* output) {
  for (std::int32_t image = 0; image < Layer::shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
      output = plain_pixel<Layer>(input, taps, row, column, output);
    });
    input += Layer::shape.input.elements();
  }
}

// As plain_pixel(), each channel weighed by itself.
template <typename Layer, typename T, typename PlacedTaps>
inline T* plain_depthwise_pixel(const T* input, PlacedTaps taps, std::int32_t row,
                                std::int32_t column, T* output) {
  constexpr PlainConv2D shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr std::int32_t outputs = shape.output.channels;
  constexpr std::int32_t multiplier = outputs / shape.input.channels;
  for (std::int32_t channel = 0; channel < outputs; ++channel) {
    SumOf<Layer> sum = 0;
    for (std::int32_t ky = taps.rows.first; ky < taps.rows.end; ++ky) {
      const std::int32_t y = row + ky * window.dilation.height;
      for (std::int32_t kx = taps.columns.first; kx < taps.columns.end; ++kx) {
        const std::int32_t x = column + kx * window.dilation.width;
        const std::int32_t pixel = (y * shape.input.width + x) * shape.input.channels;
        sum += products_of<Layer>(
            input + pixel + channel / multiplier,
            Layer::weights + (ky * window.taps.width + kx) * outputs + channel, 1);
      }
    }
    *output++ = output_of_products<Layer, T>(sum, channel);
  }
  return output;
}

// Weights [Kh, Kw, O]; an input channel makes as many output channels in a row as there are more
// of these.
template <typename Layer, typename T>
inline void plain_depthwise_conv2d(const T* input, T* output) {
  for (std::int32_t image = 0; image < Layer::shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
      output = plain_depthwise_pixel<Layer>(input, taps, row, column, output);
    });
    input += Layer::shape.input.elements();
  }
}

// All channels of one output pixel of a transpose, (y, x) counted from the padding's corner: taps a
// stride apart reach it. Returns the output's end.
template <typename Layer, typename T>
inline T* transposed_pixel(const T* input, std::int32_t y, std::int32_t x, T* output) {
  constexpr PlainConv2D shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr std::int32_t depth = shape.input.channels;
  const std::int8_t* weights = Layer::weights;
  for (std::int32_t channel = 0; channel < shape.output.channels; ++channel) {
    SumOf<Layer> sum = 0;
    for (std::int32_t ky = y % window.stride.height; ky < window.taps.height && ky <= y;
         ky += window.stride.height) {
      const std::int32_t row = (y - ky) / window.stride.height;
      if (row >= shape.input.height) continue;
      for (std::int32_t kx = x % window.stride.width; kx < window.taps.width && kx <= x;
           kx += window.stride.width) {
        const std::int32_t column = (x - kx) / window.stride.width;
        if (column >= shape.input.width) continue;
        sum += products_of<Layer>(input + (row * shape.input.width + column) * depth,
                                  weights + (ky * window.taps.width + kx) * depth, depth);
      }
    }
    *output++ = output_of_products<Layer, T>(sum, channel);
    weights += window.taps.height * window.taps.width * depth;
  }
  return output;
}

// Each input pixel is spread over a window of the output; here each output pixel gathers what
// reaches it.
template <typename Layer, typename T>
inline void transpose_conv2d(const T* input, T* output) {
  constexpr PlainConv2D shape = Layer::shape;
  constexpr Size padding = shape.window.padding;
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t y = 0; y < shape.output.height; ++y) {
      for (std::int32_t x = 0; x < shape.output.width; ++x) {
        output = transposed_pixel<Layer>(input, y + padding.height, x + padding.width, output);
      }
    }
    input += shape.input.elements();
  }
}

}  // namespace sengi::nn
