// SPDX-License-Identifier: Apache-2.0
// Decision trees whose leaves add up to each label's logit. A split asks whether a feature is less
// than a threshold, and takes 32 bits:
//
//   | right | feature | leaf | threshold |    right: how many splits on its right side begins
//     rest    1 to 16    1        8           leaf: whether that side is a leaf
//
// It stands before its left side, and that before its right side, so the left side is the next
// split, or a leaf where `right` is 1. Leaves stand from left to right: a step to the right passes
// as many leaves as splits, since n splits have n + 1 leaves.
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"

namespace sengi::nn {

// input [features], output [labels]: how far each label is below the highest, from 127 down. Beside
// its shape a layer has
//   splits  of each tree in turn
//   margins of each tree's leaves in turn, int16
//   sizes   [trees], how many splits each has
//   labels  [trees], which label each adds to
//   bias    [labels], what sums begin with
// The whole input is read before the output is written.
struct TreeEnsemble {
  std::int32_t labels;
  std::int32_t trees;
  std::int32_t feature_bits;
  std::int32_t step_bits;  // 2^step_bits of a sum are a step of the output
};

// The margin of the leaf that the input comes to. Requires: a tree with a split.
template <typename Layer>
inline std::int32_t margin_of_tree(const std::int8_t* input, const std::uint32_t* split,
                                   const std::int16_t* margin) {
  constexpr std::int32_t feature_bits = Layer::shape.feature_bits;
  constexpr std::uint32_t feature_mask = (std::uint32_t{1} << feature_bits) - 1;
  for (;;) {
    const std::uint32_t word = *split;
    const std::uint32_t right = word >> (9 + feature_bits);
    if (input[word >> 9 & feature_mask] < static_cast<std::int8_t>(word)) {
      if (right == 1) return *margin;
      ++split;
    } else {
      margin += right;
      if ((word & 0x100) != 0) return *margin;
      split += right;
    }
  }
}

// A sum's distance below the highest in steps of the output, to the nearest, from 0 to 255. Only
// the highest has 0, so that of two sums the output never makes the lower one's label as likely.
template <typename Layer>
inline std::int32_t steps_below(std::int32_t distance) {
  constexpr std::int32_t step_bits = Layer::shape.step_bits;
  if (distance == 0) return 0;
  const std::int32_t steps = (distance + (1 << step_bits) / 2) >> step_bits;
  if (steps < 1) return 1;
  return steps < 255 ? steps : 255;
}

template <typename Layer>
inline void tree_ensemble(const std::int8_t* input, std::int8_t* output) {
  constexpr TreeEnsemble shape = Layer::shape;
  std::int32_t sums[shape.labels];
  for (std::int32_t label = 0; label < shape.labels; ++label) sums[label] = Layer::bias[label];
  const std::uint32_t* split = Layer::splits;
  const std::int16_t* margin = Layer::margins;
  for (std::int32_t tree = 0; tree < shape.trees; ++tree) {
    const std::int32_t size = Layer::sizes[tree];
    sums[Layer::labels[tree]] += size == 0 ? *margin : margin_of_tree<Layer>(input, split, margin);
    split += size;
    margin += size + 1;
  }
  std::int32_t highest = sums[0];
  for (const std::int32_t sum : sums) {
    if (sum > highest) highest = sum;
  }
  for (const std::int32_t sum : sums) {
    *output++ = static_cast<std::int8_t>(127 - steps_below<Layer>(highest - sum));
  }
}

}  // namespace sengi::nn
