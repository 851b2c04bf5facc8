// SPDX-License-Identifier: Apache-2.0
#include "quantize/quantize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/interpreter.h"
#include "model/operator_graphs.h"
#include "model/test_graphs.h"
#include "model/tflite.h"

namespace sengi::quantize {
namespace {

using model::Activation;
using model::from_bytes;
using model::Graph;
using model::Interpreter;
using model::Quantization;
using model::Tensor;
using model::TensorIndex;
using model::TestGraph;
using model::to_bytes;
using model::Type;
using testing::HasSubstr;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

const Tensor& tensor(const Graph& graph, TensorIndex index) {
  return graph.tensors[static_cast<std::size_t>(index)];
}
const Tensor& input_of(const Graph& graph, std::size_t op, std::size_t i) {
  return tensor(graph, graph.operators[op].inputs[i]);
}
const Tensor& output_of(const Graph& graph, std::size_t op) {
  return tensor(graph, graph.operators[op].outputs[0]);
}

std::vector<float> random_input(const Graph& graph, std::uint32_t seed) {
  TestGraph random(Type::float32, seed);
  std::vector<float> values(tensor(graph, graph.inputs[0]).elements());
  for (float& value : values) value = static_cast<float>(random.real(-2, 2));
  return values;
}

// What each tensor was seen to hold over some runs.
std::vector<Range> observed(const Graph& graph, std::uint32_t runs) {
  Interpreter interpreter = Interpreter::make(graph).value();
  std::vector<Range> ranges(graph.tensors.size());
  for (std::uint32_t run = 0; run < runs; ++run) {
    interpreter.run(to_bytes(random_input(graph, run)));
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      for (const float x : from_bytes<float>(interpreter.tensor(static_cast<TensorIndex>(i)))) {
        ranges[i].lowest = std::min(ranges[i].lowest, x);
        ranges[i].highest = std::max(ranges[i].highest, x);
      }
    }
  }
  return ranges;
}

Graph quantized(const Graph& graph, const std::vector<Range>& ranges) {
  auto result = quantize(graph, ranges);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return result.ok() ? std::move(result).value() : Graph();
}

// ---- scales

TEST(ActivationQuantization, HoldsItsRangeAndZeroExactly) {
  for (const Range range : {Range{-1, 1},
                            {0, 6},
                            {-3, 0.5F},
                            {0.01F, 20},
                            {-8, -2},
                            {0, 1e-6F},
                            {-1e30F, 1e30F},
                            {-0.3F, 0.7F}}) {
    const Quantization q = activation_quantization(range);
    ASSERT_TRUE(q.per_tensor());
    const double scale = static_cast<double>(q.scale[0]);
    const std::int32_t zero_point = q.zero_point[0];
    EXPECT_GE(zero_point, -128);
    EXPECT_LE(zero_point, 127);
    // Both ends within half a step of what int8 can say.
    EXPECT_GE(std::min(0.0F, range.lowest) / scale, -128 - zero_point - 0.51);
    EXPECT_LE(std::max(0.0F, range.highest) / scale, 127 - zero_point + 0.51);
    const double extent = static_cast<double>(std::max(0.0F, range.highest)) -
                          static_cast<double>(std::min(0.0F, range.lowest));
    EXPECT_NEAR(extent / scale, 255, 1e-3);
  }
}

TEST(ActivationQuantization, PutsZeroAtTheEndOfOneSidedRanges) {
  EXPECT_EQ(activation_quantization({0, 6}).zero_point[0], -128);
  EXPECT_EQ(activation_quantization({2, 6}).zero_point[0], -128);
  EXPECT_EQ(activation_quantization({-6, 0}).zero_point[0], 127);
  EXPECT_FLOAT_EQ(activation_quantization({0, 6}).scale[0], 6.0F / 255);
}

TEST(ActivationQuantization, HandlesRangesOfNothing) {
  EXPECT_EQ(activation_quantization({0, 0}).scale[0], scale_of_zero);
  EXPECT_EQ(activation_quantization({0, 0}).zero_point[0], -128);
  const float smallest = std::numeric_limits<float>::denorm_min();
  EXPECT_GT(activation_quantization({-smallest, smallest}).scale[0], 0);
}

TEST(WeightQuantization, IsSymmetricByChannelOnAnyAxis) {
  const std::vector<float> weights{1, -2, 3, 0, 0.5F, -0.25F, 0, 0, 0, 0, 0, 127};
  const Quantization rows = weight_quantization(weights, {3, 4}, 0);
  EXPECT_EQ(rows.scale, (std::vector<float>{3.0F / 127, 0.5F / 127, 1}));
  EXPECT_EQ(rows.zero_point, (std::vector<std::int32_t>{0, 0, 0}));
  EXPECT_EQ(rows.axis, 0);
  const Quantization columns = weight_quantization(weights, {1, 3, 1, 4}, 3);
  EXPECT_EQ(columns.scale, (std::vector<float>{1.0F / 127, 2.0F / 127, 3.0F / 127, 1}));
  EXPECT_EQ(columns.axis, 3);
}

TEST(WeightQuantization, GivesAllZeroChannelsAScale) {
  EXPECT_EQ(weight_quantization(std::vector<float>(6), {2, 3}, 0).scale,
            (std::vector<float>{scale_of_zero, scale_of_zero}));
}

// ---- whole graphs

TEST(Quantize, FollowsTheSpecification) {
  const Graph graph = model::small_network(Type::float32, 1);
  const Graph result = quantized(graph, observed(graph, 10));
  const auto whole = check(result);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  ASSERT_EQ(result.tensors.size(), graph.tensors.size());
  for (std::size_t i = 0; i < result.tensors.size(); ++i) {
    EXPECT_EQ(result.tensors[i].name, graph.tensors[i].name);
    EXPECT_EQ(result.tensors[i].shape, graph.tensors[i].shape);
  }
  for (std::size_t op : {0U, 1U, 2U, 6U}) {
    const Tensor& weights = input_of(result, op, 1);
    const Tensor& bias = input_of(result, op, 2);
    const auto channels = static_cast<std::size_t>(output_of(result, op).shape.back());
    EXPECT_EQ(weights.quantization.scale.size(), channels);
    EXPECT_EQ(weights.quantization.axis, op == 1 ? 3 : 0);
    EXPECT_EQ(bias.type, Type::int32);
    const float in = input_of(result, op, 0).quantization.scale[0];
    for (std::size_t c = 0; c < channels; ++c) {
      EXPECT_EQ(weights.quantization.zero_point[c], 0);
      EXPECT_FLOAT_EQ(bias.quantization.scale[c], in * weights.quantization.scale[c]);
    }
    // Each channel's largest weight is at the end of the range, and -128 is never used.
    const auto stored = from_bytes<std::int8_t>(weights.data);
    EXPECT_EQ(std::ranges::count(stored, -128), 0);
    EXPECT_GE(std::ranges::count_if(stored, [](int x) { return std::abs(x) == 127; }),
              static_cast<std::ptrdiff_t>(channels));
  }
}

TEST(Quantize, StoresWeightsAndBiasesWithinHalfAStep) {
  const Graph graph = model::small_network(Type::float32, 2);
  const Graph back = model::dequantized(quantized(graph, observed(graph, 10)));
  const Graph result = quantized(graph, observed(graph, 10));
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (!graph.tensors[i].constant()) continue;
    const auto before = from_bytes<float>(graph.tensors[i].data);
    const auto after = from_bytes<float>(back.tensors[i].data);
    const float coarsest = *std::ranges::max_element(result.tensors[i].quantization.scale);
    for (std::size_t k = 0; k < before.size(); ++k) {
      EXPECT_NEAR(before[k], after[k], coarsest * 0.501F);
    }
  }
}

