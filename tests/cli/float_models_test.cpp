// SPDX-License-Identifier: Apache-2.0
// What becomes of float networks.
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.h"
#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "model/tflite.h"

namespace sengi {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class FloatTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    graph_ = model::dequantized(small_network());
    ASSERT_TRUE(write_file(path("float.tflite"), model::write_tflite(graph_)).ok());
    std::vector<float> values(std::size_t{inputs} * 8 * 6 * 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = std::sin(static_cast<float>(i * i % 1009));
    }
    inputs_ = model::to_bytes(values);
    ASSERT_TRUE(write_file(path("calibration/a.bin"), std::span(inputs_).first(96 * 4)).ok());
    ASSERT_TRUE(write_file(path("calibration/b.bin"), std::span(inputs_).subspan(96 * 4)).ok());
    ASSERT_TRUE(write_file(path("in.bin"), inputs_).ok());
  }

  static constexpr int inputs = 20;
  model::Graph graph_;
  std::vector<std::byte> inputs_;
};

TEST_F(FloatTest, RunsOnThisMachineAsInterpreted) {
  auto interpreter = model::Interpreter::make(graph_);
  ASSERT_TRUE(interpreter.ok());
  std::vector<std::byte> expected;
  for (std::size_t i = 0; i < inputs; ++i) {
    const auto output = interpreter.value().run(std::span(inputs_).subspan(i * 384, 384));
    expected.insert(expected.end(), output.begin(), output.end());
  }
  const ProcessOutput output = sengi({"run", text("float.tflite"), "--on", "host", "--in",
                                      text("in.bin"), "--out", text("out.bin"), "--json"});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_EQ(Json::parse(output.out, nullptr, false).value("outputs_count", 0), inputs);
  EXPECT_EQ(read_file(path("out.bin")).value(), expected);
  EXPECT_EQ(sengi({"run", text("float.tflite")}).exit_status, 0);
}

TEST_F(FloatTest, BoardsRefuseItAndNameTheWay) {
  expect_refused({"build", text("float.tflite"), "-o", text("code")},
                 "sengi quantize MODEL.tflite --calibrate");
  expect_refused({"run", text("float.tflite"), "--on", "mps2-an386"},
                 "sengi quantize MODEL.tflite --calibrate");
  EXPECT_FALSE(fs::exists(path("code")));
}

TEST_F(FloatTest, BecomesInt8ThatABoardTakes) {
  for (const std::string calibration : {"in.bin", "calibration"}) {
    const ProcessOutput output = sengi({"quantize", text("float.tflite"), "--calibrate",
                                        text(calibration), "-o", text("int8.tflite"), "--json"});
    EXPECT_EQ(output.exit_status, 0) << output.err;
    const Json json = Json::parse(output.out, nullptr, false);
    EXPECT_EQ(json.at("rung"), "ranges seen");
    EXPECT_EQ(json.at("held_out_inputs"), inputs / 2);
    EXPECT_GT(json.at("output_sqnr_db").get<double>(), 20);
    EXPECT_EQ(json.at("layers").size(), 2U);
  }
  EXPECT_EQ(sengi({"build", text("int8.tflite"), "-o", text("code")}).exit_status, 0);
  const ProcessOutput words = sengi(
      {"quantize", text("float.tflite"), "--calibrate", text("in.bin"), "-o", text("int8.tflite")});
  EXPECT_THAT(words.out, AllOf(HasSubstr("CONV_2D"), HasSubstr(" dB"), HasSubstr("ranges seen")));
}

TEST_F(FloatTest, BadCalibrationIsRefusedAndTheOutputFromBeforeStays) {
  ASSERT_TRUE(write_text(path("int8.tflite"), "from before").ok());
  ASSERT_TRUE(write_text(path("odd.bin"), "too short").ok());
  fs::create_directories(path("empty"));
  for (const std::string calibration : {"odd.bin", "none.bin", "empty"}) {
    expect_refused({"quantize", text("float.tflite"), "--calibrate", text(calibration), "-o",
                    text("int8.tflite")},
                   calibration);
  }
  expect_refused(
      {"quantize", text("small.tflite"), "--calibrate", text("in.bin"), "-o", text("int8.tflite")},
      "small.tflite: is int8 already");
  EXPECT_EQ(read_text(path("int8.tflite")).value(), "from before");
}

}  // namespace
}  // namespace sengi
