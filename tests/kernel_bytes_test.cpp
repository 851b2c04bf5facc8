// SPDX-License-Identifier: Apache-2.0
// Random networks, as they are compiled for a device, on emulated boards: with the Arm DSP
// extension (Cortex-M4) and without (Cortex-M0) they give the reference interpreter's bytes.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "compile/compile.h"
#include "compile/graph_builder.h"
#include "emulate/emulate.h"
#include "model/interpreter.h"

namespace sengi {
namespace {

using Bytes = std::vector<std::byte>;

Bytes interpreted(model::Interpreter& interpreter, const Bytes& inputs) {
  const std::size_t size = interpreter.input_bytes();
  Bytes outputs;
  for (std::size_t at = 0; at < inputs.size(); at += size) {
    const Bytes output = interpreter.run(std::span(inputs).subspan(at, size));
    outputs.insert(outputs.end(), output.begin(), output.end());
  }
  return outputs;
}

class OnBoard : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    board_ = emulate::load_board(GetParam()).value();
    if (!find_program(board_.compiler)) GTEST_SKIP() << "apt install " << board_.compiler_package;
    if (!find_program("qemu-system-arm")) GTEST_SKIP() << "apt install " << board_.qemu_package;
  }

  void expect_interpreters_bytes(const model::Graph& graph, std::uint32_t seed,
                                 compile::Favor favor = compile::Favor::size) {
    const auto code = compile::generate(graph, graph.name, sha256(graph.name), favor);
    ASSERT_TRUE(code.ok()) << code.error().message;
    ASSERT_TRUE(write_text(folder_.path() / "code/model.h", code.value().header).ok());
    ASSERT_TRUE(write_text(folder_.path() / "code/model.cpp", code.value().source).ok());
    const auto program = emulate::build({board_, "model_runner", {folder_.path() / "code"}},
                                        folder_.path() / "built");
    ASSERT_TRUE(program.ok()) << program.error().message;

    compile::Random random(seed);
    Bytes inputs(3 * code.value().plan.input_bytes);
    for (std::byte& byte : inputs) byte = static_cast<std::byte>(random.integer(0, 255));
    const auto run = emulate::run(program.value(), inputs, {.count = false, .layers = {}});
    ASSERT_TRUE(run.ok()) << run.error().message;
    auto interpreter = model::Interpreter::make(graph);
    ASSERT_TRUE(interpreter.ok()) << interpreter.error().message;
    EXPECT_EQ(run.value().output, interpreted(interpreter.value(), inputs)) << graph.name << "\n"
                                                                            << code.value().header;
  }

  TemporaryFolder folder_ = TemporaryFolder::make().value();
  emulate::Board board_;
};

TEST_P(OnBoard, RandomLayersGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 0; seed < 24; ++seed) {
    expect_interpreters_bytes(compile::random_layer("layer" + std::to_string(seed), seed), seed);
  }
}

TEST_P(OnBoard, RandomTilesGiveTheInterpretersBytesWhereSpeedIsFavoured) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    expect_interpreters_bytes(compile::random_tiles("tiles" + std::to_string(seed), seed), seed,
                              compile::Favor::speed);
  }
}

TEST_P(OnBoard, RandomMovesAndWideLayersGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 0; seed < 8; ++seed) {
    expect_interpreters_bytes(compile::random_move("move" + std::to_string(seed), seed), seed);
    expect_interpreters_bytes(compile::random_wide_layer("wide" + std::to_string(seed), seed),
                              seed);
  }
}

TEST_P(OnBoard, RandomElementwiseLayersGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    const std::string number = std::to_string(seed);
    expect_interpreters_bytes(compile::random_elementwise("elementwise" + number, seed), seed);
  }
}

TEST_P(OnBoard, RandomBlocksAndTypedLayersGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    const std::string number = std::to_string(seed);
    expect_interpreters_bytes(compile::random_blocks("blocks" + number, seed), seed);
    expect_interpreters_bytes(compile::random_typed("typed" + number, seed), seed);
  }
}

TEST_P(OnBoard, RandomReductionsGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 0; seed < 6; ++seed) {
    const std::string number = std::to_string(seed);
    expect_interpreters_bytes(compile::random_reduction("reduction" + number, seed), seed);
  }
}

TEST_P(OnBoard, RandomLayersWithStateGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    const std::string number = std::to_string(seed);
    expect_interpreters_bytes(compile::random_memory("memory" + number, seed), seed);
  }
}

TEST_P(OnBoard, RandomGatedUnitsGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    expect_interpreters_bytes(compile::random_gru("gru" + std::to_string(seed), seed), seed);
  }
}

TEST_P(OnBoard, RandomTreesGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    expect_interpreters_bytes(compile::random_trees("trees" + std::to_string(seed), seed), seed);
  }
}

TEST_P(OnBoard, RandomNetworksGiveTheInterpretersBytes) {
  for (std::uint32_t seed = 100; seed < 108; ++seed) {
    expect_interpreters_bytes(compile::random_network("net" + std::to_string(seed), seed), seed);
  }
  expect_interpreters_bytes(compile::keyword_network("keyword", 1), 1);
}

INSTANTIATE_TEST_SUITE_P(Boards, OnBoard, testing::Values("mps2-an386", "microbit"),
                         [](const auto& tested) {
                           return std::string(tested.param == "microbit" ? "CortexM0" : "CortexM4");
                         });

}  // namespace
}  // namespace sengi