TEST(Quantize, KeepsScalesWhereTheSpecificationSaysSo) {
  const Graph graph = model::small_network(Type::float32, 3);
  const Graph result = quantized(graph, observed(graph, 10));
  for (std::size_t op : {4U, 5U}) {  // pooling and reshape
    EXPECT_EQ(output_of(result, op).quantization, input_of(result, op, 0).quantization);
  }
  EXPECT_EQ(output_of(result, 7).quantization, (Quantization{{1.0F / 256}, {-128}, 0}));
}

// A range is cut to what the activation lets through, so no step is spent on what cannot occur.
TEST(Quantize, FoldsActivationsIntoRanges) {
  const auto output = [](Activation activation) {
    TestGraph g(Type::float32, 1);
    const TensorIndex in = g.input({1, 4});
    const Graph graph = g.finish({g.dense(in, 3, {.activation = activation})});
    const Graph result = quantized(graph, std::vector<Range>(graph.tensors.size(), {-8, 10}));
    return output_of(result, 0).quantization;
  };
  EXPECT_EQ(output(Activation::none), activation_quantization({-8, 10}));
  EXPECT_EQ(output(Activation::relu), activation_quantization({0, 10}));
  EXPECT_EQ(output(Activation::relu6), activation_quantization({0, 6}));
  EXPECT_EQ(output(Activation::relu_n1_to_1), activation_quantization({-1, 1}));
}

