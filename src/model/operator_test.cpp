// SPDX-License-Identifier: Apache-2.0
// Every kind of operator: accepted, run, written and read again, integers against the reals they
// stand for; then small cases worked by hand. (golden_test.cpp has whole models.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "model/interpreter.h"
#include "model/operator_graphs.h"
#include "model/tflite.h"

namespace sengi::model {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

Interpreter interpreter_of(Graph graph) {
  auto made = Interpreter::make(std::move(graph));
  EXPECT_TRUE(made.ok()) << made.error().message;
  return std::move(made).value();
}

std::vector<std::byte> random_bytes(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() & 0xff);
  return bytes;
}

template <typename To, typename From>
std::vector<To> run(Graph graph, const std::vector<From>& input) {
  Interpreter interpreter = interpreter_of(std::move(graph));
  EXPECT_EQ(interpreter.input_bytes(), input.size() * sizeof(From));
  return from_bytes<To>(interpreter.run(to_bytes(input)));
}

const Tensor& tensor_of(const Graph& graph, TensorIndex index) {
  return graph.tensors[static_cast<std::size_t>(index)];
}

// What stored bytes of a tensor stand for.
std::vector<float> reals(const Tensor& tensor, std::span<const std::byte> bytes) {
  std::vector<float> values(tensor.elements());
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::int32_t stored = 0;
    if (tensor.type == Type::int8) {
      stored = static_cast<std::int8_t>(bytes[i]);
    } else {
      std::int16_t wide = 0;
      std::memcpy(&wide, &bytes[i * 2], 2);
      stored = wide;
    }
    values[i] = static_cast<float>(stored - tensor.quantization.zero_point[0]) *
                tensor.quantization.scale[0];
  }
  return values;
}

class Integers : public testing::TestWithParam<Graph> {};

// Within a step and a half of the float kernel, or where that is beyond the type, at its end.
// Twice, for operators with state.
TEST_P(Integers, StandForReals) {
  const Graph graph = GetParam();
  Interpreter integers = interpreter_of(graph);
  Interpreter floats = interpreter_of(dequantized(graph));
  // States and cells round at every step.
  const bool remembers = std::ranges::any_of(graph.tensors, &Tensor::variable);
  for (std::uint32_t round = 0; round < 2; ++round) {
    const std::vector<std::byte> input = random_bytes(integers.input_bytes(), round + 1);
    std::vector<float> real_input;
    std::size_t at = 0;
    for (const TensorIndex index : graph.inputs) {
      const auto part = reals(tensor_of(graph, index), std::span(input).subspan(at));
      real_input.insert(real_input.end(), part.begin(), part.end());
      at += tensor_of(graph, index).bytes();
    }
    const std::vector<std::byte> output = integers.run(input);
    const auto expected = from_bytes<float>(floats.run(to_bytes(real_input)));
    std::size_t byte = 0;
    std::size_t element = 0;
    for (const TensorIndex index : graph.outputs) {
      const Tensor& tensor = tensor_of(graph, index);
      const Quantization& quantization = tensor.quantization;
      const bool wide = tensor.type == Type::int16;
      const auto stored_limit = [&](std::int32_t limit) {
        return static_cast<float>(limit - quantization.zero_point[0]) * quantization.scale[0];
      };
      const float lowest = stored_limit(wide ? -32768 : -128);
      const float highest = stored_limit(wide ? 32767 : 127);
      // 16 bits are as fine as their factors, of as many bits; places between pixels have 10.
      const bool between = std::holds_alternative<ResizeBilinear>(graph.operators[0].kind);
      const float wide_steps = between ? 256.0F : 16.0F;
      const float steps = remembers ? (wide ? 64.0F : 4.0F) : (wide ? wide_steps : 1.5F);
      for (const float value : reals(tensor, std::span(output).subspan(byte))) {
        EXPECT_NEAR(value, std::clamp(expected[element], lowest, highest),
                    steps * quantization.scale[0])
            << "element " << element << ", round " << round;
        ++element;
      }
      byte += tensor.bytes();
    }
  }
}

