// SPDX-License-Identifier: Apache-2.0
// The network in libtorch against the reference interpreter: two implementations that share
// nothing.
#include "train/learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "model/interpreter.h"
#include "quantize/quantize.h"
#include "train/architectures.h"
#include "train/random.h"

namespace sengi::train {
namespace {

using ::testing::HasSubstr;

// Matrices in which each label raises its own rows over noise.
Examples striped(std::size_t count, signal::FeatureShape shape, std::int32_t labels,
                 std::uint64_t seed) {
  const auto columns = static_cast<std::size_t>(shape.height);
  const auto size = static_cast<std::size_t>(shape.width * shape.channels);
  Examples examples{columns * size, {}, {}};
  Random random({seed});
  for (std::size_t i = 0; i < count; ++i) {
    const auto label = static_cast<std::int32_t>(i % static_cast<std::size_t>(labels));
    examples.labels.push_back(label);
    for (std::size_t column = 0; column < columns; ++column) {
      const bool raised = static_cast<std::int32_t>(column) % labels == label;
      for (std::size_t k = 0; k < size; ++k) {
        const float value = 25 * random.noise() + (raised ? 40.0F : -10.0F);
        examples.features.push_back(static_cast<std::int8_t>(std::clamp(value, -128.0F, 127.0F)));
      }
    }
  }
  return examples;
}

std::vector<float> float_scores(const model::Graph& graph, const Examples& examples) {
  auto interpreter = model::Interpreter::make(graph);
  EXPECT_TRUE(interpreter.ok()) << interpreter.error().message;
  std::vector<float> all;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    std::vector<float> input;
    for (const std::int8_t q : examples.features_of(i)) {
      input.push_back(static_cast<float>(q) * feature_scale);
    }
    const auto output = interpreter.value().run(std::as_bytes(std::span(input)));
    const std::size_t before = all.size();
    all.resize(before + output.size() / sizeof(float));
    std::memcpy(all.data() + before, output.data(), output.size());
  }
  return all;
}

std::vector<float> int8_scores(const model::Graph& graph, const Examples& examples) {
  auto interpreter = model::Interpreter::make(graph);
  EXPECT_TRUE(interpreter.ok()) << interpreter.error().message;
  std::vector<float> all;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    for (const std::byte b : interpreter.value().run(std::as_bytes(examples.features_of(i)))) {
      all.push_back((static_cast<float>(static_cast<std::int8_t>(b)) + 128) / 256);
    }
  }
  return all;
}

float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  float largest = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

// Share of examples for which both sets of scores [examples, labels] are highest at one label.
double agreement(const std::vector<float>& a, const std::vector<float>& b, std::size_t labels) {
  std::size_t same = 0;
  for (std::size_t i = 0; i < a.size(); i += labels) {
    const auto highest = [&](const std::vector<float>& scores) {
      const auto first = scores.begin() + static_cast<std::ptrdiff_t>(i);
      return std::max_element(first, first + static_cast<std::ptrdiff_t>(labels)) - first;
    };
    same += highest(a) == highest(b) ? 1 : 0;
  }
  return static_cast<double>(same * labels) / static_cast<double>(a.size());
}

model::Graph small_network(signal::FeatureShape shape, std::size_t labels,
                           const std::string& architecture = "ds-cnn") {
  auto graph = build_network(
      {.architecture = architecture, .channels = 12, .blocks = 2, .kernel_columns = 5}, shape,
      labels);
  EXPECT_TRUE(graph.ok());
  return graph.value();
}

void teach(Learner& learner, const Examples& examples, int passes, double rate) {
  for (int pass = 0; pass < passes; ++pass) {
    for (std::size_t begin = 0; begin < examples.size(); begin += 32) {
      learner.step(examples.slice(begin, std::min(examples.size(), begin + 32)), rate);
    }
  }
}

// A graph of one input and of layers given one by one, to try each kind of window.
class GraphBuilder {
 public:
  explicit GraphBuilder(model::Shape input) { last_ = add("input", std::move(input)); }