// The int8 answers against the float ones, over fresh inputs: root of the mean square, in
// units of the output's whole range.
double error_of(const Graph& graph, const Graph& result) {
  Interpreter real = Interpreter::make(graph).value();
  Interpreter integer = Interpreter::make(result).value();
  const Quantization& in = tensor(result, result.inputs[0]).quantization;
  const Quantization& out = tensor(result, result.outputs[0]).quantization;
  double sum = 0;
  std::size_t count = 0;
  for (std::uint32_t run = 100; run < 120; ++run) {
    const std::vector<float> input = random_input(graph, run);
    std::vector<std::int8_t> stored;
    for (const float x : input) {
      const float steps = std::round(x / in.scale[0]) + static_cast<float>(in.zero_point[0]);
      stored.push_back(static_cast<std::int8_t>(std::clamp(steps, -128.0F, 127.0F)));
    }
    const auto expected = from_bytes<float>(real.run(to_bytes(input)));
    const auto answers = from_bytes<std::int8_t>(integer.run(to_bytes(stored)));
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const double answer = static_cast<double>(out.scale[0]) * (answers[i] - out.zero_point[0]);
      sum += std::pow(answer - static_cast<double>(expected[i]), 2);
      ++count;
    }
  }
  return std::sqrt(sum / static_cast<double>(count)) / (255 * static_cast<double>(out.scale[0]));
}

TEST(Quantize, AnswersLikeTheFloatGraph) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    const Graph graph = model::small_network(Type::float32, seed);
    EXPECT_LT(error_of(graph, quantized(graph, observed(graph, 100))), 0.01) << seed;
  }
}

TEST(Quantize, SingleLayersLoseLessThanAStep) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    TestGraph g(Type::float32, seed);
    const TensorIndex in = g.input({1, 9, 8, 4});
    Graph graph;
    if (seed % 3 == 0) graph = g.finish({g.conv_2d(in, 5, 3, 3, {.stride_h = 2})});
    if (seed % 3 == 1) graph = g.finish({g.depthwise(in, 3, 3, {.depth_multiplier = 2})});
    if (seed % 3 == 2) graph = g.finish({g.dense(in, 6)});
    EXPECT_LT(error_of(graph, quantized(graph, observed(graph, 100))), 1.0 / 255) << seed;
  }
}

TEST(Quantize, WritesAFileThatReadsBack) {
  const Graph graph = model::small_network(Type::float32, 4);
  const Graph result = quantized(graph, observed(graph, 5));
  const auto again = model::read_tflite(write_tflite(result), result.name);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(again.value() == result);
}

// ---- edges

struct Dense {
  std::vector<float> weights;  // 2 x 2
  std::vector<float> bias;     // 2
};

