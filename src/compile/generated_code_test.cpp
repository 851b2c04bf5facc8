// SPDX-License-Identifier: Apache-2.0
// Generated code against the reference interpreter and the published models' golden bytes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "base/files.h"
#include "base/hash.h"
#include "compile/expect_bytes.h"
#include "compile/published_models.h"

namespace sengi::compile {
namespace {

namespace fs = std::filesystem;

// Memory and arithmetic faults end the program.
const Compiler checked = {"g++", {"-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover"}};

TEST(GeneratedCode, GivesTheInterpretersBytesForSingleLayers) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    graphs.push_back(random_layer(fmt::format("layer_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked);
}

TEST(GeneratedCode, GivesTheInterpretersBytesForMoves) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    graphs.push_back(random_move(fmt::format("move_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked);
}

TEST(GeneratedCode, GivesTheInterpretersBytesElementByElement) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    graphs.push_back(random_elementwise(fmt::format("elementwise_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked);
}

TEST(GeneratedCode, GivesTheInterpretersBytesForWideLayers) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    graphs.push_back(random_wide_layer(fmt::format("wide_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked);
}

TEST(GeneratedCode, GivesTheInterpretersBytesForBlocksAndTypedLayers) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    graphs.push_back(random_blocks(fmt::format("blocks_{}", seed), seed));
    graphs.push_back(random_typed(fmt::format("typed_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked);
}

TEST(GeneratedCode, GivesTheInterpretersBytesForReductions) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 80; ++seed) {
    graphs.push_back(random_reduction(fmt::format("reduction_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked);
}

TEST(GeneratedCode, GivesTheInterpretersBytesForLayersWithState) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    graphs.push_back(random_memory(fmt::format("memory_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked, 9);
}

TEST(GeneratedCode, GivesTheInterpretersBytesForGatedUnits) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    graphs.push_back(random_gru(fmt::format("gru_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked, 9);
}

TEST(GeneratedCode, GivesTheInterpretersBytesForTrees) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    graphs.push_back(random_trees(fmt::format("trees_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, checked, 9);
}

TEST(GeneratedCode, GivesTheInterpretersBytesWhereSpeedIsFavoured) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    graphs.push_back(random_tiles(fmt::format("tiles_{}", seed), seed));
  }
  const auto code = generate(graphs[0], "tiles.tflite", "", Favor::speed);
  ASSERT_TRUE(code.ok()) << code.error().message;
  EXPECT_NE(code.value().source.find("winograd_conv2d"), std::string::npos);
  expect_interpreters_bytes(graphs, checked, 3, Favor::speed);
}

TEST(GeneratedCode, GivesTheInterpretersBytesForNetworks) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 24; ++seed) {
    graphs.push_back(random_network(fmt::format("network_{}", seed), seed));
  }
  graphs.push_back(keyword_network("keyword", 1));
  GraphBuilder builder("renamed", 1);
  const model::TensorIndex input = builder.input({1, 4, 3});
  graphs.push_back(builder.finish({builder.reshape(input, {1, 12})}));
  expect_interpreters_bytes(graphs, checked);
}

TEST(GeneratedCode, CompilesWithClang) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 1000; seed < 1010; ++seed) {
    graphs.push_back(random_layer(fmt::format("layer_{}", seed), seed));
    graphs.push_back(random_network(fmt::format("network_{}", seed), seed));
    graphs.push_back(random_move(fmt::format("move_{}", seed), seed));
    graphs.push_back(random_wide_layer(fmt::format("wide_{}", seed), seed));
    graphs.push_back(random_elementwise(fmt::format("elementwise_{}", seed), seed));
    graphs.push_back(random_reduction(fmt::format("reduction_{}", seed), seed));
    graphs.push_back(random_memory(fmt::format("memory_{}", seed), seed));
    graphs.push_back(random_blocks(fmt::format("blocks_{}", seed), seed));
    graphs.push_back(random_typed(fmt::format("typed_{}", seed), seed));
    graphs.push_back(random_trees(fmt::format("trees_{}", seed), seed));
    graphs.push_back(random_gru(fmt::format("gru_{}", seed), seed));
  }
  expect_interpreters_bytes(graphs, {"clang++", {"-O2"}});
}

// The MLPerf Tiny reference models, whose outputs for three inputs TensorFlow Lite Micro's
// reference kernels gave. Arenas are pinned: a plan may only get smaller.
struct Golden {
  std::string name;
  std::size_t arena_bytes;
};
void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.name; }

class GoldenModel : public testing::TestWithParam<Golden> {};

TEST_P(GoldenModel, GivesTheGoldenBytes) {
  const fs::path data = SENGI_SHARED_DATA;
  if (!fs::exists(data)) GTEST_SKIP() << "the published models are not at " << data;
  const std::string& name = GetParam().name;
  const fs::path path = data / "tflite_models" / "tiny" / (name + ".tflite");
  const Result<Bytes> file = read_file(path);
  ASSERT_TRUE(file.ok()) << file.error().message;
  const Result<model::Graph> graph = model::read_tflite(file.value(), name);
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  const Result<GeneratedCode> code = generate(graph.value(), path.filename(), sha256(file.value()));
  ASSERT_TRUE(code.ok()) << code.error().message;
  EXPECT_LE(code.value().plan.arena_bytes, GetParam().arena_bytes);

  const Result<Bytes> input = read_file(data / "tflite_golden" / ("tiny_" + name + ".in"));
  const Result<Bytes> output = read_file(data / "tflite_golden" / ("tiny_" + name + ".out"));
  ASSERT_TRUE(input.ok() && output.ok());
  ASSERT_EQ(input.value().size(), 3 * code.value().plan.input_bytes);
  const auto outputs = run_generated({code.value()}, {input.value()});
  ASSERT_TRUE(outputs.ok()) << outputs.error().message;
  EXPECT_TRUE(outputs.value()[0] == output.value());
}

INSTANTIATE_TEST_SUITE_P(MlPerfTiny, GoldenModel,
                         testing::Values(Golden{"ad01_int8", 768}, Golden{"kws_ref_model", 8'512},
                                         Golden{"pretrainedResnet_quant", 34'592},
                                         Golden{"vww_96_int8", 39'376},
                                         Golden{"str_ww_ref_model", 4'224}),
                         [](const auto& info) { return info.param.name; });

// Some to a program.
TEST(PublishedModels, GiveTheGoldenBytes) {
  const fs::path data = SENGI_SHARED_DATA;
  if (!fs::exists(data)) GTEST_SKIP() << "the published models are not at " << data;
  const PublishedModels published = published_models(data);
  const std::vector<PublishedModel>& models = published.models;
  constexpr std::size_t together = 12;
  for (std::size_t first = 0; first < models.size(); first += together) {
    std::vector<GeneratedCode> codes;
    std::vector<Bytes> inputs;
    const std::size_t end = std::min(first + together, models.size());
    for (std::size_t i = first; i < end; ++i) {
      codes.push_back(models[i].code);
      inputs.push_back(models[i].input);
    }
    const auto outputs = run_generated(codes, inputs);
    ASSERT_TRUE(outputs.ok()) << outputs.error().message;
    for (std::size_t i = first; i < end; ++i) {
      EXPECT_TRUE(outputs.value()[i - first] == models[i].output) << models[i].name;
    }
  }
  EXPECT_EQ(models.size(), 85U);
  // Those that compute in float.
  for (const std::string& refused : published.refused) {
    EXPECT_NE(refused.find("float32"), std::string::npos) << refused;
  }
}

}  // namespace
}  // namespace sengi::compile
