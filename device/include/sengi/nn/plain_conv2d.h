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

template <typename Layer, typename T>
inline void plain_conv2d(const T* input, T* output) {
  constexpr PlainConv2D shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr std::int32_t depth = shape.input.channels;
  for (std::int32_t image = 0; image < shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
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
    });
    input += shape.input.bytes();
  }
}

// input [images, H, W], each channel weighed by itself: weights [Kh, Kw, O], where an input channel
// makes as many output channels in a row as there are more of these.
template <typename Layer, typename T>
inline void plain_depthwise_conv2d(const T* input, T* output) {
  constexpr PlainConv2D shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr std::int32_t outputs = shape.output.channels;
  constexpr std::int32_t multiplier = outputs / shape.input.channels;
  for (std::int32_t image = 0; image < shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
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
    });
    input += shape.input.bytes();
  }
}

// Each input pixel is spread over a window of the output; an output pixel gathers what reaches it:
// taps a stride apart.
template <typename Layer, typename T>
inline void transpose_conv2d(const T* input, T* output) {
  constexpr PlainConv2D shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr std::int32_t depth = shape.input.channels;
  // Of the taps a stride apart that land on one place, and their input rows (or columns).
  const auto each_tap = [](std::int32_t place, std::int32_t taps, std::int32_t stride,
                           std::int32_t inputs, const auto& work) {
    for (std::int32_t tap = place % stride; tap < taps && tap <= place; tap += stride) {
      const std::int32_t from = (place - tap) / stride;
      if (from < inputs) work(tap, from);
    }
  };
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t y = 0; y < shape.output.height; ++y) {
      for (std::int32_t x = 0; x < shape.output.width; ++x) {
        const std::int8_t* weights = Layer::weights;
        for (std::int32_t channel = 0; channel < shape.output.channels; ++channel) {
          SumOf<Layer> sum = 0;
          each_tap(y + window.padding.height, window.taps.height, window.stride.height,
                   shape.input.height, [&](std::int32_t ky, std::int32_t row) {
                     each_tap(x + window.padding.width, window.taps.width, window.stride.width,
                              shape.input.width, [&](std::int32_t kx, std::int32_t column) {
                                sum += products_of<Layer>(
                                    input + (row * shape.input.width + column) * depth,
                                    weights + (ky * window.taps.width + kx) * depth, depth);
                              });
                   });
          *output++ = output_of_products<Layer, T>(sum, channel);
          weights += window.taps.height * window.taps.width * depth;
        }
      }
    }
    input += shape.input.bytes();
  }
}

}  // namespace sengi::nn
