// SPDX-License-Identifier: Apache-2.0
// The reference kernels against laws that hold between operators, and int8 against the real
// arithmetic it stands for. (golden_test.cpp has them against another implementation.)
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/interpreter.h"
#include "model/reference_softmax.h"
#include "model/test_graphs.h"

namespace sengi::model {
namespace {

Interpreter interpreter_of(Graph graph) {
  auto made = Interpreter::make(std::move(graph));
  EXPECT_TRUE(made.ok()) << made.error().message;
  return std::move(made).value();
}

std::vector<float> run_float(Graph graph, const std::vector<float>& input) {
  Interpreter interpreter = interpreter_of(std::move(graph));
  EXPECT_EQ(interpreter.input_bytes(), input.size() * sizeof(float));
  return from_bytes<float>(interpreter.run(to_bytes(input)));
}

std::vector<float> random_floats(std::size_t count, std::uint32_t seed) {
  TestGraph random(Type::float32, seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.real(-3, 3));
  return values;
}

void expect_near(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-4) << "element " << i;
}

struct Layer {
  std::int32_t height, width, channels, outputs;
  std::int32_t filter_h, filter_w, stride_h, stride_w, dilation_h, dilation_w;
  Padding padding;
};

class Windowed : public testing::TestWithParam<Layer> {};

Conv2D conv_of(const Layer& layer) {
  return {.padding = layer.padding,
          .stride_h = layer.stride_h,
          .stride_w = layer.stride_w,
          .dilation_h = layer.dilation_h,
          .dilation_w = layer.dilation_w};
}

Graph conv_graph(const Layer& layer, Type type, std::uint32_t seed) {
  TestGraph g(type, seed);
  const TensorIndex in = g.input({2, layer.height, layer.width, layer.channels});
  return g.finish({g.conv_2d(in, layer.outputs, layer.filter_h, layer.filter_w, conv_of(layer))});
}

Graph depthwise_graph(const Layer& layer, Type type, std::int32_t multiplier, std::uint32_t seed) {
  TestGraph g(type, seed);
  const TensorIndex in = g.input({2, layer.height, layer.width, layer.channels});
  return g.finish({g.depthwise(in, layer.filter_h, layer.filter_w,
                               {.padding = layer.padding,
                                .stride_h = layer.stride_h,
                                .stride_w = layer.stride_w,
                                .dilation_h = layer.dilation_h,
                                .dilation_w = layer.dilation_w,
                                .depth_multiplier = multiplier})});
}

std::size_t index4(const Shape& s, std::int32_t a, std::int32_t b, std::int32_t c, std::int32_t d) {
  return static_cast<std::size_t>(((a * s[1] + b) * s[2] + c) * s[3] + d);
}

// Zeros around an image of [N, H, W, C], enough for SAME: what VALID then gives.
std::vector<float> padded(const std::vector<float>& image, const Shape& from, const Shape& to,
                          WindowPadding padding) {
  std::vector<float> result(static_cast<std::size_t>(to[0] * to[1] * to[2] * to[3]), 0);
  for (std::int32_t n = 0; n < from[0]; ++n) {
    for (std::int32_t y = 0; y < from[1]; ++y) {
      for (std::int32_t x = 0; x < from[2]; ++x) {
        for (std::int32_t c = 0; c < from[3]; ++c) {
          result[index4(to, n, y + padding.top, x + padding.left, c)] =
              image[index4(from, n, y, x, c)];
        }
      }
    }
  }
  return result;
}

TEST_P(Windowed, SameIsValidOverAnImagePaddedWithZeros) {
  const Layer layer = GetParam();
  Graph graph = conv_graph(layer, Type::float32, 1);
  const Shape from = graph.tensors[0].shape;
  const Shape out = graph.tensors[static_cast<std::size_t>(graph.outputs[0])].shape;
  const WindowPadding padding = window_padding(graph, graph.operators[0]);
  const auto input = random_floats(graph.tensors[0].elements(), 2);
  const auto expected = run_float(graph, input);

  auto& conv = std::get<Conv2D>(graph.operators[0].kind);
  conv.padding = Padding::valid;
  const auto extent = [](std::int32_t outputs, std::int32_t filter, std::int32_t stride,
                         std::int32_t dilation) {
    return (outputs - 1) * stride + (filter - 1) * dilation + 1;
  };
  Shape to = from;
  to[1] = std::max(extent(out[1], layer.filter_h, layer.stride_h, layer.dilation_h),
                   from[1] + padding.top);
  to[2] = std::max(extent(out[2], layer.filter_w, layer.stride_w, layer.dilation_w),
                   from[2] + padding.left);
  graph.tensors[0].shape = to;
  expect_near(run_float(graph, padded(input, from, to, padding)), expected);
}

TEST_P(Windowed, DilationIsAFilterWithHoles) {
  const Layer layer = GetParam();
  Graph graph = conv_graph(layer, Type::float32, 3);
  const auto input = random_floats(graph.tensors[0].elements(), 4);
  const auto expected = run_float(graph, input);

  Tensor& filter = graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[1])];
  const Shape dense = filter.shape;
  const auto weights = from_bytes<float>(filter.data);
  filter.shape[1] = (dense[1] - 1) * layer.dilation_h + 1;
  filter.shape[2] = (dense[2] - 1) * layer.dilation_w + 1;
  std::vector<float> holes(filter.elements(), 0);
  for (std::int32_t o = 0; o < dense[0]; ++o) {
    for (std::int32_t y = 0; y < dense[1]; ++y) {
      for (std::int32_t x = 0; x < dense[2]; ++x) {
        for (std::int32_t c = 0; c < dense[3]; ++c) {
          holes[index4(filter.shape, o, y * layer.dilation_h, x * layer.dilation_w, c)] =
              weights[index4(dense, o, y, x, c)];
        }
      }
    }
  }
  filter.data = to_bytes(holes);
  auto& conv = std::get<Conv2D>(graph.operators[0].kind);
  conv.dilation_h = conv.dilation_w = 1;
  expect_near(run_float(graph, input), expected);
}

