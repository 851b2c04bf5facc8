// SPDX-License-Identifier: Apache-2.0
#include "quantize/post_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "base/files.h"
#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "model/tflite.h"
#include "quantize/repair.h"

namespace sengi::quantize {
namespace {

using model::from_bytes;
using model::Graph;
using model::TensorIndex;
using model::TestGraph;
using model::to_bytes;
using model::Type;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

Inputs random_inputs(const Graph& graph, std::size_t count) {
  TestGraph random(Type::float32, 7);
  Inputs inputs;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<float> values(graph.tensors[static_cast<std::size_t>(graph.inputs[0])].elements());
    for (float& value : values) value = static_cast<float>(random.real(-1, 1));
    inputs.push_back(to_bytes(values));
  }
  return inputs;
}

PostTraining quantized(const Graph& graph, const Inputs& inputs) {
  auto result = quantize_after_training(graph, inputs);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return std::move(result).value();
}

// Scales row or column `c` of a matrix in place.
void scale_weights(Graph& graph, TensorIndex index, std::size_t c, bool row, float factor) {
  model::Tensor& tensor = graph.tensors[static_cast<std::size_t>(index)];
  auto values = from_bytes<float>(tensor.data);
  const auto columns = static_cast<std::size_t>(tensor.shape.back());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if ((row ? i / columns : i % columns) == c) values[i] *= factor;
  }
  tensor.data = to_bytes(values);
}

TEST(PostTraining, TakesTheFirstRungThatAgrees) {
  const Graph graph = model::small_network(Type::float32, 1);
  const PostTraining result = quantized(graph, random_inputs(graph, 60));
  EXPECT_TRUE(result.verdict().ok());
  EXPECT_EQ(result.attempts.size(), 1U);
  EXPECT_EQ(result.chosen().rung, "ranges seen");
  EXPECT_TRUE(result.classes);
  EXPECT_EQ(result.calibration_inputs, 30U);
  EXPECT_EQ(result.held_out_inputs, 30U);
  EXPECT_EQ(result.chosen().noise.layers.size(), graph.operators.size());
  for (const LayerNoise& layer : result.chosen().noise.layers) EXPECT_GT(layer.sqnr_db, 15);
  EXPECT_EQ(result.graph.tensors[0].type, Type::int8);
  EXPECT_TRUE(model::check(result.graph).ok());
}

TEST(PostTraining, HoldsNothingOutOfAFewInputs) {
  const Graph graph = model::small_network(Type::float32, 1);
  const PostTraining result = quantized(graph, random_inputs(graph, 3));
  EXPECT_EQ(result.calibration_inputs, 3U);
  EXPECT_EQ(result.held_out_inputs, 0U);
}

// A feature that the network does not look at goes astray once.
TEST(PostTraining, LeavesOutAnOutlierByPercentile) {
  TestGraph g(Type::float32, 2);
  Graph graph = g.finish({g.dense(g.input({1, 64}), 4)});
  scale_weights(graph, 1, 0, false, 0);
  Inputs inputs = random_inputs(graph, 400);
  auto astray = from_bytes<float>(inputs[10]);
  astray[0] = 1000;
  inputs[10] = to_bytes(astray);
  const PostTraining result = quantized(graph, inputs);
  EXPECT_FALSE(result.classes);
  EXPECT_LT(result.attempts[0].noise.output_db, 10);
  EXPECT_EQ(result.chosen().rung, "ranges of 99.99 % of values");
  EXPECT_GT(result.chosen().noise.output_db, 30);
}

// Weights a thousand times as large as others in one channel, taken back by the next layer.
Graph uneven_channels(bool through_add) {
  TestGraph g(Type::float32, 3);
  TensorIndex hidden = g.dense(g.input({1, 16}), 8, {model::Activation::relu});
  if (through_add) hidden = g.add(hidden, hidden);
  Graph graph = g.finish({g.dense(hidden, 8)});
  scale_weights(graph, 1, 0, true, 1000);
  auto bias = from_bytes<float>(graph.tensors[2].data);
  bias[0] *= 1000;
  graph.tensors[2].data = to_bytes(bias);
  scale_weights(graph, graph.operators.back().inputs[1], 0, false, 0.001F);
  return graph;
}

TEST(PostTraining, EqualisesChannels) {
  const Graph graph = uneven_channels(false);
  const PostTraining result = quantized(graph, random_inputs(graph, 100));
  EXPECT_LT(result.attempts[0].noise.output_db, 15);
  EXPECT_THAT(result.chosen().rung, StartsWith("equalised"));
  EXPECT_GT(result.chosen().noise.output_db, 30);
  EXPECT_TRUE(result.verdict().ok());
}

TEST(PostTraining, RefusesWhatNoRungRepairsAndNamesTheWorstLayer) {
  const Graph graph = uneven_channels(true);
  const PostTraining result = quantized(graph, random_inputs(graph, 100));
  EXPECT_EQ(result.attempts.size(), 5U);
  const auto verdict = result.verdict();
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().outcome, Outcome::no);
  EXPECT_THAT(verdict.error().message,
              AllOf(HasSubstr("operator 2, FULLY_CONNECTED"), HasSubstr("20 are needed")));
}

