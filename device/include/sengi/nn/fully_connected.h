// SPDX-License-Identifier: Apache-2.0
// A matrix times each row of the input: fully connected layers, where a row is one image, and
// convolutions with a 1x1 window, where a row is one pixel.
#pragma once

#include <cstdint>

#include "sengi/nn/channel_block.h"

namespace sengi::nn {

// input [rows, inputs], output [rows, outputs]. Beside its shape a layer has
//   weights      [blocks of 4 of outputs][inputs][4], see channel_block.h
//   bias         [outputs], which already holds minus the input's zero point times the weights
//   multiplier   [outputs] or [1]; see Rescale
//   right_shift  [outputs] or [1]
struct FullyConnected {
  std::int32_t rows = 1;
  std::int32_t inputs;
  std::int32_t outputs;
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
  bool small_sums = false;  // see output_of()
};

template <typename Layer>
inline void fully_connected(const std::int8_t* input, std::int8_t* output) {
  for (std::int32_t row = 0; row < Layer::shape.rows; ++row) {
    for_each_block<Layer::shape.outputs>([&]<std::int32_t channels>(std::int32_t first) {
      ChannelBlock<Layer, channels> block(Layer::bias + first);
      block.add(input, Layer::weights + first * Layer::shape.inputs, Layer::shape.inputs, 0);
      block.store(output + first, first);
    });
    input += Layer::shape.inputs;
    output += Layer::shape.outputs;
  }
}

}  // namespace sengi::nn