TEST_P(Windowed, DepthwiseIsAConvolutionThatSeesOneChannel) {
  for (const std::int32_t multiplier : {1, 3}) {
    const Layer layer = GetParam();
    Graph graph = depthwise_graph(layer, Type::float32, multiplier, 5);
    const auto input = random_floats(graph.tensors[0].elements(), 6);
    const auto expected = run_float(graph, input);

    Tensor& filter = graph.tensors[static_cast<std::size_t>(graph.operators[0].inputs[1])];
    const Shape depthwise = filter.shape;
    const auto weights = from_bytes<float>(filter.data);
    filter.shape = {depthwise[3], depthwise[1], depthwise[2], layer.channels};
    std::vector<float> full(filter.elements(), 0);
    for (std::int32_t o = 0; o < depthwise[3]; ++o) {
      for (std::int32_t y = 0; y < depthwise[1]; ++y) {
        for (std::int32_t x = 0; x < depthwise[2]; ++x) {
          full[index4(filter.shape, o, y, x, o / multiplier)] =
              weights[index4(depthwise, 0, y, x, o)];
        }
      }
    }
    filter.data = to_bytes(full);
    graph.operators[0].kind = conv_of(layer);
    expect_near(run_float(graph, input), expected);
  }
}

// A mean over whole windows is a depthwise convolution by 1 / taps.
TEST_P(Windowed, AverageIsADepthwiseConvolutionWhereNothingIsPadded) {
  Layer layer = GetParam();
  layer.padding = Padding::valid;
  layer.dilation_h = layer.dilation_w = 1;
  Graph graph = depthwise_graph(layer, Type::float32, 1, 7);
  const auto input = random_floats(graph.tensors[0].elements(), 8);
  Operator& op = graph.operators[0];
  Tensor& filter = graph.tensors[static_cast<std::size_t>(op.inputs[1])];
  filter.data = to_bytes(std::vector<float>(
      filter.elements(), 1 / static_cast<float>(layer.filter_h * layer.filter_w)));
  op.inputs.resize(2);
  const auto expected = run_float(graph, input);

  op.kind = AveragePool2D{.padding = Padding::valid,
                          .stride_h = layer.stride_h,
                          .stride_w = layer.stride_w,
                          .filter_h = layer.filter_h,
                          .filter_w = layer.filter_w};
  op.inputs.resize(1);
  expect_near(run_float(graph, input), expected);
}

