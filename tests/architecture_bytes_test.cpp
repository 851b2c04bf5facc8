// SPDX-License-Identifier: Apache-2.0
// Every architecture that training can be asked for, quantised and compiled, gives the reference
// interpreter's bytes on emulated boards.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/files.h"
#include "base/hash.h"
#include "compile/compile.h"
#include "emulate/emulate.h"
#include "model/interpreter.h"
#include "quantize/quantize.h"
#include "train/architectures.h"
#include "train/learner.h"
#include "train/random.h"

namespace sengi {
namespace {

using Bytes = std::vector<std::byte>;

train::Examples random_examples(std::size_t count, signal::FeatureShape shape, std::uint64_t seed) {
  const std::size_t size = shape.values();
  train::Examples examples{size, std::vector<std::int8_t>(count * size),
                           std::vector<std::int32_t>(count)};
  train::Random random({seed});
  for (std::int8_t& x : examples.features) {
    x = static_cast<std::int8_t>(std::clamp(32 * random.noise(), -128.0F, 127.0F));
  }
  return examples;
}

// With the weights that training would begin from.
Result<model::Graph> int8_network(const project::ModelConfig& config, signal::FeatureShape shape) {
  SENGI_TRY(graph, train::build_network(config, shape, 12));
  SENGI_TRY(learner, train::Learner::make(graph, {.seed = 3}));
  learner.start_quantized(random_examples(64, shape, 1));
  return quantize::quantize(learner.graph(), learner.ranges());
}

class EveryArchitecture : public testing::TestWithParam<std::string> {
 protected:
  void expect_interpreters_bytes(const model::Graph& graph, signal::FeatureShape shape) {
    const auto code = compile::generate(graph, graph.name, sha256(graph.name), {});
    ASSERT_TRUE(code.ok()) << code.error().message;
    ASSERT_TRUE(write_text(folder_.path() / "code/model.h", code.value().header).ok());
    ASSERT_TRUE(write_text(folder_.path() / "code/model.cpp", code.value().source).ok());
    const auto program = emulate::build({board_, "model_runner", {folder_.path() / "code"}},
                                        folder_.path() / "built");
    ASSERT_TRUE(program.ok()) << program.error().message;

    const train::Examples examples = random_examples(3, shape, 2);
    const auto inputs = std::as_bytes(std::span(examples.features));
    const auto run = emulate::run(program.value(), inputs, {.count = false, .layers = {}});
    ASSERT_TRUE(run.ok()) << run.error().message;
    auto interpreter = model::Interpreter::make(graph);
    ASSERT_TRUE(interpreter.ok()) << interpreter.error().message;
    Bytes right;
    for (std::size_t i = 0; i < examples.size(); ++i) {
      const Bytes scores = interpreter.value().run(std::as_bytes(examples.features_of(i)));
      right.insert(right.end(), scores.begin(), scores.end());
    }
    EXPECT_EQ(run.value().output, right) << code.value().header;
  }

  TemporaryFolder folder_ = TemporaryFolder::make().value();
  emulate::Board board_;
};

TEST_P(EveryArchitecture, GivesTheInterpretersBytes) {
  board_ = emulate::load_board(GetParam()).value();
  if (const auto missing = emulate::missing_tool(board_)) {
    GTEST_SKIP() << missing->program << " is missing: apt install " << missing->packages;
  }
  // Sounds, rows of numbers, what describes a window, an image.
  constexpr signal::FeatureShape shapes[] = {
      {49, 10, 1}, {49, 40, 1}, {60, 1, 6}, {1, 1, 24}, {24, 20, 3}};
  for (const std::string& architecture : train::network_names()) {
    for (const signal::FeatureShape shape : shapes) {
      if (architecture == "gru" && shape.height == 1) continue;  // nothing to remember
      SCOPED_TRACE(fmt::format("{} on {} x {} x {}", architecture, shape.height, shape.width,
                               shape.channels));
      const auto graph =
          int8_network({.architecture = architecture, .channels = 8, .blocks = 2}, shape);
      ASSERT_TRUE(graph.ok()) << graph.error().message;
      expect_interpreters_bytes(graph.value(), shape);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Boards, EveryArchitecture, testing::Values("mps2-an386", "microbit"));

}  // namespace
}  // namespace sengi