TEST(Equalize, LeavesTheAnswersAsTheyAre) {
  const Graph graph = uneven_channels(false);
  const Inputs inputs = random_inputs(graph, 20);
  auto equal = equalize(graph, inputs);
  ASSERT_TRUE(equal.ok());
  EXPECT_FALSE(equal.value() == graph);
  auto before = model::Interpreter::make(graph);
  auto after = model::Interpreter::make(equal.value());
  for (const auto& input : inputs) {
    const auto right = from_bytes<float>(before.value().run(input));
    const auto ours = from_bytes<float>(after.value().run(input));
    for (std::size_t i = 0; i < right.size(); ++i) EXPECT_NEAR(ours[i], right[i], 1e-4);
  }
}

// Weights of 0.4 steps beside one of 127: all round down, and the output lacks what they add up to.
TEST(CorrectBiases, TakesOutTheMeanError) {
  TestGraph g(Type::float32, 4);
  Graph graph = g.finish({g.dense(g.input({1, 64}), 1)});
  std::vector<float> weights(64, 0.4F);
  weights[0] = 127;
  graph.tensors[1].data = to_bytes(weights);
  Inputs inputs;
  for (int i = 0; i < 20; ++i) {
    std::vector<float> values(64, 1.0F + 0.01F * static_cast<float>(i));
    values[0] = 0.1F;
    inputs.push_back(to_bytes(values));
  }
  auto seen = Observation::make(graph, inputs);
  ASSERT_TRUE(seen.ok());
  const auto ranges = seen.value().extremes();
  const auto plain = quantize(graph, ranges);
  const auto corrected = correct_biases(graph, ranges, inputs);
  ASSERT_TRUE(plain.ok() && corrected.ok());
  const auto decibels = [&](const Graph& int8) {
    return measure_noise(graph, int8, inputs, false).value().output_db;
  };
  EXPECT_LT(decibels(plain.value()), 10);
  EXPECT_GT(decibels(corrected.value()), 20);
}

// What has to share a scale is brought to it; a class found by ARG_MAX stays a whole number.
TEST(PostTraining, RescalesWhatIsPutTogether) {
  TestGraph g(Type::float32, 6);
  Graph graph = g.finish({g.dense(g.input({1, 8}), 4)});
  const TensorIndex scores = graph.outputs[0];
  const auto append = [&](const char* name, Type type, const model::Shape& shape) {
    graph.tensors.push_back({name, type, shape, {}, {}});
    return static_cast<TensorIndex>(graph.tensors.size() - 1);
  };
  const TensorIndex gate = append("gate", Type::float32, {1, 4});
  const TensorIndex both = append("both", Type::float32, {1, 8});
  const TensorIndex best = append("best", Type::int32, {1});
  graph.operators.push_back({model::Logistic{}, {scores}, {gate}});
  graph.operators.push_back({model::Concatenation{1}, {scores, gate}, {both}});
  graph.operators.push_back({model::ArgMax{1}, {both}, {best}});
  graph.outputs = {best};
  const PostTraining result = quantized(graph, random_inputs(graph, 20));
  EXPECT_TRUE(result.classes);
  const auto kinds = [&] {
    std::size_t count = 0;
    for (const model::Operator& op : result.graph.operators) {
      count += std::holds_alternative<model::Quantize>(op.kind) ? 1 : 0;
    }
    return count;
  };
  EXPECT_GE(kinds(), 1U);
  EXPECT_TRUE(model::check(result.graph).ok());
  EXPECT_GT(result.chosen().noise.same_answer.value_or(0), 0.8);
}

TEST(SplitInputs, RefusesWhatIsNoFloatInput) {
  const Graph graph = model::small_network(Type::float32, 1);
  const std::vector<std::byte> odd(961);
  const auto cut = split_inputs(graph, odd, "in.bin");
  ASSERT_FALSE(cut.ok());
  EXPECT_THAT(cut.error().message, HasSubstr("in.bin: has 961 bytes, which is not a whole number"));
  std::vector<float> values(240, 0);
  EXPECT_TRUE(split_inputs(graph, to_bytes(values), "in.bin").ok());
  values[7] = std::nanf("");
  const auto broken = split_inputs(graph, to_bytes(values), "in.bin");
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.error().message, HasSubstr("value 7 is not finite"));
}

// Networks of others, on the inputs that their goldens were made with.
TEST(PostTraining, AgreesOnRealModels) {
  const std::filesystem::path data = SENGI_SHARED_DATA;
  if (!std::filesystem::exists(data / "tflite_golden")) GTEST_SKIP() << "no shared data";
  for (const std::string name : {"ad01_fp32", "pretrainedResnet", "vww_96_float"}) {
    const auto graph = model::read_tflite(data / "tflite_models/tiny" / (name + ".tflite"));
    const auto bytes = read_file(data / "tflite_golden" / ("tiny_" + name + ".in"));
    ASSERT_TRUE(graph.ok() && bytes.ok());
    const auto inputs = split_inputs(graph.value(), bytes.value(), name);
    ASSERT_TRUE(inputs.ok()) << inputs.error().message;
    const PostTraining result = quantized(graph.value(), inputs.value());
    EXPECT_TRUE(result.verdict().ok()) << result.verdict().error().message;
    const auto file = model::write_tflite(result.graph);
    EXPECT_TRUE(model::read_tflite(file, name).ok());
  }
}

}  // namespace
}  // namespace sengi::quantize
