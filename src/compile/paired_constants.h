// SPDX-License-Identifier: Apache-2.0
// The constants of layers that multiply in pairs: see sengi/nn/pairs.h, scaling.h, panel.h,
// paired_fully_connected.h, paired_depthwise_conv2d.h, planar_depthwise_conv2d.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compile/channel_constants.h"
#include "compile/number_table.h"
#include "model/graph.h"

namespace sengi::compile {

struct PairedConstants {
  WeightMatrix matrix;          // the layer's, but zeros for a channel whose output never changes
  std::int32_t straight_shift;  // 0: two roundings
  std::vector<std::int32_t> bias;         // [channels], filled up to an even number
  std::vector<std::int32_t> multiplier;   // [channels] or [1]
  std::vector<std::int32_t> right_shift;  // the same; empty where straight
};

// Whether weights are stored two to a half-word, or one by one. Of the former, sums begin with less
// what `mixed` inputs add.
enum class Weights { in_pairs, single };

// None where a weight is -128, or a sum or multiplier does not fit: such layers take the plain
// kernels. `activation` is the operator's.
std::optional<PairedConstants> paired_constants(const model::Graph& graph,
                                                const model::Operator& op,
                                                const WeightMatrix& matrix,
                                                model::Activation activation, Weights weights);

// What the sums of rows begin with that are scaled by something else: biases less what `mixed`
// inputs add, in steps of 1/256, `input_offset` added to each input. None where a weight is -128 or
// a sum does not fit.
std::optional<std::vector<std::int32_t>> paired_beginnings(const WeightMatrix& matrix,
                                                           const std::vector<std::int32_t>& bias,
                                                           std::int32_t input_offset);

// Weights as half-words of two, in blocks of `block` channels, step by step; the last block may be
// narrower, of an even number, with zeros for a channel that lacks.
std::vector<std::int32_t> pack_pairs(const WeightMatrix& matrix, std::int32_t block);

// [channels / 4][taps / 2][8] as sengi/nn/paired_depthwise_conv2d.h says.
std::vector<std::int32_t> pack_taps(const WeightMatrix& matrix);

// Rows of nine taps in the order of sengi/nn/planar_depthwise_conv2d.h.
std::vector<std::int32_t> pack_planar(const WeightMatrix& matrix);

// The tables in the order they are written.
std::vector<NumberTable> to_tables(const PairedConstants& constants, NumberTable weights);

}  // namespace sengi::compile
