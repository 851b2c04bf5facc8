// SPDX-License-Identifier: Apache-2.0
#include "model/float_edges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/operator_graphs.h"

namespace sengi::model {
namespace {

using testing::ElementsAre;

// float in, QUANTIZE, two RELUs, DEQUANTIZE, float out.
Graph with_edges() {
  const Shape shape = {1, 4};
  return {.name = "net",
          .tensors = {plain(Type::float32, shape), quantized(Type::int8, shape, 0.5F, 3),
                      quantized(Type::int8, shape, 0.5F, 3), quantized(Type::int8, shape, 0.5F, 3),
                      plain(Type::float32, shape)},
          .operators = {{Quantize{}, {0}, {1}},
                        {Relu{}, {1}, {2}},
                        {Relu{}, {2}, {3}},
                        {Dequantize{}, {3}, {4}}},
          .inputs = {0},
          .outputs = {4}};
}

TEST(FloatEdges, FallAway) {
  const Graph inner = without_float_edges(with_edges());
  EXPECT_TRUE(check(inner).ok());
  EXPECT_THAT(inner.inputs, ElementsAre(1));
  EXPECT_THAT(inner.outputs, ElementsAre(3));
  EXPECT_EQ(inner.operators.size(), 2U);
  EXPECT_FALSE(first_float_operator(inner));
}

TEST(FloatEdges, StayWhereTheFloatIsReadTwice) {
  Graph graph = with_edges();
  graph.tensors.push_back(quantized(Type::int8, {1, 4}, 0.25F, 0));
  graph.operators.push_back({Quantize{}, {0}, {5}});
  graph.outputs.push_back(5);
  const Graph inner = without_float_edges(graph);
  EXPECT_TRUE(check(inner).ok()) << check(inner).error().message;
  EXPECT_THAT(inner.inputs, ElementsAre(0));
  EXPECT_THAT(inner.outputs, ElementsAre(3, 5));
}

TEST(FloatEdges, StayWhereNothingIsBetween) {
  const Shape shape = {1, 4};
  const Graph graph = {
      .name = "net",
      .tensors = {plain(Type::float32, shape), quantized(Type::int8, shape, 0.5F, 3),
                  plain(Type::float32, shape)},
      .operators = {{Quantize{}, {0}, {1}}, {Dequantize{}, {1}, {2}}},
      .inputs = {0},
      .outputs = {2}};
  const Graph inner = without_float_edges(graph);
  EXPECT_TRUE(check(inner).ok()) << check(inner).error().message;
  EXPECT_FALSE(inner.operators.empty());
}

TEST(FloatEdges, AreNotThereInOthers) {
  for (const Graph& graph : operator_graphs()) {
    const Graph inner = without_float_edges(graph);
    EXPECT_TRUE(check(inner).ok()) << graph.name << ": " << check(inner).error().message;
  }
}

}  // namespace
}  // namespace sengi::model
