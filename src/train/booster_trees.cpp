// SPDX-License-Identifier: Apache-2.0
#include "train/booster_trees.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "train/examples.h"

namespace sengi::train {
namespace {

using model::DecisionTree;
using model::TreeNode;
using Json = nlohmann::json;

// A tree as XGBoost's JSON has it, by node.
struct FloatTree {
  std::size_t label = 0;
  std::vector<std::int32_t> left, right;  // -1: a leaf
  std::vector<std::int32_t> feature;
  std::vector<float> condition;  // left where the feature is less; of a leaf, its margin

  bool is_leaf(std::size_t node) const { return left[node] < 0; }
};

// Throws what nlohmann::json throws.
std::vector<FloatTree> float_trees(const std::string& text, std::int32_t rounds,
                                   std::size_t labels) {
  const Json root = Json::parse(text);
  const Json& booster = root.at("learner").at("gradient_booster").at("model");
  const auto parallel =
      std::stoul(booster.at("gbtree_model_param").at("num_parallel_tree").get<std::string>());
  const std::size_t a_round = (labels == 2 ? 1 : labels) * parallel;
  const std::size_t count =
      std::min(a_round * static_cast<std::size_t>(rounds), booster.at("trees").size());
  std::vector<FloatTree> trees;
  for (std::size_t i = 0; i < count; ++i) {
    const Json& tree = booster.at("trees").at(i);
    FloatTree read;
    // Of two labels the second has the trees.
    read.label = labels == 2 ? 1 : booster.at("tree_info").at(i).get<std::size_t>();
    tree.at("left_children").get_to(read.left);
    tree.at("right_children").get_to(read.right);
    tree.at("split_indices").get_to(read.feature);
    tree.at("split_conditions").get_to(read.condition);
    trees.push_back(std::move(read));
  }
  return trees;
}

// Which int8 numbers each feature may have.
struct Range {
  std::int32_t lowest = -128;
  std::int32_t highest = 127;
};

class Pruner {
 public:
  Pruner(const FloatTree& tree, int margin_bits, std::size_t features)
      : tree_(tree), margin_bits_(margin_bits), ranges_(features) {}

  DecisionTree prune() {
    add(0);
    kept_.label = static_cast<std::uint8_t>(tree_.label);
    return std::move(kept_);
  }

 private:
  // Appends what is left of a node and all below it; returns its place.
  std::size_t add(std::size_t node) {
    const std::size_t at = kept_.nodes.size();
    if (tree_.is_leaf(node)) {
      const double margin = std::ldexp(static_cast<double>(tree_.condition[node]), margin_bits_);
      kept_.nodes.push_back({.margin = static_cast<std::int16_t>(std::lround(margin))});
      return at;
    }
    const auto left = static_cast<std::size_t>(tree_.left[node]);
    const auto right = static_cast<std::size_t>(tree_.right[node]);
    Range& range = ranges_[static_cast<std::size_t>(tree_.feature[node])];
    // Less than it, for a whole number, is less than the next whole number.
    const double condition = std::ceil(static_cast<double>(tree_.condition[node]));
    const auto threshold = static_cast<std::int32_t>(std::clamp(condition, -128.0, 128.0));
    if (range.highest < threshold) return add(left);
    if (range.lowest >= threshold) return add(right);

    kept_.nodes.push_back({.feature = tree_.feature[node], .threshold = threshold});
    const Range whole = range;
    range.highest = threshold - 1;
    const std::size_t kept_left = add(left);
    range = {threshold, whole.highest};
    const std::size_t kept_right = add(right);
    range = whole;
    const TreeNode& first = kept_.nodes[kept_left];
    const TreeNode& second = kept_.nodes[kept_right];
    if (first.feature < 0 && second.feature < 0 && first.margin == second.margin) {
      kept_.nodes[at] = {.margin = first.margin};
      kept_.nodes.resize(at + 1);
      return at;
    }
    kept_.nodes[at].left = kept_left;
    kept_.nodes[at].right = kept_right;
    return at;
  }

  const FloatTree& tree_;
  int margin_bits_;
  std::vector<Range> ranges_;  // by feature, at the node in hand
  DecisionTree kept_;
};

Result<int> margin_bits_for(const std::vector<FloatTree>& trees) {
  double largest = 0;
  for (const FloatTree& tree : trees) {
    for (std::size_t node = 0; node < tree.left.size(); ++node) {
      if (!tree.is_leaf(node)) continue;
      largest = std::max(largest, std::abs(static_cast<double>(tree.condition[node])));
    }
  }
  for (int bits = model::most_margin_bits; bits >= model::logit_bits; --bits) {
    if (std::ldexp(largest, bits) <= std::numeric_limits<std::int16_t>::max()) return bits;
  }
  return Error{
      fmt::format("a leaf of {} is too large for fixed point; raise min_child_weight or "
                  "lower learning_rate",
                  largest)};
}

}  // namespace

Result<model::Trees> device_trees(const std::string& json, std::int32_t rounds, std::size_t labels,
                                  const model::Shape& input_shape) {
  std::vector<FloatTree> read;
  try {
    read = float_trees(json, rounds, labels);
  } catch (const std::exception& error) {
    return Error{fmt::format("XGBoost's model is not as expected: {}", error.what())};
  }
  SENGI_TRY(bits, margin_bits_for(read));
  model::Trees trees;
  trees.name = "trees";
  trees.input_shape = input_shape;
  trees.input.scale = {feature_scale};
  trees.input.zero_point = {0};
  trees.margin_bits = bits;
  trees.bias.resize(labels);
  std::size_t features = 1;
  for (const std::int32_t size : input_shape) features *= static_cast<std::size_t>(size);
  for (const FloatTree& tree : read) {
    DecisionTree pruned = Pruner(tree, bits, features).prune();
    if (pruned.nodes.size() > 1) {
      trees.trees.push_back(std::move(pruned));
    } else {
      trees.bias[pruned.label] += pruned.nodes[0].margin;
    }
  }
  return trees;
}

}  // namespace sengi::train