// The largest distance, in output steps, between an int8 graph's answers and those of the real
// graph it stands for, clamped to what int8 can say.
double steps_from_real(const Graph& graph, std::uint32_t seed) {
  Interpreter integer = interpreter_of(graph);
  std::vector<std::int8_t> stored;
  std::vector<float> real;
  for (const TensorIndex index : graph.inputs) {
    const Tensor& in = graph.tensors[static_cast<std::size_t>(index)];
    for (const std::int8_t x : random_int8(in.elements(), seed++)) {
      stored.push_back(x);
      real.push_back(in.quantization.scale[0] *
                     static_cast<float>(x - in.quantization.zero_point[0]));
    }
  }
  const Quantization& out = graph.tensors[static_cast<std::size_t>(graph.outputs[0])].quantization;
  const auto expected = run_float(dequantized(graph), real);
  const auto answers = from_bytes<std::int8_t>(integer.run(to_bytes(stored)));
  EXPECT_EQ(answers.size(), expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const double steps = static_cast<double>(expected[i]) / static_cast<double>(out.scale[0]);
    const double stands_for = std::clamp(steps + out.zero_point[0], -128.0, 127.0);
    worst = std::max(worst, std::abs(answers[i] - stands_for));
  }
  return worst;
}

// Rounding alone takes half a step; the two-step rounding and float's own error a little more.
constexpr double one_rounding = 0.51;

TEST_P(Windowed, Int8IsTheRealConvolutionRounded) {
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    EXPECT_LT(steps_from_real(conv_graph(GetParam(), Type::int8, seed), seed), one_rounding);
    EXPECT_LT(steps_from_real(depthwise_graph(GetParam(), Type::int8, 1, seed), seed),
              one_rounding);
    EXPECT_LT(steps_from_real(depthwise_graph(GetParam(), Type::int8, 2, seed), seed),
              one_rounding);
  }
}

TEST_P(Windowed, Int8AverageIsTheRealOneRounded) {
  const Layer layer = GetParam();
  TestGraph g(Type::int8, 9);
  const TensorIndex in = g.input({2, layer.height, layer.width, layer.channels});
  const Graph graph = g.finish({g.pool(in, {.padding = layer.padding,
                                            .stride_h = layer.stride_h,
                                            .stride_w = layer.stride_w,
                                            .filter_h = layer.filter_h,
                                            .filter_w = layer.filter_w})});
  EXPECT_LT(steps_from_real(graph, 10), one_rounding);
}

INSTANTIATE_TEST_SUITE_P(Layers, Windowed,
                         testing::Values(Layer{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, Padding::same},
                                         Layer{5, 7, 3, 4, 3, 3, 1, 1, 1, 1, Padding::same},
                                         Layer{6, 7, 3, 4, 3, 3, 2, 2, 1, 1, Padding::same},
                                         Layer{9, 11, 2, 5, 3, 5, 2, 3, 1, 1, Padding::valid},
                                         Layer{9, 11, 4, 3, 3, 2, 1, 1, 2, 3, Padding::same},
                                         Layer{12, 9, 1, 3, 3, 2, 2, 1, 3, 2, Padding::valid},
                                         Layer{4, 4, 5, 2, 4, 4, 1, 1, 1, 1, Padding::same},
                                         Layer{8, 3, 2, 2, 2, 3, 3, 2, 1, 1, Padding::same},
                                         Layer{10, 4, 1, 8, 10, 4, 2, 2, 1, 1, Padding::same}));

TEST(Reference, Int8DenseIsTheRealOneRounded) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    TestGraph g(Type::int8, seed);
    const TensorIndex in = g.input({3, 37});
    if (seed % 2 == 1) g.weigh_per_tensor();
    if (seed % 3 == 1) g.leave_bias_out();
    const Activation activations[] = {Activation::none, Activation::relu, Activation::relu6,
                                      Activation::relu_n1_to_1};
    const Graph graph = g.finish({g.dense(in, 11, {.activation = activations[seed % 4]})});
    EXPECT_LT(steps_from_real(graph, seed), one_rounding);
  }
}

TEST(Reference, Int8SumIsTheRealOneRounded) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    TestGraph g(Type::int8, seed);
    const TensorIndex a = g.input({1, 4, 5, 6});
    const TensorIndex b = g.input({1, 4, 5, 6});
    const Activation activation = seed % 2 == 0 ? Activation::none : Activation::relu;
    const Graph graph = g.finish({g.add(a, b, {.activation = activation})});
    EXPECT_LT(steps_from_real(graph, seed), one_rounding);
  }
}

TEST(Reference, ReshapeKeepsEveryByte) {
  TestGraph g(Type::int8, 1);
  const TensorIndex in = g.input({2, 3, 4, 5});
  Interpreter interpreter = interpreter_of(g.finish({g.reshape(in, {6, 20})}));
  const auto bytes = to_bytes(random_int8(120, 3));
  EXPECT_EQ(interpreter.run(bytes), bytes);
}