  template <typename Kind>
  GraphBuilder& layer(Kind kind, model::Shape weights, model::Shape output) {
    const model::TensorIndex input = last_;
    const std::int32_t biases = output.back();
    const auto weight = constant(std::move(weights));
    const auto bias = constant({biases});
    last_ = add("layer", std::move(output));
    graph_.operators.push_back({kind, {input, weight, bias}, {last_}});
    return *this;
  }
  template <typename Kind>
  GraphBuilder& plain(Kind kind, model::Shape output) {
    const model::TensorIndex input = last_;
    last_ = add("plain", std::move(output));
    graph_.operators.push_back({kind, {input}, {last_}});
    return *this;
  }
  // Adds the value `back` operators ago to the last one.
  GraphBuilder& add_from(std::size_t back) {
    const auto other = graph_.operators[graph_.operators.size() - back].outputs[0];
    const auto last = last_;
    last_ = add("sum", graph_.tensors[static_cast<std::size_t>(last)].shape);
    graph_.operators.push_back(
        {model::Add{.activation = model::Activation::relu}, {last, other}, {last_}});
    return *this;
  }
  model::Graph finish(std::int32_t labels, std::int32_t inputs) {
    layer(model::FullyConnected{}, {labels, inputs}, {1, labels});
    plain(model::Softmax{}, {1, labels});
    graph_.inputs = {0};
    graph_.outputs = {last_};
    return graph_;
  }

 private:
  model::TensorIndex add(const std::string& name, model::Shape shape) {
    model::Tensor& tensor = graph_.tensors.emplace_back();
    tensor.name = name + std::to_string(graph_.tensors.size());
    tensor.type = model::Type::float32;
    tensor.shape = std::move(shape);
    return static_cast<model::TensorIndex>(graph_.tensors.size() - 1);
  }
  model::TensorIndex constant(model::Shape shape) {
    const auto index = add("constant", std::move(shape));
    graph_.tensors.back().data.resize(graph_.tensors.back().bytes());
    return index;
  }

  model::Graph graph_;
  model::TensorIndex last_;
};

// Networks that end in scores.
std::vector<std::string> classifiers() {
  std::vector<std::string> names = network_names();
  std::erase(names, "autoencoder");
  return names;
}

// Batch normalisation once took the spread of a single value, which is no number, from the last
// batch of an epoch.
TEST(Learner, ABatchOfOneLeavesTheNetworkSound) {
  const signal::FeatureShape shape{1, 12};
  const Examples examples = striped(33, shape, 3, 4);
  auto learner = Learner::make(small_network(shape, 3, "dense"), {.seed = 5});
  ASSERT_TRUE(learner.ok());
  teach(learner.value(), examples, 2, 0.01);  // 32 examples and one
  EXPECT_TRUE(std::isfinite(learner.value().evaluate(examples).mean_loss()));
}

