// SPDX-License-Identifier: Apache-2.0
#include "model/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <ostream>

#include "model/interpreter.h"
#include "model/test_graphs.h"

namespace sengi::model {
namespace {

using testing::HasSubstr;

TEST(Graph, NamesAndSizes) {
  EXPECT_EQ(to_string(Shape{1, 49, 10, 8}), "1x49x10x8");
  EXPECT_EQ(name_of(Type::int8), "int8");
  EXPECT_EQ(bytes_of(Type::int16), 2U);
  EXPECT_EQ(bytes_of(Type::int64), 8U);
  EXPECT_EQ(name_of(Kind{DepthwiseConv2D{}}), "DEPTHWISE_CONV_2D");
  const Tensor tensor{"x", Type::float32, {2, 3, 4}, {}, {}};
  EXPECT_EQ(tensor.elements(), 24U);
  EXPECT_EQ(tensor.bytes(), 96U);
  EXPECT_FALSE(tensor.constant());
}

TEST(Graph, LabelsStayOnOneShortLine) {
  Graph graph;
  graph.tensors.resize(2);
  graph.tensors[0].name = "two\nlines" + std::string(200, 'x');
  EXPECT_THAT(tensor_label(graph, 0), testing::StartsWith("'two?linesxxx"));
  EXPECT_LT(tensor_label(graph, 0).size(), 70U);
  EXPECT_EQ(tensor_label(graph, 1), "#1");
  EXPECT_EQ(tensor_label(graph, 99), "#99");
}

TEST(Graph, CountsMacs) {
  const Graph graph = small_network(Type::int8, 1);
  std::vector<std::uint64_t> counts;
  for (const Operator& op : graph.operators) counts.push_back(macs(graph, op));
  // conv 6x10x6 outputs of 3x5x2 taps, depthwise of 3x3, pointwise of 6; dense 5 of 12.
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{360 * 30, 360 * 9, 360 * 6, 0, 0, 0, 60, 0}));
}

TEST(Check, AcceptsWholeGraphs) {
  for (const Type type : {Type::int8, Type::float32}) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      const auto result = check(small_network(type, seed));
      EXPECT_TRUE(result.ok()) << result.error().message;
    }
  }
}