std::vector<Graph> integer_graphs() {
  std::vector<Graph> graphs = arithmetic_graphs(Type::int8);
  for (Graph& graph : arithmetic_graphs(Type::int16)) graphs.push_back(std::move(graph));
  return graphs;
}
std::string numbered(const testing::TestParamInfo<Graph>& instance) {
  return instance.param.name + "_" + std::to_string(instance.index);
}
INSTANTIATE_TEST_SUITE_P(Operators, Integers, testing::ValuesIn(integer_graphs()), numbered);

class EveryOperator : public testing::TestWithParam<Graph> {};

TEST_P(EveryOperator, RunsAndSurvivesWriting) {
  const Graph& graph = GetParam();
  const std::vector<std::byte> written = write_tflite(graph);
  const auto again = read_tflite(written, graph.name);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(again.value() == graph);
  EXPECT_TRUE(write_tflite(again.value()) == written);

  Interpreter interpreter = interpreter_of(graph);
  const std::vector<std::byte> input(interpreter.input_bytes(), std::byte{1});
  const std::vector<std::byte> first = interpreter.run(input);
  EXPECT_EQ(first.size(), interpreter.output_bytes());
  // What an operator remembers is gone after reset().
  interpreter.run(input);
  interpreter.reset();
  EXPECT_TRUE(interpreter.run(input) == first);
}

INSTANTIATE_TEST_SUITE_P(Operators, EveryOperator, testing::ValuesIn(operator_graphs()), numbered);

TEST(Operators, AreAllThere) {
  std::set<std::size_t> seen;
  for (const Graph& graph : operator_graphs()) seen.insert(graph.operators[0].kind.index());
  EXPECT_EQ(seen.size(), std::variant_size_v<Kind>);
}

// Nothing that its checks refuse reaches a kernel: each number of each graph set to its extremes.
TEST(Operators, RefuseWhatTheyCannotHold) {
  for (const Graph& whole : operator_graphs()) {
    SCOPED_TRACE(whole.name);
    const auto refused_or_run = [](const Graph& graph) {
      auto made = Interpreter::make(graph);
      if (!made.ok()) {
        EXPECT_THAT(made.error().message, testing::Not(HasSubstr("\n")));
        return;
      }
      made.value().run(random_bytes(made.value().input_bytes(), 3));
    };
    for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
      for (const float scale : {1e-38F, 1e-20F, 1e-6F, 1e6F, 1e20F, 3e38F}) {
        Graph graph = whole;
        if (graph.tensors[i].quantization.empty()) continue;
        graph.tensors[i].quantization.scale[0] = scale;
        refused_or_run(graph);
      }
      for (const std::int32_t zero_point : {-32768, -128, 0, 127, 32767}) {
        Graph graph = whole;
        if (graph.tensors[i].quantization.empty()) continue;
        graph.tensors[i].quantization.zero_point[0] = zero_point;
        refused_or_run(graph);
      }
      for (std::size_t axis = 0; axis < whole.tensors[i].shape.size(); ++axis) {
        for (const std::int32_t extent : {1, 2, 3, 7}) {
          Graph graph = whole;
          graph.tensors[i].shape[axis] = extent;
          graph.tensors[i].data.resize(graph.tensors[i].constant() ? graph.tensors[i].bytes() : 0);
          refused_or_run(graph);
        }
      }
      for (const Type type : {Type::float32, Type::int8, Type::int16, Type::int32, Type::uint8,
                              Type::int64, Type::boolean}) {
        Graph graph = whole;
        graph.tensors[i].type = type;
        if (type == Type::float32) graph.tensors[i].quantization = {};
        graph.tensors[i].data.resize(graph.tensors[i].constant() ? graph.tensors[i].bytes() : 0);
        refused_or_run(graph);
      }
      Graph graph = whole;
      graph.tensors[i].variable = !graph.tensors[i].variable;
      refused_or_run(graph);
    }
    for (std::size_t i = 0; i < whole.operators[0].inputs.size(); ++i) {
      for (const TensorIndex index : {absent, 0, 1, 99}) {
        Graph graph = whole;
        graph.operators[0].inputs[i] = index;
        refused_or_run(graph);
      }
    }
  }
}