class EveryArchitecture : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Learner, EveryArchitecture, ::testing::ValuesIn(classifiers()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(EveryArchitecture, LearnsAndItsFoldedGraphGivesTheSameScoresInTheInterpreter) {
  const signal::FeatureShape shape{20, 10};
  const Examples examples = striped(256, shape, 4, 1);
  auto learner = Learner::make(small_network(shape, 4, GetParam()), {.dropout = 0.1, .seed = 5});
  ASSERT_TRUE(learner.ok()) << learner.error().message;
  const double before = learner.value().evaluate(examples).mean_loss();
  // Gates that begin by keeping what they hold open slowly.
  teach(learner.value(), examples, GetParam() == "gru" ? 24 : 16, 0.01);
  const Tally after = learner.value().evaluate(examples);
  EXPECT_GT(after.accuracy(), 0.95);
  EXPECT_LT(after.mean_loss(), 0.5 * before);

  const Examples fresh = striped(64, shape, 4, 2);
  const auto unfolded = learner.value().scores(fresh);
  EXPECT_LT(largest_difference(unfolded, float_scores(learner.value().graph(), fresh)), 1e-4F);
}

TEST(Learner, RealisesEveryKindOfWindow) {
  using namespace model;
  const std::vector<Graph> graphs = {
      // Even kernels and odd sizes: padding is uneven.
      GraphBuilder({1, 9, 7, 2})
          .layer(Conv2D{.stride_h = 2, .stride_w = 2, .activation = Activation::relu6},
                 {4, 4, 2, 2}, {1, 5, 4, 4})
          .layer(DepthwiseConv2D{.stride_h = 2, .stride_w = 1, .depth_multiplier = 2}, {1, 3, 2, 8},
                 {1, 3, 4, 8})
          .finish(3, 96),
      // Without padding, dilated, and a mean over windows with padding.
      GraphBuilder({1, 12, 11, 1})
          .layer(Conv2D{.padding = Padding::valid,
                        .dilation_h = 2,
                        .activation = Activation::relu_n1_to_1},
                 {3, 3, 3, 1}, {1, 8, 9, 3})
          .plain(AveragePool2D{.padding = Padding::same,
                               .stride_h = 2,
                               .stride_w = 2,
                               .filter_h = 3,
                               .filter_w = 3},
                 {1, 4, 5, 3})
          .plain(Reshape{}, {1, 60})
          .finish(5, 60),
      // A branch that is added again, and a reshape between two layouts.
      GraphBuilder({1, 6, 4, 2})
          .layer(Conv2D{.activation = Activation::relu}, {4, 3, 3, 2}, {1, 6, 4, 4})
          .layer(DepthwiseConv2D{}, {1, 3, 3, 4}, {1, 6, 4, 4})
          .add_from(2)
          .plain(AveragePool2D{.stride_h = 2, .stride_w = 2, .filter_h = 2, .filter_w = 2},
                 {1, 3, 2, 4})
          .plain(Reshape{}, {1, 2, 3, 4})
          .layer(Conv2D{.padding = Padding::valid}, {3, 2, 2, 4}, {1, 1, 2, 3})
          .finish(2, 6),
  };
  for (const Graph& graph : graphs) {
    ASSERT_TRUE(check(graph).ok()) << check(graph).error().message;
    const Shape& input = graph.tensors[0].shape;
    const auto labels = static_cast<std::int32_t>(graph.tensors.back().shape.back());
    const Examples examples = striped(32, {input[1], input[2] * input[3]}, labels, 3);
    auto learner = Learner::make(graph, {.seed = 11});
    ASSERT_TRUE(learner.ok()) << learner.error().message;
    teach(learner.value(), examples, 3, 0.01);
    const auto scores = learner.value().scores(examples);
    EXPECT_LT(largest_difference(scores, float_scores(learner.value().graph(), examples)), 1e-4F);
  }
}

TEST_P(EveryArchitecture, FakeQuantisationIsWhatTheInt8GraphComputes) {
  const signal::FeatureShape shape{20, 10};
  const Examples examples = striped(256, shape, 4, 1);
  auto made = Learner::make(small_network(shape, 4, GetParam()), {.seed = 5});
  ASSERT_TRUE(made.ok());
  Learner& learner = made.value();
  teach(learner, examples, 8, 0.01);
  const auto before = learner.scores(examples);
  learner.start_quantized(examples);
  EXPECT_LT(largest_difference(before, float_scores(learner.float_graph(), examples)), 1e-4F);
  teach(learner, examples, 2, 0.0003);
  learner.let_ranges_move(false);
  const auto ranges = learner.ranges();
  teach(learner, examples, 1, 0.0003);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_EQ(ranges[i].highest, learner.ranges()[i].highest);
  }

  const auto int8_graph = quantize::quantize(learner.graph(), learner.ranges());
  ASSERT_TRUE(int8_graph.ok()) << int8_graph.error().message;
  const model::Tensor& input =
      int8_graph.value().tensors[static_cast<std::size_t>(int8_graph.value().inputs[0])];
  EXPECT_FLOAT_EQ(input.quantization.scale[0], feature_scale);
  EXPECT_EQ(input.quantization.zero_point[0], 0);

  const Examples fresh = striped(128, shape, 4, 9);
  const auto faked = learner.scores(fresh);
  const auto real = int8_scores(int8_graph.value(), fresh);
  EXPECT_GE(agreement(faked, real, 4), 0.98);
  double sum = 0;
  for (std::size_t i = 0; i < faked.size(); ++i) sum += std::abs(faked[i] - real[i]);
  EXPECT_LT(sum / static_cast<double>(faked.size()), 1.0 / 256);  // a step of the output
  EXPECT_LT(largest_difference(faked, real), 12.0F / 256);
}

// Windows of noise in which each of two channels has one peak at any time; the label is which of
// them came first, so that neither a row nor a sum over rows says it.
Examples ordered(std::size_t count, std::uint64_t seed) {
  constexpr std::size_t rows = 40;
  Examples examples{2 * rows, {}, {}};
  Random random({seed});
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t label = i % 2;
    const std::size_t first = random.below(rows - 4);
    const std::size_t second = first + 4 + random.below(rows - 4 - first);
    std::vector<float> window(2 * rows);
    for (float& value : window) value = 8 * random.noise();
    window[2 * first + label] += 90;
    window[2 * second + 1 - label] += 90;
    for (const float value : window) {
      examples.features.push_back(static_cast<std::int8_t>(std::clamp(value, -128.0F, 127.0F)));
    }
    examples.labels.push_back(static_cast<std::int32_t>(label));
  }
  return examples;
}

TEST(Learner, AGruLearnsAnOrderInTimeWhichADenseNetworkLearnsByHeart) {
  const Examples examples = ordered(256, 1);
  const Examples fresh = ordered(512, 2);
  const auto accuracy = [&](const std::string& architecture, std::int32_t channels) {
    const auto graph = build_network(
        {.architecture = architecture, .channels = channels, .blocks = 1}, {40, 1, 2}, 2);
    EXPECT_TRUE(graph.ok()) << graph.error().message;
    auto learner = Learner::make(graph.value(), {.seed = 5});
    EXPECT_TRUE(learner.ok()) << learner.error().message;
    teach(learner.value(), examples, 40, 0.01);
    EXPECT_GT(learner.value().evaluate(examples).accuracy(), 0.97) << architecture;
    return learner.value().evaluate(fresh).accuracy();
  };
  EXPECT_GT(accuracy("gru", 10), 0.97);
  EXPECT_LT(accuracy("dense", 48), 0.9);
}