// Several inputs and outputs lie back to back, in the graph's order, and every tensor can be read.
TEST(Reference, InputsAndOutputsLieBackToBack) {
  TestGraph g(Type::float32, 1);
  const TensorIndex a = g.input({1, 1, 1, 2});
  const TensorIndex b = g.input({1, 1, 1, 2});
  const TensorIndex sum = g.add(a, b);
  const TensorIndex flat = g.reshape(a, {2});
  Interpreter interpreter = interpreter_of(g.finish({flat, sum}));
  EXPECT_EQ(interpreter.input_bytes(), 16U);
  EXPECT_EQ(interpreter.output_bytes(), 16U);
  const auto output =
      from_bytes<float>(interpreter.run(to_bytes(std::vector<float>{1, 2, 10, 20})));
  EXPECT_EQ(output, (std::vector<float>{1, 2, 11, 22}));
  EXPECT_EQ(from_bytes<float>(interpreter.tensor(sum)), (std::vector<float>{11, 22}));
  EXPECT_EQ(from_bytes<float>(interpreter.tensor(b)), (std::vector<float>{10, 20}));
}

TEST(Reference, FloatActivationsClamp) {
  const auto clamped = [](Activation activation) {
    TestGraph g(Type::float32, 1);
    const TensorIndex a = g.input({4});
    const TensorIndex b = g.input({4});
    return run_float(g.finish({g.add(a, b, {.activation = activation})}),
                     {-7, -0.5F, 0.5F, 7, 0, 0, 0, 0});
  };
  EXPECT_EQ(clamped(Activation::none), (std::vector<float>{-7, -0.5F, 0.5F, 7}));
  EXPECT_EQ(clamped(Activation::relu), (std::vector<float>{0, 0, 0.5F, 7}));
  EXPECT_EQ(clamped(Activation::relu6), (std::vector<float>{0, 0, 0.5F, 6}));
  EXPECT_EQ(clamped(Activation::relu_n1_to_1), (std::vector<float>{-1, -0.5F, 0.5F, 1}));
}

// ---- softmax

std::vector<double> exact_softmax(const std::vector<std::int8_t>& input, double scale) {
  std::vector<double> result;
  const std::int8_t highest = *std::ranges::max_element(input);
  for (const std::int8_t x : input) result.push_back(std::exp((x - highest) * scale));
  const double sum = std::accumulate(result.begin(), result.end(), 0.0);
  for (double& x : result) x /= sum;
  return result;
}

TEST(Softmax, Int8IsWithinAStepOfTheExactOne) {
  std::uint32_t seed = 0;
  for (const float scale : {0.001F, 0.02F, 0.1F, 0.25F, 0.7F, 3.0F}) {
    for (const std::size_t classes : {1U, 2U, 3U, 12U, 300U, 1001U}) {
      const SoftmaxParameters parameters = softmax_parameters(1, {{scale}, {0}, 0});
      const auto input = random_int8(classes, ++seed);
      std::vector<std::int8_t> output(classes);
      softmax_row(input, parameters, output);
      const auto exact = exact_softmax(input, static_cast<double>(scale));
      for (std::size_t i = 0; i < classes; ++i) {
        const double expected = std::min(exact[i] * 256, 255.0) - 128;
        EXPECT_NEAR(output[i], expected, 0.51) << scale << " " << classes << " " << i;
      }
    }
  }
}

TEST(Softmax, HandlesItsExtremes) {
  const SoftmaxParameters parameters = softmax_parameters(1, {{0.1F}, {0}, 0});
  std::vector<std::int8_t> output(1);
  softmax_row(std::vector<std::int8_t>{-128}, parameters, output);
  EXPECT_EQ(output[0], 127);  // 1.0, one step above what int8 holds

  // The most classes that the sum can hold, all alike: each far below half a step.
  const auto classes = static_cast<std::size_t>(SoftmaxParameters::most_classes);
  output.resize(classes);
  softmax_row(std::vector<std::int8_t>(classes, 5), parameters, output);
  EXPECT_EQ(*std::ranges::max_element(output), -128);

  // Differences too large for the fixed point are zero.
  output.resize(2);
  softmax_row(std::vector<std::int8_t>{-128, 127}, softmax_parameters(1, {{50.0F}, {0}, 0}),
              output);
  EXPECT_EQ(output, (std::vector<std::int8_t>{-128, 127}));
}

TEST(Softmax, BetaSharpens) {
  std::vector<float> output(2);
  softmax_row(std::vector<float>{0, 1}, 2, output);
  EXPECT_NEAR(output[1], 1 / (1 + std::exp(-2.0)), 1e-6);
}

}  // namespace
}  // namespace sengi::model
