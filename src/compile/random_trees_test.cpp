// SPDX-License-Identifier: Apache-2.0
// Random decision trees.
#include <gtest/gtest.h>

#include <string>

#include "compile/graph_builder.h"
#include "model/tree_ensemble.h"

namespace sengi::compile {
namespace {

using model::DecisionTree;
using model::TreeNode;
using model::Trees;

std::int32_t any_threshold(Random& random) {
  return random.chance(30) ? random.one_of<std::int32_t>({-128, -127, 0, 127})
                           : random.integer(-128, 127);
}

// A side of at most `depth` splits one below another; returns its node.
std::size_t grow(Random& random, DecisionTree& tree, std::int32_t features, std::int32_t depth,
                 std::int32_t largest) {
  const std::size_t at = tree.nodes.size();
  tree.nodes.emplace_back();
  if (depth == 0 || random.chance(15)) {
    tree.nodes[at].margin = static_cast<std::int16_t>(random.integer(-largest - 1, largest));
    return at;
  }
  // The last feature now and then, whose number has all bits.
  const std::int32_t feature = random.chance(10) ? features - 1 : random.integer(0, features - 1);
  const std::int32_t threshold = any_threshold(random);
  const std::size_t left = grow(random, tree, features, depth - 1, largest);
  const std::size_t right = grow(random, tree, features, depth - 1, largest);
  tree.nodes[at] = {feature, threshold, left, right, 0};
  return at;
}

}  // namespace

model::Graph random_trees(const std::string& name, std::uint32_t seed) {
  Random random(seed);
  const std::int32_t features =
      random.one_of<std::int32_t>({1, 2, 11, 255, 256, 257, 600, random.integer(1, 64)});
  const std::int32_t columns = features % 3 == 0 ? 3 : 1;
  const std::int32_t labels =
      random.chance(5) ? 256 : random.one_of<std::int32_t>({1, 2, 2, random.integer(3, 12)});
  // So large that sums are far apart, or of a few steps.
  const std::int32_t largest = random.one_of<std::int32_t>({1, 100, 32767});
  Trees trees;
  trees.name = name;
  trees.input_shape = {1, features / columns, columns, 1};
  trees.input.scale = {0.03125F};
  trees.input.zero_point = {random.one_of<std::int32_t>({0, 7})};
  trees.margin_bits = random.integer(model::logit_bits, model::most_margin_bits);
  const std::int32_t highest_bias = random.one_of<std::int32_t>({0, 5000, 1 << 28});
  for (std::int32_t label = 0; label < labels; ++label) {
    trees.bias.push_back(random.integer(-highest_bias, highest_bias));
  }
  const std::int32_t depth = random.integer(0, 7);
  for (std::int32_t count = random.integer(0, 20); count > 0; --count) {
    trees.trees.emplace_back();
    trees.trees.back().label = static_cast<std::uint8_t>(random.integer(0, labels - 1));
    grow(random, trees.trees.back(), features, depth, largest);
  }
  auto graph = model::tree_graph(trees);
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return std::move(graph).value();
}

}  // namespace sengi::compile