TEST(Learner, ResumesToTheBit) {
  const signal::FeatureShape shape{12, 6};
  const Examples examples = striped(96, shape, 3, 4);
  for (const auto& [quantized, architecture] :
       {std::pair{false, "ds-cnn"}, {true, "ds-cnn"}, {false, "gru"}, {true, "gru"}}) {
    SCOPED_TRACE(architecture);
    const LearnerOptions options{.weight_decay = 0.01,
                                 .dropout = 0.3,
                                 .label_smoothing = 0.1,
                                 .weight_averaging = 0.9,
                                 .seed = 8};
    auto straight = Learner::make(small_network(shape, 3, architecture), options);
    ASSERT_TRUE(straight.ok());
    teach(straight.value(), examples, 2, 0.003);
    straight.value().remember();
    if (quantized) {
      straight.value().start_quantized(examples);
      teach(straight.value(), examples, 1, 0.001);
    }
    auto resumed = Learner::make(small_network(shape, 3, architecture), options);
    ASSERT_TRUE(resumed.ok());
    const auto loaded = resumed.value().load(straight.value().save());
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    teach(straight.value(), examples, 2, 0.002);
    teach(resumed.value(), examples, 2, 0.002);
    EXPECT_TRUE(straight.value().graph() == resumed.value().graph());
    straight.value().recall();
    resumed.value().recall();
    EXPECT_TRUE(straight.value().graph() == resumed.value().graph());
    if (quantized) {
      EXPECT_TRUE(straight.value().float_graph() == resumed.value().float_graph());
    }
  }
}

TEST(Learner, WhatIsJudgedIsTheRunningMeanOfTheWeights) {
  const signal::FeatureShape shape{12, 6};
  const Examples examples = striped(96, shape, 3, 4);
  const auto bias_after = [&](double averaging, int passes) {
    auto learner =
        Learner::make(small_network(shape, 3), {.weight_averaging = averaging, .seed = 8});
    EXPECT_TRUE(learner.ok());
    std::vector<std::vector<float>> each;
    for (int pass = 0; pass < passes; ++pass) {
      learner.value().step(examples, 0.01);
      const model::Graph graph = learner.value().graph();
      const auto& op = graph.operators[graph.operators.size() - 2];
      const model::Tensor& bias = graph.tensors[static_cast<std::size_t>(op.inputs[2])];
      each.emplace_back(bias.elements());
      std::memcpy(each.back().data(), bias.data.data(), bias.data.size());
    }
    return each;
  };
  // The same steps; the mean follows what each of them gave, at first faster.
  const auto plain = bias_after(0, 6);
  const auto averaged = bias_after(0.6, 6);
  std::vector<double> mean(plain[0].begin(), plain[0].end());
  for (std::size_t step = 0; step < plain.size(); ++step) {
    const double t = static_cast<double>(step) + 1;
    const double keep = std::min(0.6, (1 + t) / (10 + t));
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] = keep * mean[i] + (1 - keep) * static_cast<double>(plain[step][i]);
      EXPECT_NEAR(averaged[step][i], mean[i], 1e-6) << "step " << step;
    }
  }
}

TEST(Learner, DamagedBytesAreAnError) {
  auto learner = Learner::make(small_network({12, 6}, 3), {});
  ASSERT_TRUE(learner.ok());
  const std::string bytes = learner.value().save();
  EXPECT_FALSE(learner.value().load("").ok());
  EXPECT_FALSE(learner.value().load(bytes.substr(0, bytes.size() / 2)).ok());
  auto other = Learner::make(small_network({12, 6}, 5), {});
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(other.value().load(bytes).ok());
}

TEST(Learner, RefusesAGraphThatIsNotFloat) {
  model::Graph graph = small_network({12, 6}, 3);
  for (model::Tensor& tensor : graph.tensors) tensor.type = model::Type::int8;
  EXPECT_FALSE(Learner::make(graph, {}).ok());
  model::Graph without_softmax = small_network({12, 6}, 3);
  without_softmax.operators.pop_back();
  without_softmax.tensors.pop_back();
  without_softmax.outputs = without_softmax.operators.back().outputs;
  EXPECT_THAT(Learner::make(without_softmax, {}).error().message, HasSubstr("SOFTMAX"));
}

}  // namespace
}  // namespace sengi::train
