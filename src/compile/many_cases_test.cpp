// SPDX-License-Identifier: Apache-2.0
// Thousands of random layers against the reference interpreter, many to a program and without the
// sanitizers that generated_code_test.cpp has; and that their corners are among them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <string>

#include "compile/expect_bytes.h"

namespace sengi::compile {
namespace {

using model::Graph;
using Make = Graph (*)(const std::string&, std::uint32_t);

struct Family {
  const char* name;
  Make make;
  std::uint32_t cases;
};

void PrintTo(const Family& family, std::ostream* out) { *out << family.name; }

// Beside the seeds of the tests with sanitizers.
constexpr std::uint32_t first_seed = 10'000;
constexpr Family families[] = {{"layer", random_layer, 300},
                               {"move", random_move, 150},
                               {"blocks", random_blocks, 200},
                               {"wide", random_wide_layer, 100},
                               {"elementwise", random_elementwise, 100},
                               {"typed", random_typed, 400},
                               {"reduction", random_reduction, 50},
                               {"memory", random_memory, 50},
                               {"gru", random_gru, 100},
                               {"trees", random_trees, 300}};

std::vector<Graph> graphs_of(const Family& family) {
  std::vector<Graph> graphs;
  for (std::uint32_t i = 0; i < family.cases; ++i) {
    const std::uint32_t seed = first_seed + i;
    graphs.push_back(family.make(fmt::format("{}_{}", family.name, seed), seed));
  }
  return graphs;
}

class ManyCases : public testing::TestWithParam<Family> {};

TEST_P(ManyCases, GiveTheInterpretersBytes) {
  const Compiler plain = {"g++", {"-O0"}};
  constexpr std::ptrdiff_t together = 100;
  const std::vector<Graph> graphs = graphs_of(GetParam());
  for (auto first = graphs.begin(); first != graphs.end();) {
    const auto end = first + std::min<std::ptrdiff_t>(together, graphs.end() - first);
    expect_interpreters_bytes({first, end}, plain);
    first = end;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, ManyCases, testing::ValuesIn(families),
                         [](const auto& tested) { return std::string(tested.param.name); });

// What a case has that layers stumble over.
std::vector<std::string> corners_of(const Graph& graph) {
  std::vector<std::string> corners;
  const auto tensor = [&](model::TensorIndex index) -> const model::Tensor& {
    return graph.tensors[static_cast<std::size_t>(index)];
  };
  const auto note = [&](bool there, const char* corner) {
    if (there) corners.emplace_back(corner);
  };
  const model::Operator& op = graph.operators[0];
  const model::Tensor& input = tensor(op.inputs[0]);
  const auto windows = [&](const auto& kind, std::int32_t rows, std::int32_t columns) {
    note(kind.stride_h > rows || kind.stride_w > columns, "stride over the window");
    note(input.shape[0] > 1, "batch above one");
    note(input.shape[1] == 1 && input.shape[2] == 1, "one pixel");
    note(
        kind.padding == model::Padding::same && (rows > input.shape[1] || columns > input.shape[2]),
        "window over the image");
  };
  const auto filtered = [&](const auto& kind) {
    const model::Tensor& filter = tensor(op.inputs[1]);
    windows(kind, filter.shape[1], filter.shape[2]);
    note(kind.dilation_h > 1, "dilation");
    note(filter.quantization.per_tensor(), "weights of one scale");
    note(!filter.quantization.per_tensor(), "weights of a scale for each channel");
    note(filter.quantization.zero_point[0] != 0, "weights with a zero point");
    note(op.inputs[2] == model::absent, "no bias");
  };
  if (const auto* conv = std::get_if<model::Conv2D>(&op.kind)) filtered(*conv);
  if (const auto* conv = std::get_if<model::DepthwiseConv2D>(&op.kind)) {
    filtered(*conv);
    note(conv->depth_multiplier > 1, "channel multiplier");
  }
  if (const auto* pool = std::get_if<model::AveragePool2D>(&op.kind)) {
    windows(*pool, pool->filter_h, pool->filter_w);
  }
  if (input.type == model::Type::int8 && !input.quantization.empty()) {
    note(input.quantization.zero_point[0] == -128, "lowest zero point of the input");
    note(input.quantization.zero_point[0] == 127, "highest zero point of the input");
  }
  const model::Tensor& output = tensor(op.outputs[0]);
  if (output.type == model::Type::int8 && !output.quantization.empty()) {
    note(output.quantization.zero_point[0] == -128, "lowest zero point of the output");
    note(output.quantization.zero_point[0] == 127, "highest zero point of the output");
  }
  return corners;
}

TEST(ManyCases, AreOverTwoThousandAndMeetTheCorners) {
  std::size_t cases = 0;
  std::map<std::string, int> seen;
  for (const Family& family : families) {
    cases += family.cases;
    for (const Graph& graph : graphs_of(family)) {
      for (const std::string& corner : corners_of(graph)) ++seen[corner];
    }
  }
  EXPECT_GE(cases, 1'350U);  // and 1,000 in generated_code_test.cpp
  for (const char* corner :
       {"stride over the window", "dilation", "channel multiplier", "batch above one", "one pixel",
        "window over the image", "weights of one scale", "weights of a scale for each channel",
        "weights with a zero point", "no bias", "lowest zero point of the input",
        "highest zero point of the input", "lowest zero point of the output",
        "highest zero point of the output"}) {
    EXPECT_GE(seen[corner], 5) << corner;
  }
}

}  // namespace
}  // namespace sengi::compile