Graph dense_graph(const Dense& dense) {
  TestGraph g(Type::float32, 1);
  const TensorIndex in = g.input({1, 2});
  Graph graph = g.finish({g.dense(in, 2)});
  graph.tensors[1].data = to_bytes(dense.weights);
  graph.tensors[2].data = to_bytes(dense.bias);
  return graph;
}

std::vector<double> answers(const Graph& result, std::vector<std::int8_t> input) {
  Interpreter interpreter = Interpreter::make(result).value();
  const Quantization& out = tensor(result, result.outputs[0]).quantization;
  std::vector<double> values;
  for (const std::int8_t x : from_bytes<std::int8_t>(interpreter.run(to_bytes(input)))) {
    values.push_back(static_cast<double>(out.scale[0]) * (x - out.zero_point[0]));
  }
  return values;
}

TEST(Quantize, ChannelsOfZeroWeightsKeepTheirBias) {
  const Graph graph = dense_graph({{0, 0, 1, 1}, {0.7F, -0.2F}});
  const Graph result = quantized(graph, {{-1, 1}, {}, {}, {-3, 3}});
  EXPECT_NEAR(answers(result, {55, -12})[0], 0.7, 3.1 / 255);
}

TEST(Quantize, ActivationsThatAreAlwaysZeroKeepWhatFollows) {
  const Graph graph = dense_graph({{0.3F, 0.1F, 1, 1}, {0.7F, -0.2F}});
  const Graph result = quantized(graph, {{0, 0}, {}, {}, {-3, 3}});
  const auto values = answers(result, {-128, -128});
  EXPECT_NEAR(values[0], 0.7, 3.1 / 255);
  EXPECT_NEAR(values[1], -0.2, 3.1 / 255);
  const Graph silent = quantized(graph, {{-1, 1}, {}, {}, {0, 0}});
  EXPECT_NEAR(answers(silent, {3, 4})[0], 0, 1e-3);
}

// Tiny weights beside a large bias: their steps are widened, the bias survives.
TEST(Quantize, WidensScalesThatABiasWouldOverflow) {
  const Graph graph = dense_graph({{1e-9F, -1e-9F, 1, 1}, {2.5F, -0.2F}});
  const Graph result = quantized(graph, {{-1, 1}, {}, {}, {-3, 3}});
  const auto stored = from_bytes<std::int32_t>(input_of(result, 0, 2).data);
  EXPECT_LE(std::abs(stored[0]), 1 << 28);
  EXPECT_GT(std::abs(stored[0]), 1 << 27);
  EXPECT_NEAR(answers(result, {55, -12})[0], 2.5, 3.1 / 255);
}

// Two operators that read the same constants need biases in different steps.
TEST(Quantize, GivesOperatorsThatShareConstantsTheirOwn) {
  TestGraph g(Type::float32, 5);
  const TensorIndex in = g.input({1, 4});
  const TensorIndex first = g.dense(in, 4);
  const TensorIndex second = g.dense(first, 4);
  Graph graph = g.finish({second});
  graph.operators[1].inputs = {first, graph.operators[0].inputs[1], graph.operators[0].inputs[2]};
  const Graph result = quantized(graph, observed(graph, 500));
  EXPECT_NE(result.operators[0].inputs[2], result.operators[1].inputs[2]);
  EXPECT_LT(error_of(graph, result), 0.01);
}