// ---- small cases, worked by hand

std::vector<float> counted(std::size_t count, float first = 1) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

OneOperator real() { return OneOperator(Type::float32); }

TEST(Broadcast, RepeatsAxesOfOne) {
  const Graph graph = real().input({2, 1}).input({3}).output({2, 3}).finish(Sub{});
  EXPECT_THAT((run<float, float>(graph, {10, 20, 1, 2, 3})), ElementsAre(9, 8, 7, 19, 18, 17));
}

// int8 (3 - 1) * 0.5 = 1 and (10 - 2) * 0.25 = 2; 3 is 12 quarters above zero point -4.
TEST(AddOfInt8, AddsReals) {
  Graph graph = OneOperator(Type::int8).input({1}).input({1}).output({1}).finish(Add{});
  graph.tensors[0].quantization = {{0.5F}, {1}, 0};
  graph.tensors[1].quantization = {{0.25F}, {2}, 0};
  graph.tensors[2].quantization = {{0.25F}, {-4}, 0};
  EXPECT_THAT((run<std::int8_t, std::int8_t>(graph, {3, 10})), ElementsAre(8));
}

TEST(PadOfReals, SurroundsWithZeroOrAValue) {
  const Pad pad{.before = {1, 0}, .after = {0, 2}};
  EXPECT_THAT((run<float, float>(real().input({1, 2}).output({2, 4}).finish(pad), {5, 6})),
              ElementsAre(0, 0, 0, 0, 5, 6, 0, 0));
  Graph graph = real().input({1, 2}).constant({1}, Type::float32, 1).output({2, 4}).finish(pad);
  graph.tensors[1].data = to_bytes(std::vector<float>{9});
  EXPECT_THAT((run<float, float>(graph, {5, 6})), ElementsAre(9, 9, 9, 9, 5, 6, 9, 9));
}

TEST(PadOfInt8, SurroundsWithItsZeroPoint) {
  const Graph graph =
      OneOperator(Type::int8).input({2}).output({4}).finish(Pad{.before = {1}, .after = {1}});
  EXPECT_THAT((run<std::int8_t, std::int8_t>(graph, {5, 6})), ElementsAre(3, 5, 6, 3));
}

TEST(Slice, StepsForwardAndBack) {
  const auto slice = [](std::int32_t begin, std::int32_t end, std::int32_t stride,
                        std::int32_t count) {
    const Graph graph = real().input({6}).output({count}).finish(
        StridedSlice{.begin = {begin}, .end = {end}, .stride = {stride}, .dropped = {false}});
    return run<float, float>(graph, counted(6, 0));
  };
  EXPECT_THAT(slice(1, 6, 2, 3), ElementsAre(1, 3, 5));
  EXPECT_THAT(slice(1, 5, 2, 2), ElementsAre(1, 3));
  EXPECT_THAT(slice(5, -1, -2, 3), ElementsAre(5, 3, 1));
  EXPECT_THAT(slice(5, 0, -5, 1), ElementsAre(5));
}

