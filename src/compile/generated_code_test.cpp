// SPDX-License-Identifier: Apache-2.0
// Generated code against the reference interpreter and the published models' golden bytes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "base/files.h"
#include "base/hash.h"
#include "compile/generated_program.h"
#include "compile/graph_builder.h"
#include "model/interpreter.h"
#include "model/tflite.h"

namespace sengi::compile {
namespace {

namespace fs = std::filesystem;

// Random bytes; every third inference has all bytes at one end of int8 or the other.
Bytes random_inputs(std::size_t bytes, int inferences, std::uint32_t seed) {
  Random random(seed);
  Bytes inputs;
  for (int i = 0; i < inferences; ++i) {
    for (std::size_t k = 0; k < bytes; ++k) {
      const std::int32_t value = i % 3 != 2 ? random.integer(0, 255) : random.integer(0, 1) + 127;
      inputs.push_back(static_cast<std::byte>(value));
    }
  }
  return inputs;
}

Bytes interpreted(const model::Graph& graph, const Bytes& inputs) {
  Result<model::Interpreter> interpreter = model::Interpreter::make(graph);
  if (!interpreter.ok()) {
    ADD_FAILURE() << interpreter.error().message;
    return {};
  }
  const std::size_t size = interpreter.value().input_bytes();
  Bytes outputs;
  for (std::size_t at = 0; at < inputs.size(); at += size) {
    const Bytes output = interpreter.value().run(std::span(inputs).subspan(at, size));
    outputs.insert(outputs.end(), output.begin(), output.end());
  }
  return outputs;
}

void expect_interpreters_bytes(const std::vector<model::Graph>& graphs, const Compiler& compiler,
                               int inferences = 3) {
  std::vector<GeneratedCode> models;
  std::vector<Bytes> inputs;
  for (const model::Graph& graph : graphs) {
    Result<GeneratedCode> code = generate(graph, graph.name + ".tflite", sha256(graph.name));
    ASSERT_TRUE(code.ok()) << code.error().message;
    inputs.push_back(random_inputs(code.value().plan.input_bytes, inferences,
                                   static_cast<std::uint32_t>(sha256(graph.name)[0])));
    models.push_back(std::move(code).value());
  }
  const auto outputs = run_generated(models, inputs, compiler);
  ASSERT_TRUE(outputs.ok()) << outputs.error().message;
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    EXPECT_EQ(outputs.value()[i], interpreted(graphs[i], inputs[i])) << graphs[i].name << "\n"
                                                                     << models[i].header;
  }
}

// Memory and arithmetic faults end the program.
const Compiler checked = {"g++", {"-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover"}};

TEST(GeneratedCode, GivesTheInterpretersBytesForSingleLayers) {
  std::vector<model::Graph> graphs;
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    graphs.push_back(random_layer(fmt::format("layer_{}", seed), seed));
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
    graphs.push_back(random_elementwise(fmt::format("elementwise_{}", seed), seed));
    graphs.push_back(random_reduction(fmt::format("reduction_{}", seed), seed));
    graphs.push_back(random_memory(fmt::format("memory_{}", seed), seed));
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

// Published models with golden bytes, beside those above, in the order of their names.
std::vector<fs::path> models_with_goldens(const fs::path& data) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(data / "tflite_models")) {
    const bool mlperf = entry.path().parent_path().filename() == "tiny";
    if (entry.path().extension() == ".tflite" && !mlperf) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

// "DATA/tflite_golden/tflite-micro_NAME.in"
fs::path golden_of(const fs::path& data, const fs::path& model, const std::string& extension) {
  return data / "tflite_golden" /
         (model.parent_path().filename().string() + "_" + model.stem().string() + extension);
}

// Every published network whose operators have kernels, in one program.
TEST(GeneratedCode, GivesTheGoldenBytesOfPublishedModels) {
  const fs::path data = SENGI_SHARED_DATA;
  if (!fs::exists(data)) GTEST_SKIP() << "the published models are not at " << data;
  std::vector<GeneratedCode> codes;
  std::vector<Bytes> inputs;
  std::vector<fs::path> paths;
  for (const fs::path& path : models_with_goldens(data)) {
    const Result<Bytes> input = read_file(golden_of(data, path, ".in"));
    const Result<Bytes> file = read_file(path);
    if (!input.ok() || !file.ok()) continue;
    const auto graph = model::read_tflite(file.value(), fmt::format("golden_{}", codes.size()));
    if (!graph.ok()) continue;
    Result<GeneratedCode> code = generate(graph.value(), path.filename(), sha256(file.value()));
    if (!code.ok()) {
      std::cout << path.filename() << ": " << code.error().message << "\n";
      continue;
    }
    codes.push_back(std::move(code).value());
    inputs.push_back(input.value());
    paths.push_back(path);
  }
  EXPECT_GE(codes.size(), 5U);
  const auto outputs = run_generated(codes, inputs);
  ASSERT_TRUE(outputs.ok()) << outputs.error().message;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const Result<Bytes> expected = read_file(golden_of(data, paths[i], ".out"));
    ASSERT_TRUE(expected.ok());
    EXPECT_TRUE(outputs.value()[i] == expected.value()) << paths[i];
  }
}

}  // namespace
}  // namespace sengi::compile
