// SPDX-License-Identifier: Apache-2.0
// The published models, as this project compiles them, on a board: the bytes that TensorFlow Lite
// gives, within the board, at a cost that adds up.
#include <gmock/gmock.h>

#include "base/hash.h"
#include "compile/compile.h"
#include "emulate/test_board.h"
#include "model/tflite.h"

namespace sengi::emulate {
namespace {

namespace fs = std::filesystem;

class PublishedModel : public test::Workbench, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    if (!fs::exists(data_)) GTEST_SKIP() << data_ << " is not there; it holds the models";
    board_ = load_board("mps2-an386").value();
    SENGI_NEED_BOARD(board_);
  }

  fs::path golden(const char* ending) const {
    return data_ / "tflite_golden" / ("tiny_" + GetParam() + ending);
  }

  fs::path data_ = SENGI_SHARED_DATA;
  Board board_;
};

TEST_P(PublishedModel, GivesTheGoldenBytesOnTheCortexM4) {
  const fs::path file = data_ / "tflite_models" / "tiny" / (GetParam() + ".tflite");
  const auto graph = model::read_tflite(file);
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  const auto code =
      compile::generate(graph.value(), file.filename().string(), sha256(read_file(file).value()));
  ASSERT_TRUE(code.ok()) << code.error().message;
  const compile::Plan& plan = code.value().plan;
  ASSERT_TRUE(write_text(folder_ / "code" / "model.h", code.value().header).ok());
  ASSERT_TRUE(write_text(folder_ / "code" / "model.cpp", code.value().source).ok());
  const auto program = build({board_, "model_runner", {folder_ / "code"}}, folder_ / "built");
  ASSERT_TRUE(program.ok()) << program.error().message;
  EXPECT_EQ(program.value().sections.arena_bytes, plan.arena_bytes);
  EXPECT_GE(program.value().sections.flash_const_bytes, plan.const_bytes);

  RunOptions options;
  for (const compile::Layer& layer : plan.layers) options.layers.push_back(layer.name);
  const auto got = run(program.value(), read_file(golden(".in")).value(), options);
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got.value().output, read_file(golden(".out")).value());

  ASSERT_TRUE(program.value().stack_bound_bytes.has_value());
  EXPECT_LE(got.value().stack_bytes, *program.value().stack_bound_bytes);

  ASSERT_EQ(got.value().layers.size(), plan.layers.size());
  LayerCost sum;
  for (const LayerCost& layer : got.value().layers) {
    EXPECT_GT(layer.instructions, 0u) << layer.name;
    EXPECT_GE(layer.cycles, layer.instructions) << layer.name;
    sum.instructions += layer.instructions;
    sum.cycles += layer.cycles;
  }
  EXPECT_EQ(got.value().instructions, sum.instructions);
  EXPECT_EQ(got.value().cycles, sum.cycles);
  RecordProperty("cycles", std::to_string(*got.value().cycles));
}

INSTANTIATE_TEST_SUITE_P(Tiny, PublishedModel,
                         testing::Values("ad01_int8", "kws_ref_model", "pretrainedResnet_quant",
                                         "str_ww_ref_model", "vww_96_int8"),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace sengi::emulate
