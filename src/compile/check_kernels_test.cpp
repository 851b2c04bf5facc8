// SPDX-License-Identifier: Apache-2.0
// Networks that the reference interpreter runs and devices do not yet: refused by operator and
// tensor, before anything is planned.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compile/compile.h"
#include "model/graph.h"

namespace sengi::compile {
namespace {

using model::Graph;
using model::Shape;
using model::Tensor;
using model::Type;
using testing::HasSubstr;

Tensor tensor_of(const char* name, Type type, const Shape& shape, float scale, std::int32_t zero) {
  return {name, type, shape, {{scale}, {zero}, 0}, {}};
}

std::string fault_of(const Graph& graph) {
  EXPECT_TRUE(model::check(graph).ok()) << model::check(graph).error().message;
  const auto code = generate(graph, "test.tflite", "");
  EXPECT_FALSE(code.ok());
  return code.ok() ? "" : code.error().message;
}

TEST(CheckKernels, NamesATypeWithoutOne) {
  const auto whole = [](const char* name) { return Tensor{name, Type::int32, {2, 4}, {}, {}}; };
  const Graph graph{.name = "net",
                    .tensors = {whole("a"), whole("b"), whole("out")},
                    .operators = {{model::Div{}, {0, 1}, {2}}},
                    .inputs = {0, 1},
                    .outputs = {2}};
  EXPECT_THAT(fault_of(graph),
              HasSubstr("operator 0, DIV 'out': no device kernel for DIV of int32 yet"));
}

// Within float edges; beyond them it is refused.
TEST(CheckKernels, NamesWhatIsFloat) {
  const Graph graph{.name = "net",
                    .tensors = {tensor_of("in", Type::int8, {1, 4}, 0.1F, 3),
                                Tensor{"real", Type::float32, {1, 4}, {}, {}},
                                Tensor{"out", Type::float32, {1, 4}, {}, {}}},
                    .operators = {{model::Dequantize{}, {0}, {1}}, {model::LogSoftmax{}, {1}, {2}}},
                    .inputs = {0},
                    .outputs = {2}};
  EXPECT_THAT(
      fault_of(graph),
      HasSubstr("operator 1, LOG_SOFTMAX 'out' computes in float32 in a network of integers"));
}

// QUANTIZE, RELU, DEQUANTIZE: what is between is compiled, and the header says what is not.
TEST(FloatEdges, AreLeftToTheCaller) {
  const Graph graph{.name = "net",
                    .tensors = {Tensor{"in", Type::float32, {1, 4}, {}, {}},
                                tensor_of("stored", Type::int8, {1, 4}, 0.5F, 3),
                                tensor_of("relu", Type::int8, {1, 4}, 0.25F, -7),
                                Tensor{"out", Type::float32, {1, 4}, {}, {}}},
                    .operators = {{model::Quantize{}, {0}, {1}},
                                  {model::Relu{}, {1}, {2}},
                                  {model::Dequantize{}, {2}, {3}}},
                    .inputs = {0},
                    .outputs = {3}};
  const auto code = generate(graph, "test.tflite", "");
  ASSERT_TRUE(code.ok()) << code.error().message;
  EXPECT_EQ(code.value().plan.layers.size(), 1U);
  EXPECT_EQ(code.value().plan.input_bytes, 4U);
  EXPECT_EQ(code.value().plan.output_bytes, 4U);
  EXPECT_THAT(code.value().header, HasSubstr("begins behind its QUANTIZE"));
  EXPECT_THAT(code.value().header, HasSubstr("ends before its DEQUANTIZE"));
  EXPECT_THAT(code.value().header, HasSubstr("input_scales[] = {0.5f}"));
  EXPECT_THAT(code.value().header, HasSubstr("output_zero_points[] = {-7}"));
}

}  // namespace
}  // namespace sengi::compile
