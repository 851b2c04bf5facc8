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

TEST(CheckKernels, NamesAnOperatorWithoutOne) {
  const Graph graph{.name = "net",
                    .tensors = {tensor_of("a", Type::int8, {2, 4}, 0.1F, 3),
                                tensor_of("b", Type::int8, {4, 2}, 0.1F, 3),
                                tensor_of("out", Type::int8, {2, 2}, 0.1F, 3)},
                    .operators = {{model::BatchMatMul{}, {0, 1}, {2}}},
                    .inputs = {0, 1},
                    .outputs = {2}};
  EXPECT_THAT(fault_of(graph),
              HasSubstr("operator 0, BATCH_MATMUL 'out': no device kernel for BATCH_MATMUL yet"));
}

TEST(CheckKernels, NamesATypeWithoutOne) {
  const Graph graph{.name = "net",
                    .tensors = {tensor_of("in", Type::int16, {1, 2, 2, 3}, 0.1F, 0),
                                tensor_of("mean", Type::int16, {1, 2, 2, 3}, 0.1F, 0)},
                    .operators = {{model::AveragePool2D{}, {0}, {1}}},
                    .inputs = {0},
                    .outputs = {1}};
  EXPECT_THAT(fault_of(graph),
              HasSubstr("AVERAGE_POOL_2D 'mean': no device kernel for AVERAGE_POOL_2D of int16"));
}

}  // namespace
}  // namespace sengi::compile