TEST(TransposeOfAxes, MovesThem) {
  const Graph graph = real().input({2, 3}).output({3, 2}).finish(Transpose{.permutation = {1, 0}});
  EXPECT_THAT((run<float, float>(graph, counted(6))), ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(Concatenated, ThenSplitIsTheSame) {
  const Graph joined =
      real().input({2, 1}).input({2, 2}).output({2, 3}).finish(Concatenation{.axis = 1});
  EXPECT_THAT((run<float, float>(joined, counted(6))), ElementsAre(1, 3, 4, 2, 5, 6));
  const Graph split = real().input({2, 3}).output({2, 1}).output({2, 2}).finish(Split{.axis = 1});
  EXPECT_THAT((run<float, float>(split, {1, 3, 4, 2, 5, 6})), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Blocks, BecomeChannelsAndBack) {
  const Graph inward = real().input({1, 2, 4, 1}).output({1, 1, 2, 4}).finish(SpaceToDepth{2});
  EXPECT_THAT((run<float, float>(inward, counted(8))), ElementsAre(1, 2, 5, 6, 3, 4, 7, 8));
  const Graph outward = real().input({1, 1, 2, 4}).output({1, 2, 4, 1}).finish(DepthToSpace{2});
  EXPECT_THAT((run<float, float>(outward, {1, 2, 5, 6, 3, 4, 7, 8})), ElementsAreArray(counted(8)));
}

TEST(Slices, ArePackedAndUnpacked) {
  const Graph packed = real().input({2}).input({2}).output({2, 2}).finish(Pack{.axis = 1});
  EXPECT_THAT((run<float, float>(packed, {1, 2, 3, 4})), ElementsAre(1, 3, 2, 4));
  const Graph unpacked = real().input({2, 2}).output({2}).output({2}).finish(Unpack{.axis = 1});
  EXPECT_THAT((run<float, float>(unpacked, {1, 3, 2, 4})), ElementsAre(1, 2, 3, 4));
  const Graph numbers = real().input({1}).input({1}).output({2}).finish(Pack{});
  EXPECT_THAT((run<float, float>(numbers, {1, 2})), ElementsAre(1, 2));
}

TEST(Batches, AreCutAndPutTogether) {
  const SpaceToBatch cut{.block = {2}, .before = {1}, .after = {0}};
  const Graph inward = real().input({1, 3, 1}).output({2, 2, 1}).finish(cut);
  EXPECT_THAT((run<float, float>(inward, {1, 2, 3})), ElementsAre(0, 2, 1, 3));
  const Graph outward = real().input({2, 2, 1}).output({1, 3, 1}).finish(
      BatchToSpace{cut.block, cut.before, cut.after});
  EXPECT_THAT((run<float, float>(outward, {0, 2, 1, 3})), ElementsAre(1, 2, 3));
}

TEST(BatchesOfInt8, ArePaddedWithTheZeroPoint) {
  const SpaceToBatch cut{.block = {2}, .before = {1}, .after = {0}};
  const Graph graph = OneOperator(Type::int8).input({1, 1, 1}).output({2, 1, 1}).finish(cut);
  EXPECT_THAT((run<std::int8_t, std::int8_t>(graph, {9})), ElementsAre(3, 9));
}

TEST(Gathered, TakesTheNearestOfWhatIsNotThere) {
  const Graph graph =
      real().input({3, 2}).plain_constant({4}, {2, -1, 0, 9}).output({4, 2}).finish(Gather{});
  EXPECT_THAT((run<float, float>(graph, counted(6))), ElementsAre(5, 6, 1, 2, 1, 2, 5, 6));
}

TEST(Mirrored, WithAndWithoutItsBorder) {
  const auto mirrored = [](bool repeats, std::int32_t before) {
    const Graph graph =
        real()
            .input({3})
            .output({3 + before + 2})
            .finish(MirrorPad{.before = {before}, .after = {2}, .repeats_border = repeats});
    return run<float, float>(graph, counted(3));
  };
  EXPECT_THAT(mirrored(false, 2), ElementsAre(3, 2, 1, 2, 3, 2, 1));
  EXPECT_THAT(mirrored(true, 3), ElementsAre(3, 2, 1, 1, 2, 3, 3, 2));
}

TEST(SumsAndExtremes, RunOverAxes) {
  EXPECT_THAT((run<float, float>(real().input({2, 3}).output({2}).finish(Sum{{1}}), counted(6))),
              ElementsAre(6, 15));
  EXPECT_THAT(
      (run<float, float>(real().input({2, 3}).output({3}).finish(ReduceMax{{0}}), counted(6))),
      ElementsAre(4, 5, 6));
  EXPECT_THAT(
      (run<float, float>(real().input({2, 3}).output({1}).finish(ReduceMin{{0, 1}}), counted(6))),
      ElementsAre(1));
}

// Scales of 1/2 and 1/4: 3 is as large as 6, and 4 larger.
TEST(ComparisonOfInt8, IsOfReals) {
  Graph graph = OneOperator(Type::int8)
                    .input({2})
                    .input({2})
                    .output(plain(Type::boolean, {2}))
                    .finish(Comparison{Relation::greater});
  graph.tensors[0].quantization = {{0.5F}, {0}, 0};
  graph.tensors[1].quantization = {{0.25F}, {0}, 0};
  EXPECT_THAT((run<std::uint8_t, std::int8_t>(graph, {3, 4, 6, 6})), ElementsAre(0, 1));
}

// (7 - 3) / (5 - 3) = 2, in steps of a tenth; by zero it is far.
TEST(DivOfInt8, DividesReals) {
  Graph graph = OneOperator(Type::int8).input({3}).input({3}).output({3}, 0.1, 0).finish(Div{});
  EXPECT_THAT((run<std::int8_t, std::int8_t>(graph, {7, 7, 2, 5, 3, 3})),
              ElementsAre(20, 127, -128));
}

// 3 and 4 are of length 5: 3/5 and 4/5, in steps of 1/128.
TEST(L2NormalizationOfInt8, DividesByTheLength) {
  Graph graph =
      OneOperator(Type::int8).input({1, 2}).output({1, 2}, 1.0 / 128, 0).finish(L2Normalization{});
  EXPECT_THAT((run<std::int8_t, std::int8_t>(graph, {3 + 3, 3 - 4})), ElementsAre(77, -102));
  EXPECT_THAT((run<std::int8_t, std::int8_t>(graph, {3, 3})), ElementsAre(0, 0));
}

// 1 / sqrt(4 * 0.25) = 1, in steps of a quarter; of nothing and less it is as much as there is.
TEST(RsqrtOfInt8, IsHighestOfNothing) {
  Graph graph = OneOperator(Type::int8).input({3}).output({3}, 0.25, -10).finish(Rsqrt{});
  graph.tensors[0].quantization = {{0.25F}, {3}, 0};
  EXPECT_THAT((run<std::int8_t, std::int8_t>(graph, {7, 3, -20})), ElementsAre(-6, 127, 127));
}

TEST(MeanOfAxes, Divides) {
  const Graph graph = real().input({2, 2, 2}).output({2}).finish(Mean{.axes = {0, 2}});
  EXPECT_THAT((run<float, float>(graph, counted(8))), ElementsAre(3.5, 5.5));
}

TEST(MaxPool, LeavesPaddingOut) {
  const Graph graph =
      real()
          .input({1, 2, 2, 1})
          .output({1, 2, 2, 1})
          .finish(MaxPool2D{.padding = Padding::same, .filter_h = 2, .filter_w = 2});
  EXPECT_THAT((run<float, float>(graph, {-4, -3, -2, -5})), ElementsAre(-2, -3, -2, -5));
}

// Two pixels, each spread over three by 1 2 3, two apart: 1 2 3+10 20 30.
TEST(TransposedConvolution, Spreads) {
  Graph graph = real()
                    .input({1, 1, 2, 1})
                    .weights({1, 1, 3, 1})
                    .output({1, 1, 5, 1})
                    .finish(TransposeConv{.padding = Padding::valid, .stride_h = 1, .stride_w = 2});
  graph.tensors[1].data = to_bytes(counted(3));
  EXPECT_THAT((run<float, float>(graph, {1, 10})), ElementsAre(1, 2, 13, 20, 30));
}

TEST(Nearest, TakesWholePixels) {
  const Graph graph =
      real().input({1, 1, 2, 1}).output({1, 1, 4, 1}).finish(ResizeNearestNeighbor{});
  EXPECT_THAT((run<float, float>(graph, {1, 2})), ElementsAre(1, 1, 2, 2));
  const Graph aligned = real()
                            .input({1, 1, 3, 1})
                            .output({1, 1, 2, 1})
                            .finish(ResizeNearestNeighbor{.align_corners = true});
  EXPECT_THAT((run<float, float>(aligned, {1, 2, 3})), ElementsAre(1, 3));
}

TEST(Bilinear, MixesNeighbours) {
  const Graph graph = real().input({1, 1, 2, 1}).output({1, 1, 4, 1}).finish(ResizeBilinear{});
  EXPECT_THAT((run<float, float>(graph, {1, 3})), ElementsAre(1, 2, 3, 3));
  const Graph centred = real()
                            .input({1, 1, 2, 1})
                            .output({1, 1, 4, 1})
                            .finish(ResizeBilinear{.half_pixel_centers = true});
  EXPECT_THAT((run<float, float>(centred, {1, 3})), ElementsAre(1, 1.5, 2.5, 3));
}

TEST(ArgMaxOfReals, IsTheFirstOfEqualsAndNoNan) {
  const Graph graph =
      real().input({2, 3}).output(plain(Type::int32, {2})).finish(ArgMax{.axis = 1});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT((run<std::int32_t, float>(graph, {1, 5, 5, nan, -2, -1})), ElementsAre(1, 2));
}

TEST(CastOfReals, IsCutTowardsZeroAndToItsEnds) {
  const Graph graph = real().input({4}).output(plain(Type::int32, {4})).finish(Cast{});
  EXPECT_THAT((run<std::int32_t, float>(
                  graph, {1.9F, -1.9F, 1e20F, std::numeric_limits<float>::quiet_NaN()})),
              ElementsAre(1, -1, std::numeric_limits<std::int32_t>::max(), 0));
}

TEST(QuantizeOfReals, RoundsHalvesAwayFromZeroAndSaturates) {
  const Graph graph =
      real().input({5}).output(quantized(Type::int8, {5}, 0.5F, 10)).finish(Quantize{});
  EXPECT_THAT((run<std::int8_t, float>(graph, {0, 0.25F, -0.25F, 1e9F, -1e30F})),
              ElementsAre(10, 11, 9, 127, -128));
}

// 2 of int16 steps of 1/2 are 1: 4 quarters of int32.
TEST(QuantizeOfIntegers, Rescales) {
  Graph graph = OneOperator(Type::int16)
                    .input({2})
                    .output(quantized(Type::int32, {2}, 0.25F, 0))
                    .finish(Quantize{});
  graph.tensors[0].quantization = {{0.5F}, {0}, 0};
  EXPECT_THAT((run<std::int32_t, std::int16_t>(graph, {2, -3})), ElementsAre(4, -6));
}

TEST(MatMul, IsTheTextbooks) {
  const Graph graph = real().input({2, 2}).input({2, 2}).output({2, 2}).finish(BatchMatMul{});
  EXPECT_THAT((run<float, float>(graph, {1, 2, 3, 4, 5, 6, 7, 8})), ElementsAre(19, 22, 43, 50));
}

TEST(NonlinearInt8, KnowsItsEnds) {
  const Graph logistic =
      OneOperator(Type::int8).input({3}).output({3}, 1.0 / 256, -128).finish(Logistic{});
  EXPECT_THAT((run<std::int8_t, std::int8_t>(logistic, {3, 127, -128})), ElementsAre(0, 127, -128));
}

// One filter that remembers two inputs: 1, then 2 * 1 + 3 * 10.
TEST(SvdfOfReals, RemembersUntilReset) {
  Graph graph = real()
                    .input({1, 1})
                    .weights({1, 1})
                    .weights({1, 2})
                    .no_input()
                    .state({1, 2}, Type::float32, 1)
                    .output({1, 1})
                    .finish(Svdf{});
  graph.tensors[1].data = to_bytes(std::vector<float>{1});
  graph.tensors[2].data = to_bytes(std::vector<float>{2, 3});
  Interpreter interpreter = interpreter_of(graph);
  const auto step = [&](float x) {
    return from_bytes<float>(interpreter.run(to_bytes(std::vector<float>{x})))[0];
  };
  EXPECT_EQ(step(1), 3);
  EXPECT_EQ(step(10), 32);
  EXPECT_EQ(step(0), 20);
  interpreter.reset();
  EXPECT_EQ(step(1), 3);
}

// All weights 0, biases that open every gate: the cell gathers tanh(b) at each step.
TEST(LstmOfReals, GathersInItsCell) {
  OneOperator lstm(Type::float32);
  lstm.input({1, 2, 1});
  for (int i = 0; i < 8; ++i) lstm.weights({1, 1});
  for (int i = 0; i < 4; ++i) lstm.bias(1, 1);
  lstm.state({1, 1}, Type::float32, 1).state({1, 1}, Type::float32, 1).output({1, 2, 1});
  Graph graph = lstm.finish(UnidirectionalSequenceLstm{});
  for (std::size_t i = 1; i < 9; ++i) graph.tensors[i].data = to_bytes(std::vector<float>{0});
  for (std::size_t i = 9; i < 13; ++i) graph.tensors[i].data = to_bytes(std::vector<float>{50});
  graph.tensors[11].data = to_bytes(std::vector<float>{0.5F});
  const auto output = run<float, float>(graph, {1, 1});
  const float candidate = std::tanh(0.5F);
  EXPECT_FLOAT_EQ(output[0], std::tanh(candidate));
  EXPECT_FLOAT_EQ(output[1], std::tanh(2 * candidate));
}

// ---- faults by name

std::string fault_of(const Graph& graph) {
  const auto result = check(graph);
  EXPECT_FALSE(result.ok());
  return result.ok() ? "" : result.error().message;
}

TEST(OperatorFaults, NameTheOperatorAndTheTensor) {
  EXPECT_THAT(fault_of(real().input({2, 3}).output({3, 2}).finish(Transpose{{1, 1}})),
              HasSubstr("operator 0, TRANSPOSE 't1': orders the axes of an input of 2x3 as 1, 1"));
  EXPECT_THAT(fault_of(real().input({2}).output({3}).finish(Pad{{-1}, {2}})),
              HasSubstr("PAD 't1': pads axis 0 by -1 and 2"));
  EXPECT_THAT(fault_of(real().input({2}).output({1}).finish(StridedSlice{{0}, {2}, {0}, {false}})),
              HasSubstr("STRIDED_SLICE 't1': takes axis 0 of an input of 2 from 0 to 2 in steps"));
  EXPECT_THAT(fault_of(real().input({2, 3}).input({2}).output({2, 3}).finish(Mul{})),
              HasSubstr("MUL 't2': input 't1' has shape 2, which does not fit beside 2x3"));
  EXPECT_THAT(fault_of(real().input({2, 3}).output({2, 1}).output({2, 1}).finish(Split{1})),
              HasSubstr("SPLIT 't1': makes 2 of the 3 along axis 1"));
  EXPECT_THAT(fault_of(real().input({2, 3}).output({2, 3}).finish(Concatenation{7})),
              HasSubstr("CONCATENATION 't1': works along axis 7"));
  EXPECT_THAT(fault_of(real()
                           .input({1, 2})
                           .weights({3, 2})
                           .weights({3, 4})
                           .no_input()
                           .input({1, 12})
                           .output({1, 3})
                           .finish(Svdf{})),
              HasSubstr("SVDF 't4': state 't3' is not a variable"));
  EXPECT_THAT(fault_of(OneOperator(Type::int8).input({2}).output({2}).finish(Logistic{})),
              HasSubstr("LOGISTIC 't1': its output has scale 0.05"));
  EXPECT_THAT(fault_of(real().input({2, 3}).output(plain(Type::int8, {2})).finish(ArgMax{1})),
              HasSubstr("ARG_MAX 't1': its output is int8; int32 and int64"));
}

TEST(OperatorFaults, NameSharedState) {
  Graph graph = real()
                    .input({1, 1})
                    .weights({1, 1})
                    .weights({1, 1})
                    .no_input()
                    .state({1, 1}, Type::float32, 1)
                    .output({1, 1})
                    .finish(Svdf{});
  graph.operators.push_back(graph.operators[0]);
  graph.tensors.push_back(plain(Type::float32, {1, 1}));
  graph.operators[1].outputs = {static_cast<TensorIndex>(graph.tensors.size() - 1)};
  EXPECT_THAT(fault_of(graph), HasSubstr("operator 1, SVDF #5: state 't3' is another operator's"));
}

}  // namespace
}  // namespace sengi::model
