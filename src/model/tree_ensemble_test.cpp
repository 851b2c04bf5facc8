// SPDX-License-Identifier: Apache-2.0
#include "model/tree_ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>

#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "model/tflite.h"

namespace sengi::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TreeNode split(std::int32_t feature, std::int32_t threshold, std::size_t left, std::size_t right) {
  return {.feature = feature, .threshold = threshold, .left = left, .right = right};
}
TreeNode leaf(std::int16_t margin) { return {.margin = margin}; }

// The tree of the header's picture for label 1 and a single leaf for label 2, of three labels, in
// steps of 1/256.
Trees pictured() {
  return {.name = "trees",
          .input_shape = {1, 4},
          .input = {.scale = {0.03125F}, .zero_point = {0}},
          .margin_bits = 8,
          .bias = {0, 16, -16},
          .trees = {{.label = 1,
                     .nodes = {split(3, 10, 1, 4), split(0, -5, 2, 3), leaf(100), leaf(-200),
                               split(1, 2, 5, 6), leaf(300), leaf(-400)}},
                    {.label = 2, .nodes = {leaf(80)}}}};
}

Graph whole(const Trees& trees) {
  auto graph = tree_graph(trees);
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return std::move(graph).value();
}

const Tensor& list(const Graph& graph, std::size_t input) {
  return graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[input])];
}

// What the first operator gives.
std::vector<std::int8_t> logits(const Graph& graph, const std::vector<std::int8_t>& input) {
  auto interpreter = Interpreter::make(graph);
  EXPECT_TRUE(interpreter.ok()) << interpreter.error().message;
  interpreter.value().run(to_bytes(input));
  const auto bytes = interpreter.value().tensor(graph.operators[0].outputs[0]);
  return from_bytes<std::int8_t>({bytes.begin(), bytes.end()});
}

TEST(SplitFormat, KeepsAllOfASplitInItsBits) {
  const SplitFormat format(4);
  EXPECT_EQ(format.feature_bits(), 2);
  EXPECT_EQ(format.most_right(), (1 << 21) - 1);
  EXPECT_EQ(format.pack({.feature = 3, .threshold = 10, .right = 2, .right_is_leaf = false}),
            10U + 512 * 3 + 2048 * 2);
  EXPECT_EQ(format.pack({.feature = 0, .threshold = -5, .right = 1, .right_is_leaf = true}),
            251U + 256 + 2048);
  for (const std::size_t features : {1U, 2U, 256U, 257U, 65536U}) {
    const SplitFormat other(features);
    const TreeSplit extreme{.feature = static_cast<std::int32_t>(features - 1),
                            .threshold = -128,
                            .right = other.most_right(),
                            .right_is_leaf = true};
    EXPECT_EQ(other.unpack(other.pack(extreme)), extreme) << features;
  }
}

TEST(TreeGraph, StandsParentFirstThenLeftThenRight) {
  const Graph graph = whole(pictured());
  EXPECT_THAT(from_bytes<std::int32_t>(list(graph, TreeInputs::splits).data),
              ElementsAre(10 + 512 * 3 + 2048 * 2, 251 + 256 + 2048, 2 + 256 + 512 + 2048));
  EXPECT_THAT(from_bytes<std::int16_t>(list(graph, TreeInputs::margins).data),
              ElementsAre(100, -200, 300, -400, 80));
  EXPECT_THAT(from_bytes<std::int16_t>(list(graph, TreeInputs::sizes).data), ElementsAre(3, 0));
}

// Sums 0, 16 + the leaf, and 64: in steps of 8, below the highest.
TEST(TreeEnsembleOperator, AddsTheLeavesThatFeaturesComeTo) {
  const Graph graph = whole(pictured());
  EXPECT_THAT(logits(graph, {-6, 0, 0, 9}), ElementsAre(127 - 15, 127, 127 - 7));  // 0 116 64
  EXPECT_THAT(logits(graph, {-5, 0, 0, 9}), ElementsAre(127 - 8, 127 - 31, 127));  // 0 -184 64
  EXPECT_THAT(logits(graph, {-6, 1, 0, 10}), ElementsAre(127 - 40, 127, 127 - 32));
  EXPECT_THAT(logits(graph, {-6, 2, 0, 127}), ElementsAre(127 - 8, 127 - 56, 127));  // 0 -384 64
}

