// SPDX-License-Identifier: Apache-2.0
// The constants of layers that weigh inputs (convolutions and fully connected), as their kernels
// read them: see sengi/nn/channel_block.h, conv2d.h, depthwise_conv2d.h, fully_connected.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compile/number_table.h"
#include "model/graph.h"
#include "sengi/fixed_point.h"

namespace sengi::compile {

// Weights, less their zero point, as a matrix: a row of products for each output channel.
struct WeightMatrix {
  std::int32_t channels;
  std::int32_t products;             // of one output value
  std::vector<std::int32_t> values;  // [channels][products]
};

// From filter [O,Kh,Kw,I] or weights [O,I].
WeightMatrix rows_by_output(const model::Tensor& weights);
// From a depthwise filter [1,Kh,Kw,O].
WeightMatrix rows_by_channel(const model::Tensor& filter);

// The matrix in the order of channel_block.h: blocks of four channels, product by product.
std::vector<std::int32_t> pack_blocks(const WeightMatrix& matrix);

// Everything but the weights.
struct ChannelConstants {
  std::vector<std::int32_t> bias;  // [channels]
  // What the kernel has to add to each input: minus its zero point, or 0 where `bias` already holds
  // that times the weights, wrapped to 32 bits.
  std::int32_t input_offset;
  bool small_sums;                        // no input makes a whole sum reach 2^30 in size
  std::vector<std::int32_t> multiplier;   // [channels], or [1] where all are alike
  std::vector<std::int32_t> right_shift;  // the same
};

// `foldable`: every output value uses all its weights, so that the zero point's share is constant.
ChannelConstants channel_constants(const model::Graph& graph, const model::Operator& op,
                                   const WeightMatrix& matrix, bool foldable);

// Appends factors as multipliers and shifts to the right, only one where all are alike.
void add_rescaling(std::vector<std::int32_t>& multiplier, std::vector<std::int32_t>& right_shift,
                   const std::vector<Multiplier>& factors);

// The four tables in the order they are written; `layout` is what the weights' indices mean. They
// are of 16 bits where a zero point takes them out of 8.
std::vector<NumberTable> to_tables(const ChannelConstants& constants,
                                   const std::vector<std::int32_t>& weights, std::string layout);

}  // namespace sengi::compile
