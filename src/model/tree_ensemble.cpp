// SPDX-License-Identifier: Apache-2.0
#include "model/tree_ensemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace sengi::model {
namespace {

constexpr int leaf_position = 8;
constexpr int feature_position = 9;

template <typename Number>
std::vector<std::byte> bytes_of_numbers(const std::vector<Number>& numbers) {
  std::vector<std::byte> bytes(numbers.size() * sizeof(Number));
  if (!bytes.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

// Trees become the operator's lists, one after another.
class TreeWriter {
 public:
  TreeWriter(const Trees& trees, std::size_t features)
      : trees_(trees), format_(features), features_(static_cast<std::int32_t>(features)) {}

  Result<void> add(const DecisionTree& tree) {
    const std::size_t first = splits.size();
    visited_ = 0;
    SENGI_CHECK(add_side(tree, 0));
    const std::size_t size = splits.size() - first;
    if (size > std::numeric_limits<std::int16_t>::max()) {
      return fault(fmt::format("has {} splits; {} are supported", size,
                               std::numeric_limits<std::int16_t>::max()));
    }
    sizes.push_back(static_cast<std::int16_t>(size));
    labels.push_back(tree.label);
    return {};
  }

  std::vector<std::uint32_t> splits;
  std::vector<std::int16_t> margins;
  std::vector<std::int16_t> sizes;
  std::vector<std::uint8_t> labels;

 private:
  Error fault(const std::string& what) const {
    return Error{fmt::format("{}: tree {} {}", trees_.name, sizes.size(), what)};
  }

  // A node and all below it. Recursion ends: a tree has no more sides than nodes.
  Result<void> add_side(const DecisionTree& tree, std::size_t at) {
    if (at >= tree.nodes.size() || ++visited_ > tree.nodes.size()) {
      return fault("has nodes that are no tree");
    }
    const TreeNode& node = tree.nodes[at];
    if (node.feature < 0) {
      margins.push_back(node.margin);
      return {};
    }
    if (node.feature >= features_ || node.threshold < -128 || node.threshold > 127) {
      return fault(fmt::format("asks whether feature {} of {} is below {}", node.feature, features_,
                               node.threshold));
    }
    const std::size_t here = splits.size();
    splits.push_back(0);
    SENGI_CHECK(add_side(tree, node.left));
    const std::size_t right = splits.size() - here;
    if (right > static_cast<std::size_t>(format_.most_right())) {
      return fault(
          fmt::format("has {} splits on one's left side; {} are supported beside {} "
                      "features: use shallower trees",
                      right - 1, format_.most_right() - 1, features_));
    }
    SENGI_CHECK(add_side(tree, node.right));
    splits[here] = format_.pack({.feature = node.feature,
                                 .threshold = node.threshold,
                                 .right = static_cast<std::int32_t>(right),
                                 .right_is_leaf = splits.size() == here + right});
    return {};
  }

  const Trees& trees_;
  SplitFormat format_;
  std::int32_t features_;
  std::size_t visited_ = 0;
};

}  // namespace

SplitFormat::SplitFormat(std::size_t features)
    : feature_bits_(std::max(static_cast<int>(std::bit_width(features - 1)), 1)) {}

std::uint32_t SplitFormat::pack(const TreeSplit& split) const {
  return (static_cast<std::uint32_t>(split.threshold) & 0xff) |
         static_cast<std::uint32_t>(split.right_is_leaf) << leaf_position |
         static_cast<std::uint32_t>(split.feature) << feature_position |
         static_cast<std::uint32_t>(split.right) << right_position();
}

TreeSplit SplitFormat::unpack(std::uint32_t word) const {
  return {.feature = static_cast<std::int32_t>(word >> feature_position &
                                               ((std::uint32_t{1} << feature_bits_) - 1)),
          .threshold = static_cast<std::int8_t>(word & 0xff),
          .right = static_cast<std::int32_t>(word >> right_position()),
          .right_is_leaf = (word >> leaf_position & 1) != 0};
}

std::optional<int> margin_bits_of(const Quantization& quantization) {
  if (!quantization.per_tensor() || quantization.zero_point[0] != 0) return std::nullopt;
  int exponent = 0;
  if (std::frexp(quantization.scale[0], &exponent) != 0.5F) return std::nullopt;
  const int bits = 1 - exponent;
  if (bits < logit_bits || bits > most_margin_bits) return std::nullopt;
  return bits;
}

Result<Graph> tree_graph(const Trees& trees) {
  std::size_t features = 1;
  for (const std::int32_t size : trees.input_shape) {
    features *= static_cast<std::size_t>(std::max(size, 0));
    if (features < 1 || features > SplitFormat::most_features) {
      return Error{fmt::format("{}: an input of {}; from 1 to {} features are supported",
                               trees.name, to_string(trees.input_shape),
                               SplitFormat::most_features)};
    }
  }
  TreeWriter writer(trees, features);
  for (const DecisionTree& tree : trees.trees) SENGI_CHECK(writer.add(tree));
  if (writer.splits.empty()) {
    SENGI_CHECK(writer.add(
        {.label = 0,
         .nodes = {{.feature = 0, .threshold = 0, .left = 1, .right = 2, .margin = 0}, {}, {}}}));
  }

  Graph graph;
  graph.name = trees.name;
  const auto add = [&](std::string name, Type type, Shape shape, Quantization quantization,
                       std::vector<std::byte> data) {
    graph.tensors.push_back(
        {std::move(name), type, std::move(shape), std::move(quantization), std::move(data)});
    return static_cast<TensorIndex>(graph.tensors.size() - 1);
  };
  const auto add_list = [&](std::string name, Type type, const auto& numbers,
                            Quantization quantization) {
    return add(std::move(name), type, {static_cast<std::int32_t>(numbers.size())},
               std::move(quantization), bytes_of_numbers(numbers));
  };
  const Quantization fixed_point{.scale = {static_cast<float>(std::ldexp(1.0, -trees.margin_bits))},
                                 .zero_point = {0}};
  const Shape labels = {1, static_cast<std::int32_t>(trees.bias.size())};
  const TensorIndex input = add("input", Type::int8, trees.input_shape, trees.input, {});
  std::vector<TensorIndex> inputs = {input,
                                     add_list("splits", Type::int32, writer.splits, {}),
                                     add_list("margins", Type::int16, writer.margins, fixed_point),
                                     add_list("tree_sizes", Type::int16, writer.sizes, {}),
                                     add_list("tree_labels", Type::uint8, writer.labels, {}),
                                     add_list("bias", Type::int32, trees.bias, fixed_point)};
  const TensorIndex logits = add("logits", Type::int8, labels,
                                 {.scale = {1.0F / (1 << logit_bits)}, .zero_point = {127}}, {});
  const TensorIndex scores =
      add("scores", Type::int8, labels, {.scale = {1.0F / 256}, .zero_point = {-128}}, {});
  graph.operators = {{TreeEnsemble{}, std::move(inputs), {logits}},
                     {Softmax{}, {logits}, {scores}}};
  graph.inputs = {input};
  graph.outputs = {scores};
  SENGI_CHECK(check(graph));
  return graph;
}

}  // namespace sengi::model
