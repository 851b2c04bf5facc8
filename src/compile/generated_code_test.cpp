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
                               int inferences = 3, Favor favor = Favor::size) {
  std::vector<GeneratedCode> models;
  std::vector<Bytes> inputs;
  for (const model::Graph& graph : graphs) {
    Result<GeneratedCode> code = generate(graph, graph.name + ".tflite", sha256(graph.name), favor);
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

// All published models with goldens whose operators have kernels, some to a program.
struct Published {
  fs::path path;
  GeneratedCode code;
  Bytes input;
  Bytes output;
};

Bytes bytes_of_file(const fs::path& path) {
  Result<Bytes> bytes = read_file(path);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  return bytes.ok() ? std::move(bytes).value() : Bytes();
}

fs::path golden_of(const fs::path& model, const char* ending) {
  return fs::path(SENGI_SHARED_DATA) / "tflite_golden" /
         (model.parent_path().filename().string() + "_" + model.stem().string() + ending);
}

// Appends the file's model, or its name to `refused` where an operator has no kernel.
void take_published(const fs::path& path, std::vector<Published>& taken,
                    std::vector<std::string>& refused) {
  const Bytes file = bytes_of_file(path);
  const std::string name = fmt::format("model_{}", taken.size());
  const Result<model::Graph> graph = model::read_tflite(file, name);
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  Result<GeneratedCode> code = generate(graph.value(), path.filename(), sha256(file));
  if (!code.ok()) {
    EXPECT_TRUE(code.error().message.find("no device kernel") != std::string::npos ||
                code.error().message.find("float32") != std::string::npos)
        << code.error().message;
    refused.push_back(path.stem());
    return;
  }
  taken.push_back({path, std::move(code).value(), bytes_of_file(golden_of(path, ".in")),
                   bytes_of_file(golden_of(path, ".out"))});
}

TEST(PublishedModels, GiveTheGoldenBytes) {
  const fs::path data = SENGI_SHARED_DATA;
  if (!fs::exists(data)) GTEST_SKIP() << "the published models are not at " << data;
  std::vector<Published> models;
  std::vector<std::string> refused;
  for (const auto& entry : fs::recursive_directory_iterator(data / "tflite_models")) {
    const fs::path& path = entry.path();
    if (path.extension() != ".tflite" || !fs::exists(golden_of(path, ".in"))) continue;
    take_published(path, models, refused);
  }
  for (const std::string& name : refused) {
    EXPECT_EQ(name.find("seanet"), std::string::npos) << name << " has no kernels";
  }
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
      EXPECT_TRUE(outputs.value()[i - first] == models[i].output) << models[i].path;
    }
  }
  EXPECT_GE(models.size(), 81U);
}

}  // namespace
}  // namespace sengi::compile
