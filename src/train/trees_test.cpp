// SPDX-License-Identifier: Apache-2.0
#include "train/trees.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "model/interpreter.h"
#include "model/tree_ensemble.h"
#include "train/booster_trees.h"
#include "train/random.h"

namespace sengi::train {
namespace {

using testing::HasSubstr;

const auto go_on = [] { return false; };
const auto ignore = [](const TreeProgress&) {};

// Labels are clouds around centres, wide enough to overlap.
Examples clouds(std::size_t labels, std::size_t features, std::size_t count, std::uint64_t seed,
                double width = 40) {
  Examples examples;
  examples.feature_size = features;
  for (std::size_t i = 0; i < count; ++i) {
    Random random({seed, i});
    const std::size_t label = random.below(labels);
    Random centre({99, label});
    for (std::size_t k = 0; k < features; ++k) {
      const double value = centre.uniform(-60, 60) + width * static_cast<double>(random.noise());
      examples.features.push_back(static_cast<std::int8_t>(std::clamp(value, -128.0, 127.0)));
    }
    examples.labels.push_back(static_cast<std::int32_t>(label));
  }
  return examples;
}

TrainedTrees trained(const Examples& train, const Examples& validation, std::size_t labels,
                     const TreeOptions& options) {
  auto trees =
      train_trees(train, validation, labels, {1, static_cast<std::int32_t>(train.feature_size)},
                  options, go_on, ignore);
  EXPECT_TRUE(trees.ok()) << trees.error().message;
  return std::move(trees).value();
}

struct Agreement {
  std::size_t same = 0;
  std::size_t right = 0;
  double furthest = 0;
};

// The graph, on the reference interpreter, beside XGBoost's own predictions.
Agreement agreement(const TrainedTrees& trees, const Examples& examples) {
  const auto floats = float_scores(trees, examples, 1);
  EXPECT_TRUE(floats.ok()) << floats.error().message;
  auto interpreter = model::Interpreter::make(trees.graph);
  EXPECT_TRUE(interpreter.ok()) << interpreter.error().message;
  const auto labels = static_cast<std::size_t>(trees.labels);
  Agreement agreement;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto output = interpreter.value().run(std::as_bytes(examples.features_of(i)));
    const auto scores = std::span(floats.value()).subspan(i * labels, labels);
    std::vector<std::int8_t> stored;
    for (std::size_t k = 0; k < labels; ++k) {
      stored.push_back(static_cast<std::int8_t>(output[k]));
      const double score = (stored.back() + 128) / 256.0;
      agreement.furthest =
          std::max(agreement.furthest, std::abs(score - static_cast<double>(scores[k])));
    }
    const auto answer = std::ranges::max_element(stored) - stored.begin();
    agreement.same += answer == std::ranges::max_element(scores) - scores.begin() ? 1 : 0;
    agreement.right += answer == examples.labels[i] ? 1 : 0;
  }
  return agreement;
}

// Steps of 1/32 between logits, to the nearest or for the closest to the next, move a score by
// 3/256 at most; a score's own step and softmax's exponential do the rest.
constexpr double furthest = 5.0 / 256;

struct Case {
  const char* name;
  std::size_t labels;
  std::size_t features;
  TreeOptions options;
};
void PrintTo(const Case& tested, std::ostream* out) { *out << tested.name; }

class TrainedTreesTest : public testing::TestWithParam<Case> {};

TEST_P(TrainedTreesTest, AnswerAsTheFloatModelDoes) {
  const auto& [name, labels, features, options] = GetParam();
  const Examples train = clouds(labels, features, 1500, 1);
  const TrainedTrees trees = trained(train, clouds(labels, features, 500, 2), labels, options);
  const Examples test = clouds(labels, features, 2000, 3);
  const Agreement tested = agreement(trees, test);
  EXPECT_GE(tested.same, 1990U);
  EXPECT_GE(tested.right, 2000 * 6 / 10);
  EXPECT_LE(tested.furthest, furthest);
  // And where no example lies.
  EXPECT_LE(agreement(trees, clouds(labels, features, 500, 4, 120)).furthest, furthest);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, TrainedTreesTest,
    testing::Values(Case{"BoostedOfTwoLabels", 2, 6, {.trees = 60}},
                    Case{"BoostedOfSeven", 7, 20, {.trees = 40, .depth = 3}},
                    Case{"BoostedStumps", 3, 10, {.trees = 100, .depth = 1}},
                    Case{"BoostedOverManyFeatures", 4, 490, {.trees = 10, .depth = 5}},
                    Case{"ForestOfTwoLabels", 2, 6, {.boosted = false, .trees = 50, .depth = 8}},
                    Case{"ForestOfFive", 5, 20, {.boosted = false, .trees = 30, .depth = 8}}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(TrainTrees, StopsAtTheLeastValidationLoss) {
  const Examples train = clouds(3, 5, 200, 1, 90);
  std::vector<TreeProgress> rounds;
  const auto trees = train_trees(train, clouds(3, 5, 200, 2, 90), 3, {1, 5},
                                 {.trees = 400, .depth = 6, .learning_rate = 0.3, .patience = 7},
                                 go_on, [&](const TreeProgress& now) { rounds.push_back(now); });
  ASSERT_TRUE(trees.ok()) << trees.error().message;
  const auto best = std::ranges::min_element(rounds, {}, &TreeProgress::loss);
  EXPECT_EQ(trees.value().rounds, best->round);
  EXPECT_EQ(rounds.size(), static_cast<std::size_t>(best->round) + 7);
  EXPECT_LT(rounds.size(), 400U);
  EXPECT_EQ(rounds.back().rounds, 400);
}

TEST(TrainTrees, SameSeedSameTrees) {
  const Examples train = clouds(3, 5, 300, 1);
  const TreeOptions options{.trees = 10};
  TreeOptions other = options;
  other.seed = 2;
  const auto first = trained(train, {}, 3, options);
  EXPECT_EQ(first.graph, trained(train, {}, 3, options).graph);
  EXPECT_FALSE(first.graph == trained(train, {}, 3, other).graph);
}

// A hundred times as many of one label: the others are found no less.
TEST(TrainTrees, LabelsCountEqually) {
  Examples train = clouds(2, 4, 4000, 1);
  Examples skewed;
  skewed.feature_size = 4;
  std::size_t rare = 0;
  for (std::size_t i = 0; i < train.size(); ++i) {
    if (train.labels[i] == 1 && ++rare % 50 != 0) continue;
    const auto features = train.features_of(i);
    skewed.features.insert(skewed.features.end(), features.begin(), features.end());
    skewed.labels.push_back(train.labels[i]);
  }
  const TrainedTrees trees = trained(skewed, {}, 2, {.trees = 30, .depth = 1});
  Examples test;
  test.feature_size = 4;
  const Examples both = clouds(2, 4, 2000, 5);
  for (std::size_t i = 0; i < both.size(); ++i) {
    if (both.labels[i] != 1) continue;
    const auto features = both.features_of(i);
    test.features.insert(test.features.end(), features.begin(), features.end());
    test.labels.push_back(1);
  }
  EXPECT_GE(agreement(trees, test).right, test.size() * 7 / 10);
}

// Features that say nothing: trees without a split, and still a network.
TEST(TrainTrees, NothingToLearnIsStillANetwork) {
  Examples train;
  train.feature_size = 2;
  train.features.assign(40, 5);
  for (int i = 0; i < 20; ++i) train.labels.push_back(i % 2);
  const TrainedTrees trees = trained(train, {}, 2, {.trees = 3});
  EXPECT_LE(agreement(trees, train).furthest, furthest);
}

TEST(TrainTrees, NamesWhatIsWrong) {
  const Examples train = clouds(3, 5, 100, 1);
  const auto fault = [&](const Examples& examples, std::size_t labels, const model::Shape& shape,
                         const TreeOptions& options) {
    const auto trees = train_trees(examples, {}, labels, shape, options, go_on, ignore);
    return trees.ok() ? std::string() : trees.error().message;
  };
  EXPECT_THAT(fault(train, 1, {1, 5}, {}), HasSubstr("1 labels"));
  EXPECT_THAT(fault(train, 4, {1, 5}, {}), HasSubstr("no examples of label 3"));
  EXPECT_THAT(fault(train, 2, {1, 5}, {}), HasSubstr("an example of label 2 of 2"));
  EXPECT_THAT(fault(train, 3, {1, 6}, {}), HasSubstr("5 features for a network of 6"));
  EXPECT_THAT(fault(train, 3, {1, 5}, {.trees = 0}), HasSubstr("0 trees"));
  EXPECT_THAT(fault(train, 3, {1, 5}, {.depth = 25}), HasSubstr("depth 25"));
  EXPECT_THAT(fault(train, 3, {1, 5}, {.subsample = 0}), HasSubstr("subsample 0"));
  const auto stopped = train_trees(
      train, {}, 3, {1, 5}, {}, [] { return true; }, ignore);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().outcome, Outcome::no);
}

// XGBoost's JSON, as much of it as is read: a tree of label 1 and one of label 0.
std::string json_of(const std::string& first, const std::string& second) {
  return R"({"learner": {"gradient_booster": {"model": {"gbtree_model_param":
           {"num_parallel_tree": "1"}, "tree_info": [0, 1, 2], "trees": [)" +
         first + "," + second + "," + second + "]}}}}";
}

// x0 < 3.2, then on its left x0 < 10 (always so) and x0 < 200 on its right: one split remains,
// at 4.
TEST(DeviceTrees, LoseWhatNoNumberReaches) {
  const std::string tree = R"({"left_children": [1, 3, 5, -1, -1, -1, -1],
    "right_children": [2, 4, 6, -1, -1, -1, -1], "split_indices": [0, 0, 0, 0, 0, 0, 0],
    "split_conditions": [3.2, 10, 200, 0.5, 9, -0.25, 9]})";
  const std::string equal = R"({"left_children": [1, -1, -1], "right_children": [2, -1, -1],
    "split_indices": [1, 0, 0], "split_conditions": [7, 0.125, 0.125]})";
  const auto trees = device_trees(json_of(tree, equal), 1, 3, {1, 2});
  ASSERT_TRUE(trees.ok()) << trees.error().message;
  EXPECT_EQ(trees.value().margin_bits, 11);  // for 9, though it is gone
  EXPECT_THAT(trees.value().bias, testing::ElementsAre(0, 256, 256));
  ASSERT_EQ(trees.value().trees.size(), 1U);
  const auto& nodes = trees.value().trees[0].nodes;
  ASSERT_EQ(nodes.size(), 3U);
  EXPECT_EQ(nodes[0].threshold, 4);
  EXPECT_EQ(nodes[nodes[0].left].margin, 1024);
  EXPECT_EQ(nodes[nodes[0].right].margin, -512);
}

TEST(DeviceTrees, RefuseWhatIsNoModel) {
  for (const char* text : {"", "{", "{}", R"({"learner": 3})"}) {
    const auto trees = device_trees(text, 1, 3, {1, 2});
    ASSERT_FALSE(trees.ok());
    EXPECT_THAT(trees.error().message, HasSubstr("not as expected"));
  }
}

}  // namespace
}  // namespace sengi::train