TEST(TreeEnsembleOperator, NeverMakesALowerSumEqual) {
  Trees trees = pictured();
  trees.trees.clear();
  trees.margin_bits = 24;
  trees.bias = {5, 4, 5, 5 - (3 << 18), 5 - (1 << 28)};
  EXPECT_THAT(logits(whole(trees), {0, 0, 0, 0}), ElementsAre(127, 126, 127, 125, -128));
}

TEST(TreeGraph, RefusesWhatIsNoTree) {
  const auto fault = [](const std::function<void(Trees&)>& change) {
    Trees trees = pictured();
    change(trees);
    const auto graph = tree_graph(trees);
    return graph.ok() ? std::string() : graph.error().message;
  };
  EXPECT_THAT(fault([](Trees& t) { t.trees[0].nodes[1].left = 0; }), HasSubstr("no tree"));
  EXPECT_THAT(fault([](Trees& t) { t.trees[0].nodes[1].left = 7; }), HasSubstr("no tree"));
  EXPECT_THAT(fault([](Trees& t) { t.trees[0].nodes[0].feature = 4; }), HasSubstr("feature 4"));
  EXPECT_THAT(fault([](Trees& t) { t.trees[0].nodes[0].threshold = 128; }), HasSubstr("below 128"));
  EXPECT_THAT(fault([](Trees& t) { t.trees[0].label = 3; }), HasSubstr("label 3 of 3"));
  EXPECT_THAT(fault([](Trees& t) { t.input_shape = {1, 65537}; }), HasSubstr("65536 features"));
  EXPECT_THAT(fault([](Trees& t) { t.bias.resize(257); }), HasSubstr("257 labels"));
}

TEST(TreeGraph, RefusesLeftSidesBeyondTheirBits) {
  Trees trees = pictured();
  trees.input_shape = {1, 65536};  // 7 bits: 126 splits on the left
  DecisionTree& chain = trees.trees[0];
  chain.nodes = {leaf(0)};
  const auto add_above = [&] {
    chain.nodes.insert(chain.nodes.begin(), {split(0, 0, 2, 1), leaf(0)});
    for (std::size_t i = 2; i < chain.nodes.size(); ++i) {
      if (chain.nodes[i].feature < 0) continue;
      chain.nodes[i].left += 2;
      chain.nodes[i].right += 2;
    }
  };
  for (int i = 0; i < 127; ++i) add_above();
  EXPECT_TRUE(tree_graph(trees).ok());
  add_above();
  const auto graph = tree_graph(trees);
  ASSERT_FALSE(graph.ok());
  EXPECT_THAT(graph.error().message, HasSubstr("127 splits on one's left side; 126"));
}