// What is done to small_network() and what check() then says.
struct Fault {
  const char* name;
  std::function<void(Graph&)> damage;
  const char* message;
  Type type = Type::int8;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

// Operators of small_network, by their place.
constexpr std::size_t conv = 0, depthwise = 1, add = 3, pool = 4, reshape = 5, dense = 6,
                      softmax = 7;

Tensor& input(Graph& g, std::size_t op, std::size_t i) {
  return g.tensors[static_cast<std::size_t>(g.operators[op].inputs[i])];
}
Tensor& output(Graph& g, std::size_t op) {
  return g.tensors[static_cast<std::size_t>(g.operators[op].outputs[0])];
}
template <typename KindType>
KindType& kind(Graph& g, std::size_t op) {
  return std::get<KindType>(g.operators[op].kind);
}

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr std::int32_t huge = std::numeric_limits<std::int32_t>::max();

const Fault faults[] = {
    {"NoOperators", [](Graph& g) { g.operators.clear(); }, "no operators"},
    {"NoInputs", [](Graph& g) { g.inputs.clear(); }, "no graph inputs"},
    {"NoOutputs", [](Graph& g) { g.outputs.clear(); }, "no graph outputs"},
    {"InputOutside", [](Graph& g) { g.inputs[0] = 99; }, "graph input 99 is no tensor"},
    {"InputConstant", [](Graph& g) { g.inputs.push_back(g.operators[conv].inputs[1]); },
     "is a constant"},
    {"InputTwice", [](Graph& g) { g.inputs.push_back(g.inputs[0]); }, "listed twice"},
    {"OutputOutside", [](Graph& g) { g.outputs[0] = -1; }, "graph output -1 is no tensor"},
    {"OutputNotWritten", [](Graph& g) { g.outputs[0] = g.inputs[0]; }, "written by no operator"},
    {"OutputTwice", [](Graph& g) { g.outputs.push_back(g.outputs[0]); }, "listed twice"},
    {"ReadBeforeWritten", [](Graph& g) { std::swap(g.operators[0], g.operators[1]); },
     "operator 0, DEPTHWISE_CONV_2D 't6': input 't3' is read before it is written"},
    {"ReadsItself", [](Graph& g) { g.operators[add].inputs[1] = g.operators[add].outputs[0]; },
     "read before it is written"},
    {"WrittenTwice",
     [](Graph& g) { g.operators[depthwise].outputs[0] = g.operators[conv].outputs[0]; },
     "written before"},
    {"WritesConstant",
     [](Graph& g) { g.operators[depthwise].outputs[0] = g.operators[conv].inputs[1]; },
     "is a constant"},
    {"TensorOutside", [](Graph& g) { g.operators[conv].inputs[0] = 1000; },
     "operator 0, CONV_2D 't3': input #1000 is no tensor"},
    {"AbsentInput", [](Graph& g) { g.operators[conv].inputs[0] = absent; }, "is no tensor"},
    {"OutputIndexOutside", [](Graph& g) { g.operators[conv].outputs[0] = -7; }, "is no tensor"},
    {"TooFewInputs", [](Graph& g) { g.operators[add].inputs.pop_back(); }, "1 inputs; 2 are"},
    {"TooManyInputs", [](Graph& g) { g.operators[pool].inputs.push_back(0); }, "2 inputs"},
    {"NoOutput", [](Graph& g) { g.operators[pool].outputs.clear(); }, "0 outputs"},
    {"ComputedFilter", [](Graph& g) { g.operators[conv].inputs[1] = g.inputs[0]; },
     "filter 't0' is computed"},
    {"ConstantInput", [](Graph& g) { g.operators[conv].inputs[0] = g.operators[conv].inputs[1]; },
     "only computed tensors"},
    {"ScalarTensor", [](Graph& g) { g.tensors[0].shape.clear(); }, "tensor 't0' has 0 axes"},
    {"TooManyAxes", [](Graph& g) { g.tensors[0].shape.assign(9, 1); }, "9 axes"},
    {"ZeroDimension", [](Graph& g) { g.tensors[0].shape[1] = 0; }, "at least 1"},
    {"NegativeDimension", [](Graph& g) { g.tensors[0].shape[1] = -12; }, "at least 1"},
    {"HugeShape",
     [](Graph& g) {
       g.tensors[0].shape = {huge, huge, huge, huge};
     },
     "at most"},
    {"HugeTogether",
     [](Graph& g) {
       for (int i = 0; i < 3; ++i) {
         g.tensors.push_back({"big", Type::int8, {1 << 27}, {}, {}});
       }
     },
     "together"},
    {"ShortData", [](Graph& g) { input(g, conv, 1).data.pop_back(); }, "bytes instead of"},
    {"ScalesWithoutZeroPoints",
     [](Graph& g) { input(g, conv, 1).quantization.zero_point.pop_back(); },
     "6 scales and 5 zero points"},
    {"ScaleCount",
     [](Graph& g) {
       input(g, conv, 1).quantization.scale.pop_back();
       input(g, conv, 1).quantization.zero_point.pop_back();
     },
     "5 scales along axis 0"},
    {"AxisOutside", [](Graph& g) { input(g, conv, 1).quantization.axis = 4; }, "along axis 4"},
    {"AxisOfInputs",
     [](Graph& g) {
       Quantization& q = input(g, depthwise, 1).quantization;
       q.axis = 1;
       q.scale.resize(3);
       q.zero_point.resize(3);
     },
     "axis 3 holds the channels"},
    {"ZeroScale", [](Graph& g) { g.tensors[0].quantization.scale[0] = 0; }, "has scale 0"},
    {"NegativeScale", [](Graph& g) { g.tensors[0].quantization.scale[0] = -1; }, "has scale -1"},
    {"InfiniteScale", [](Graph& g) { g.tensors[0].quantization.scale[0] = infinity; },
     "has scale inf"},
    {"NanScale", [](Graph& g) { input(g, conv, 1).quantization.scale[3] = nan; }, "has scale nan"},
    {"ZeroPointOutside", [](Graph& g) { g.tensors[0].quantization.zero_point[0] = 128; },
     "zero point 128"},
    {"WeightZeroPoint", [](Graph& g) { input(g, conv, 1).quantization.zero_point[2] = 1; },
     "filter 't1' has a zero point other than 0"},
    {"BiasZeroPoint", [](Graph& g) { input(g, conv, 2).quantization.zero_point[2] = 1; },
     "zero point 1"},
    {"BiasScale", [](Graph& g) { input(g, conv, 2).quantization.scale[2] *= 1.05F; },
     "bias 't2' has scale"},
    {"BiasWithoutScale", [](Graph& g) { input(g, conv, 2).quantization = {}; }, "has no scale"},
    {"BiasType", [](Graph& g) { input(g, conv, 2).type = Type::float32; }, "float32 and has a"},
    {"WeightsWithoutScale", [](Graph& g) { input(g, dense, 1).quantization = {}; },
     "weights 't13' has no scale"},
    {"ActivationWithoutScale", [](Graph& g) { g.tensors[0].quantization = {}; },
     "input 't0' is int8 and needs one scale"},
    {"OutputWithoutScale", [](Graph& g) { output(g, conv).quantization = {}; },
     "its output is int8 and needs one scale"},
    {"WrongType", [](Graph& g) { g.tensors[0].type = Type::int16; },
     "input 't0' is int16 where int8 is needed"},
    {"Int16Output", [](Graph& g) { output(g, conv).type = Type::int16; },
     "operator 0, CONV_2D 't3': input 't0' is int8 where int16 is needed"},
    {"Int32Output",
     [](Graph& g) {
       output(g, conv).type = Type::int32;
       output(g, conv).quantization.zero_point[0] = 0;
     },
     "operator 0, CONV_2D 't3': its output is int32; only int8, int16, float32 are supported"},
    {"PoolRescales", [](Graph& g) { output(g, pool).quantization.scale[0] *= 2; },
     "must keep its input's"},
    {"ReshapeRescales", [](Graph& g) { output(g, reshape).quantization.zero_point[0] ^= 1; },
     "must keep its input's"},
    {"SoftmaxScale", [](Graph& g) { output(g, softmax).quantization.scale[0] = 1.0F / 128; },
     "fixes scale 1/256, zero point -128"},
    {"SoftmaxZeroPoint", [](Graph& g) { output(g, softmax).quantization.zero_point[0] = 0; },
     "fixes scale 1/256"},
    {"SoftmaxInputScale", [](Graph& g) { input(g, softmax, 0).quantization.scale[0] = 1e-20F; },
     "too small"},
    {"BetaZero", [](Graph& g) { kind<Softmax>(g, softmax).beta = 0; }, "beta is 0"},
    {"BetaNan", [](Graph& g) { kind<Softmax>(g, softmax).beta = nan; }, "beta is nan"},
    {"AddFactor", [](Graph& g) { output(g, add).quantization.scale[0] = 1e-12F; },
     "too far from its inputs'"},
    {"OutputFactor", [](Graph& g) { output(g, conv).quantization.scale[0] = 1e-30F; },
     "too small beside"},
    {"Accumulator",
     [](Graph& g) {
       const std::int32_t bias = huge - 1000;
       std::memcpy(input(g, conv, 2).data.data() + 8, &bias, sizeof(bias));
     },
     "weights and bias of channel 2 can reach"},
    {"ConvChannels",
     [](Graph& g) {
       input(g, conv, 1).shape = {12, 3, 5, 1};
     },
     "axis 0"},
    {"ConvRank",
     [](Graph& g) {
       input(g, conv, 1).shape = {6, 3, 10};
     },
     "4 axes are needed"},
    {"InputRank",
     [](Graph& g) {
       g.tensors[0].shape = {12, 20};
     },
     "4 axes are needed"},
    {"ConvOutput", [](Graph& g) { output(g, conv).shape[1] = 5; },
     "its output has shape 1x5x10x6; it follows from the inputs that it is 1x6x10x6"},
    {"ConvBatch", [](Graph& g) { output(g, conv).shape[0] = 2; }, "it follows from the inputs"},
    {"BiasCount",
     [](Graph& g) {
       input(g, conv, 2) = {"b", Type::int32, {1}, {{1}, {0}, 0}, std::vector<std::byte>(4)};
     },
     "bias 'b' has 1 elements for 6 output channels"},
    {"StrideZero", [](Graph& g) { kind<Conv2D>(g, conv).stride_h = 0; },
     "stride along height is 0"},
    {"StrideHuge", [](Graph& g) { kind<Conv2D>(g, conv).stride_w = huge; }, "from 1 to 32768"},
    {"DilationNegative", [](Graph& g) { kind<Conv2D>(g, conv).dilation_h = -1; }, "dilation along"},
    {"DilationHuge", [](Graph& g) { kind<Conv2D>(g, conv).dilation_w = huge; }, "dilation along"},
    {"PoolFilterZero", [](Graph& g) { kind<AveragePool2D>(g, pool).filter_w = 0; },
     "filter width is 0"},
    {"WindowTooLarge", [](Graph& g) { kind<AveragePool2D>(g, pool).filter_h = 7; },
     "smaller than the window 7x5"},
    {"PoolOverflow",
     [](Graph& g) {
       auto& p = kind<AveragePool2D>(g, pool);
       p = {Padding::same, 6, 5, 1 << 15, 1 << 15, Activation::none};
     },
     "beyond a 32-bit accumulator"},
    {"DepthMultiplier", [](Graph& g) { kind<DepthwiseConv2D>(g, depthwise).depth_multiplier = 2; },
     "6 channels and depth multiplier 2"},
    {"DepthMultiplierZero",
     [](Graph& g) { kind<DepthwiseConv2D>(g, depthwise).depth_multiplier = 0; }, "multiplier 0"},
    {"DenseDepth",
     [](Graph& g) {
       output(g, reshape).shape = {1, 11};
     },
     "for an input of"},
    {"DenseOutput",
     [](Graph& g) {
       output(g, dense).shape = {5, 1};
     },
     "that it is 1x5"},
    {"AddShapes",
     [](Graph& g) {
       g.operators[add].inputs[1] = g.operators[add].inputs[0];
       g.operators[add].inputs[0] = g.inputs[0];
     },
     "which does not fit beside 1x12x10x2"},
    {"SoftmaxShape",
     [](Graph& g) {
       output(g, softmax).shape = {5, 1};
     },
     "that it is 1x5"},
    {"FloatWithScale",
     [](Graph& g) {
       g.tensors[0].quantization = {{1}, {0}, 0};
     },
     "float32 and has a scale", Type::float32},
    {"FloatBias", [](Graph& g) { input(g, conv, 2).type = Type::int32; },
     "bias 't2' is int32 where float32 is needed", Type::float32},
};

class CheckFault : public testing::TestWithParam<Fault> {};

TEST_P(CheckFault, IsNamed) {
  Graph graph = small_network(GetParam().type, 1);
  GetParam().damage(graph);
  const auto result = check(graph);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, HasSubstr(GetParam().message));
  EXPECT_THAT(result.error().message, testing::Not(HasSubstr("\n")));
  EXPECT_FALSE(Interpreter::make(graph).ok());
}

INSTANTIATE_TEST_SUITE_P(Faults, CheckFault, testing::ValuesIn(faults),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Check, RefusesMoreSoftmaxClassesThanTheSumHolds) {
  const auto graph_of = [](std::int32_t classes) {
    TestGraph g(Type::int8, 1);
    return g.finish({g.softmax(g.input({1, classes}))});
  };
  EXPECT_TRUE(check(graph_of(4095)).ok());
  ASSERT_FALSE(check(graph_of(4096)).ok());
  EXPECT_THAT(check(graph_of(4096)).error().message, HasSubstr("4096 classes"));
}

}  // namespace
}  // namespace sengi::model
