// SPDX-License-Identifier: Apache-2.0
// Convolution with a window of any size.
#pragma once

#include <cstdint>

#include "sengi/nn/channel_block.h"
#include "sengi/nn/window.h"

namespace sengi::nn {

// input [images, H, W, I], output [images, Y, X, O]. Beside its shape a layer has
//   weights      [blocks of 4 of O][Kh][Kw][I][4], see channel_block.h
//   bias         [O]; without padding it already holds input_offset times the channel's weights
//   multiplier   [O] or [1]; see Rescale
//   right_shift  [O] or [1]
struct Conv2D {
  std::int32_t images = 1;
  Image input;
  Image output;
  Window window;
  std::int32_t input_offset = 0;  // added to each input: minus its zero point where not in the bias
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
  bool small_sums = false;  // see output_of()
};

// Adds the products of one placed window to a block's sums; tap (0, 0) is at (row, column).
template <typename Layer, typename Block, typename Weight, typename AnyTaps>
inline void add_window(Block& block, const std::int8_t* input, const Weight* weights,
                       std::int32_t channels, AnyTaps taps, std::int32_t row, std::int32_t column) {
  constexpr Conv2D shape = Layer::shape;
  constexpr Size dilation = shape.window.dilation;
  constexpr std::int32_t depth = shape.input.channels;
  const std::int32_t tap_weights = depth * channels;
  for (std::int32_t y = taps.rows.first; y < taps.rows.end; ++y) {
    const std::int8_t* const line = input + (row + y * dilation.height) * shape.input.width * depth;
    const Weight* const line_weights = weights + y * shape.window.taps.width * tap_weights;
    if constexpr (dilation.width == 1) {
      // The taps of a row stand side by side in the image.
      block.add(line + (column + taps.columns.first) * depth,
                line_weights + taps.columns.first * tap_weights, taps.columns.count() * depth,
                shape.input_offset);
    } else {
      for (std::int32_t x = taps.columns.first; x < taps.columns.end; ++x) {
        block.add(line + (column + x * dilation.width) * depth, line_weights + x * tap_weights,
                  depth, shape.input_offset);
      }
    }
  }
}

template <typename Layer>
inline void conv2d(const std::int8_t* input, std::int8_t* output) {
  constexpr std::int32_t products = Layer::shape.window.taps.height *
                                    Layer::shape.window.taps.width * Layer::shape.input.channels;
  for (std::int32_t image = 0; image < Layer::shape.images; ++image) {
    slide<Layer>([&](auto taps, std::int32_t row, std::int32_t column) {
      for_each_block<Layer::shape.output.channels>([&]<std::int32_t channels>(std::int32_t first) {
        ChannelBlock<Layer, channels> block(Layer::bias + first);
        add_window<Layer>(block, input, Layer::weights + first * products, channels, taps, row,
                          column);
        block.store(output + first, first);
      });
      output += Layer::shape.output.channels;
    });
    input += Layer::shape.input.bytes();
  }
}

}  // namespace sengi::nn