TEST(Quantize, NamesWhatItCannotQuantise) {
  const Graph graph = model::small_network(Type::float32, 1);
  const std::vector<Range> good(graph.tensors.size(), {-1, 1});
  const auto fault = [](const Graph& g, const std::vector<Range>& ranges) {
    const auto result = quantize(g, ranges);
    EXPECT_FALSE(result.ok());
    return result.ok() ? "" : result.error().message;
  };
  EXPECT_THAT(fault(graph, {}), HasSubstr("0 ranges for"));
  EXPECT_THAT(fault(model::small_network(Type::int8, 1), good), HasSubstr("is int8; a float32"));
  for (const Range bad : {Range{nan, 1}, {-1, infinity}, {2, 1}}) {
    auto ranges = good;
    ranges[3] = bad;
    EXPECT_THAT(fault(graph, ranges), HasSubstr("tensor 't3' was given the range from"));
    ranges[3] = {-1, 1};
    ranges[1] = bad;  // a constant's
    EXPECT_TRUE(quantize(graph, ranges).ok());
  }
  Graph broken = graph;
  broken.tensors[1].data = to_bytes(std::vector<float>(broken.tensors[1].elements(), nan));
  EXPECT_THAT(fault(broken, good), HasSubstr("tensor 't1' holds a value that is not finite"));
  broken = graph;
  broken.operators.clear();
  EXPECT_THAT(fault(broken, good), HasSubstr("no operators"));
  auto tiny = good;
  tiny[3] = {0, 1e-37F};
  EXPECT_THAT(fault(graph, tiny), HasSubstr("quantised: operator 0, CONV_2D 't3'"));
}

// ---- gated units

TEST(Quantize, GatesHaveAScaleEach) {
  Graph graph = model::small_gru(Type::float32, true);
  const auto set = [&](std::size_t input, std::size_t from, std::size_t to, float value) {
    Tensor& t = graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[input])];
    auto numbers = from_bytes<float>(t.data);
    for (std::size_t i = from; i < to; ++i) numbers[i] = i % 2 == 0 ? value : -value / 2;
    t.data = to_bytes(numbers);
  };
  // Four units of five inputs.
  set(1, 0, 20, 0.127F);
  set(1, 20, 40, 1.27F);
  set(1, 40, 60, 12.7F);
  set(2, 16, 32, 2.54F);
  set(3, 0, 4, 1e5F);  // beyond 29 bits of its steps
  const Graph int8 = quantized(graph, observed(graph, 10));
  const Quantization& weights = input_of(int8, 0, 1).quantization;
  EXPECT_FLOAT_EQ(weights.scale[1], 0.01F);
  EXPECT_FLOAT_EQ(weights.scale[2], 0.1F);
  const float input_scale = input_of(int8, 0, 0).quantization.scale[0];
  EXPECT_NEAR(weights.scale[0] * input_scale * static_cast<float>(1 << 28), 1e5F, 1.0F);
  EXPECT_FLOAT_EQ(input_of(int8, 0, 2).quantization.scale[1], 0.02F);
  EXPECT_FLOAT_EQ(input_of(int8, 0, 3).quantization.scale[1], 0.01F * input_scale);
  EXPECT_THAT(from_bytes<std::int8_t>(input_of(int8, 0, 1).data)[20], 127);
  EXPECT_THAT(from_bytes<std::int8_t>(input_of(int8, 0, 1).data)[21], -64);
  EXPECT_EQ(output_of(int8, 0).quantization.scale[0], 1.0F / 128);
}

TEST(Quantize, GatedUnitsKeepTheirNumbers) {
  const Graph graph = model::small_gru(Type::float32, true);
  const Graph int8 = quantized(graph, observed(graph, 30));
  Interpreter exact = Interpreter::make(graph).value();
  Interpreter near = Interpreter::make(int8).value();
  double squares = 0;
  std::size_t count = 0;
  for (std::uint32_t run = 0; run < 30; ++run) {
    const auto input = random_input(graph, run);
    const Quantization& q = input_of(int8, 0, 0).quantization;
    std::vector<std::int8_t> stored;
    for (const float x : input) {
      stored.push_back(static_cast<std::int8_t>(std::clamp(
          std::round(x / q.scale[0]) + static_cast<float>(q.zero_point[0]), -128.0F, 127.0F)));
    }
    const auto reals = from_bytes<float>(exact.run(to_bytes(input)));
    const auto steps = from_bytes<std::int8_t>(near.run(to_bytes(stored)));
    for (std::size_t i = 0; i < reals.size(); ++i) {
      const double error = static_cast<double>(reals[i]) * 128 - steps[i];
      squares += error * error;
      ++count;
    }
  }
  EXPECT_LT(std::sqrt(squares / static_cast<double>(count)), 2.0);
}

}  // namespace
}  // namespace sengi::quantize
