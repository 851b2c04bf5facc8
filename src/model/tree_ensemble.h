// SPDX-License-Identifier: Apache-2.0
// Decision trees, and the constants that a TREE_ENSEMBLE keeps them in.
//
// A split asks whether a feature is less than a threshold and goes left if so. Splits stand parent
// first, then all of its left side, then all of its right side; leaves from left to right:
//
//           x3 < 10                   splits   x3 < 10, right 2
//          /        \                          x0 < -5, right 1, to a leaf
//     x0 < -5       x1 < 2                     x1 < 2,  right 1, to a leaf
//     /    \        /    \            margins  a b c d
//    a      b      c      d
//
// A walk needs no other pointer: to the left it goes on by one split, to the right by `right`
// splits and past as many leaves, since a side of n splits has n + 1 leaves. Where `right` is 1 the
// left side is a leaf.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/graph.h"

namespace sengi::model {

struct TreeSplit {
  std::int32_t feature = 0;
  std::int32_t threshold = 0;  // of int8: left where the feature is less
  std::int32_t right = 1;      // how many splits on the right side begins
  bool right_is_leaf = true;
  bool operator==(const TreeSplit&) const = default;
};

// How splits over a number of features lie in 32 bits, from the lowest: 8 of the threshold, 1 for
// right_is_leaf, as many as the last feature's number needs but at least 1, and in all that remain
// `right`.
class SplitFormat {
 public:
  static constexpr std::size_t most_features = 1 << 16;

  // Requires: 1 <= features <= most_features.
  explicit SplitFormat(std::size_t features);

  int feature_bits() const { return feature_bits_; }
  int right_position() const { return 9 + feature_bits_; }
  std::int32_t most_right() const { return (1 << (23 - feature_bits_)) - 1; }
  // Requires: numbers that fit.
  std::uint32_t pack(const TreeSplit& split) const;
  TreeSplit unpack(std::uint32_t word) const;

 private:
  int feature_bits_;
};

// The operator's inputs, and the numbers that bound them.
struct TreeInputs {
  static constexpr std::size_t splits = 1;   // int32 [S], as SplitFormat has them
  static constexpr std::size_t margins = 2;  // int16 [S+T], scale 2^-b
  static constexpr std::size_t sizes = 3;    // int16 [T]: splits of each tree
  static constexpr std::size_t labels = 4;   // uint8 [T]: whose logit a tree adds to
  static constexpr std::size_t bias = 5;     // int32 [L], scale 2^-b: what sums begin with
};
inline constexpr std::int32_t most_tree_labels = 256;
inline constexpr std::int32_t most_trees = 1 << 14;
inline constexpr std::int32_t highest_tree_bias = 1 << 28;  // all sums then fit in 30 bits
// Steps of an output are 2^-5, of margins as fine or finer.
inline constexpr int logit_bits = 5;
inline constexpr int most_margin_bits = 24;

// The b of a scale 2^-b; none where it is not within these.
std::optional<int> margin_bits_of(const Quantization& quantization);

struct TreeNode {
  std::int32_t feature = -1;  // -1: a leaf
  std::int32_t threshold = 0;
  std::size_t left = 0, right = 0;  // indices of nodes
  std::int16_t margin = 0;          // of a leaf
};
struct DecisionTree {
  std::uint8_t label = 0;
  std::vector<TreeNode> nodes;  // the first is the root
};

struct Trees {
  std::string name;
  Shape input_shape;
  Quantization input;  // of int8
  int margin_bits = 0;
  std::vector<std::int32_t> bias;  // by label
  std::vector<DecisionTree> trees;
};

// A graph of a TREE_ENSEMBLE and a SOFTMAX of its logits, [1, labels]. Where no tree has a split,
// one of a zero margin on both sides is added, since a constant has an element at least.
// Errors: those of check(); a tree that is no tree; one whose left sides are larger than
// SplitFormat::most_right().
Result<Graph> tree_graph(const Trees& trees);

}  // namespace sengi::model