// A hostile file's lists, each fault by operator and tensor.
TEST(TreeEnsembleOperator, RefusesHostileLists) {
  const auto fault = [](std::size_t input, const std::function<void(Tensor&)>& change) {
    Graph graph = whole(pictured());
    change(graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[input])]);
    const auto read = read_tflite(write_tflite(graph), "file");
    return read.ok() ? std::string() : read.error().message;
  };
  const SplitFormat format(4);
  const auto fault_of_split = [&](std::size_t at, const std::function<void(TreeSplit&)>& change) {
    return fault(TreeInputs::splits, [&](Tensor& tensor) {
      auto words = from_bytes<std::uint32_t>(tensor.data);
      TreeSplit changed = format.unpack(words[at]);
      change(changed);
      words[at] = format.pack(changed);
      tensor.data = to_bytes(words);
    });
  };
  const std::string splits = "operator 0, TREE_ENSEMBLE 'logits': list of splits 'splits' ";
  EXPECT_THAT(fault_of_split(1, [](TreeSplit& s) { s.right = 0; }),
              HasSubstr(splits + "has split 1, of tree 0, whose right side begins 0 on"));
  EXPECT_THAT(fault_of_split(1, [](TreeSplit& s) { s.right = 2; }), HasSubstr("begins 2 on"));
  EXPECT_THAT(fault_of_split(0, [](TreeSplit& s) { s.right = 4; }), HasSubstr("begins 4 on"));
  EXPECT_THAT(fault_of_split(0, [](TreeSplit& s) { s.right = (1 << 21) - 1; }),
              HasSubstr("begins"));
  EXPECT_THAT(fault_of_split(0, [](TreeSplit& s) { s.right_is_leaf = true; }),
              HasSubstr("is a leaf and has splits"));
  EXPECT_THAT(fault_of_split(2, [](TreeSplit& s) { s.right_is_leaf = false; }),
              HasSubstr("is no leaf and has no split"));

  const auto fault_of_numbers = [&]<typename Number>(std::size_t input,
                                                     const std::vector<Number>& numbers) {
    return fault(input, [&](Tensor& tensor) { tensor.data = to_bytes(numbers); });
  };
  const std::string sizes = "list of tree sizes 'tree_sizes' ";
  EXPECT_THAT(fault_of_numbers(TreeInputs::sizes, std::vector<std::int16_t>{4, 0}),
              HasSubstr(sizes + "has a tree, 0, of 4 splits where 3 are left"));
  EXPECT_THAT(fault_of_numbers(TreeInputs::sizes, std::vector<std::int16_t>{3, -1}),
              HasSubstr(sizes + "has a tree, 1, of -1 splits"));
  EXPECT_THAT(fault_of_numbers(TreeInputs::sizes, std::vector<std::int16_t>{0, 0}),
              HasSubstr("has 3 splits; its trees have 0"));
  EXPECT_THAT(fault_of_numbers(TreeInputs::labels, std::vector<std::uint8_t>{1, 3}),
              HasSubstr("list of labels 'tree_labels' has a tree, 1, of label 3 of 3"));
  EXPECT_THAT(fault_of_numbers(TreeInputs::bias, std::vector<std::int32_t>{0, 0, (1 << 28) + 1}),
              HasSubstr("bias 'bias' has a value of 268435457"));
  EXPECT_THAT(fault(TreeInputs::margins, [](Tensor& t) { t.quantization.scale = {0.003F}; }),
              HasSubstr("list of margins 'margins' needs one scale, a power of two"));
  EXPECT_THAT(fault(TreeInputs::bias, [](Tensor& t) { t.quantization.scale = {0.5F}; }),
              HasSubstr("bias 'bias' has not the scale of the margins"));
  EXPECT_THAT(fault(TreeInputs::sizes,
                    [](Tensor& t) {
                      t.quantization = {{1}, {0}, 0};
                    }),
              HasSubstr(sizes + "has a scale"));
}

TEST(TreeEnsembleOperator, RefusesAFeatureThatIsNotThere) {
  Trees trees = pictured();
  trees.input_shape = {1, 3};
  trees.trees[0].nodes[0].feature = 2;
  Graph graph = whole(trees);
  const SplitFormat format(3);
  Tensor& splits = graph.tensors[1];
  auto words = from_bytes<std::uint32_t>(splits.data);
  words[0] = format.pack({.feature = 3, .threshold = 10, .right = 2, .right_is_leaf = false});
  splits.data = to_bytes(words);
  const auto checked = check(graph);
  ASSERT_FALSE(checked.ok());
  EXPECT_THAT(checked.error().message, HasSubstr("has split 0, of tree 0, by feature 3 of 3"));
}

// Any bits at all in the lists: refused, or walked without leaving them.
TEST(TreeEnsembleOperator, SurvivesAnyBits) {
  std::mt19937 random(1);
  const Graph graph = whole(pictured());
  std::size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    Graph changed = graph;
    Tensor& tensor = changed.tensors[1 + random() % 5];
    tensor.data[random() % tensor.data.size()] ^= static_cast<std::byte>(1U << random() % 8);
    auto interpreter = Interpreter::make(changed);
    if (!interpreter.ok()) continue;
    ++accepted;
    interpreter.value().run(to_bytes(std::vector<std::int8_t>{-6, 2, 0, 10}));
  }
  EXPECT_GT(accepted, 1000U);
  EXPECT_LT(accepted, 19'000U);
}

}  // namespace
}  // namespace sengi::model
