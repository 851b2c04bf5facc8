// SPDX-License-Identifier: Apache-2.0
// The protocol of MLPerf Tiny's runner, over the serial line of each board that has one, as a
// runner speaks it; and that what comes back is the network's golden output.
#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <sstream>

#include "base/hash.h"
#include "compile/code_files.h"
#include "emulate/test_board.h"
#include "model/interpreter.h"
#include "model/test_graphs.h"
#include "model/tflite.h"

namespace sengi::emulate {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;
using testing::ElementsAre;
using testing::HasSubstr;

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    text += "0123456789abcdef"[std::to_integer<int>(byte) >> 4];
    text += "0123456789abcdef"[std::to_integer<int>(byte) & 15];
  }
  return text;
}

// What a runner sends to load an input: a few bytes a command.
std::string load_commands(std::span<const std::byte> input) {
  constexpr std::size_t bytes_a_command = 31;
  std::string text = "db load " + std::to_string(input.size()) + "%";
  for (std::size_t i = 0; i < input.size(); i += bytes_a_command) {
    text += "db " + hex(input.subspan(i, std::min(bytes_a_command, input.size() - i))) + "%";
  }
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    EXPECT_TRUE(line.ends_with('\r')) << line;
    lines.push_back(line.substr(0, line.size() - 1));
  }
  return lines;
}

// The numbers of every "m-results-[...]".
std::vector<std::vector<double>> results_of(const std::string& text) {
  const std::string start = "m-results-[";
  std::vector<std::vector<double>> all;
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with(start)) continue;
    EXPECT_TRUE(line.ends_with(']')) << line;
    std::istringstream numbers(line.substr(start.size(), line.size() - start.size() - 1));
    all.emplace_back();
    for (std::string number; std::getline(numbers, number, ',');) {
      all.back().push_back(std::stod(number));
    }
  }
  return all;
}

class MlperfTiny : public test::Workbench, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    board_ = load_board(GetParam()).value();
    SENGI_NEED_BOARD(board_);
  }

  Result<std::string> talk_to(const model::Graph& graph, const std::string& sent) {
    SENGI_TRY(code, compile::generate(graph, "test.tflite", std::string(64, '0')));
    SENGI_CHECK(compile::write_files(compile::files_of(code), folder_ / "code"));
    SENGI_TRY(program, build({board_, "mlperf_tiny", {folder_ / "code"}}, folder_ / "built"));
    return talk(program, sent);
  }

  // Through the protocol, each golden input's scores are the golden bytes' real values.
  // `flipped` changes the top bit of each byte that is sent: 0 to 255 for -128 to 127.
  void expect_golden(const std::string& name, std::byte flipped = {}) {
    const fs::path data = SENGI_SHARED_DATA;
    if (!fs::exists(data)) GTEST_SKIP() << data << " is not there; it holds the models";
    const auto graph =
        model::read_tflite(data / "tflite_models" / "tiny" / (name + ".tflite")).value();
    const Bytes inputs = read_file(data / "tflite_golden" / ("tiny_" + name + ".in")).value();
    const Bytes outputs = read_file(data / "tflite_golden" / ("tiny_" + name + ".out")).value();
    const auto bytes_of = [&](model::TensorIndex i) {
      return graph.tensors[static_cast<std::size_t>(i)].bytes();
    };
    const std::size_t input_bytes = bytes_of(graph.inputs[0]);
    const std::size_t output_bytes = bytes_of(graph.outputs[0]);
    Bytes line = inputs;
    for (std::byte& byte : line) byte ^= flipped;
    std::string sent;
    for (std::size_t at = 0; at < inputs.size(); at += input_bytes) {
      sent += load_commands(std::span(line).subspan(at, input_bytes)) + "infer 1 1%";
    }
    const auto answer = talk_to(graph, sent);
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    const auto results = results_of(answer.value());
    ASSERT_EQ(results.size() * output_bytes, outputs.size());
    const model::Quantization& q =
        graph.tensors[static_cast<std::size_t>(graph.outputs[0])].quantization;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const auto byte = static_cast<std::int8_t>(outputs[i]);
      const double real = q.scale[0] * static_cast<double>(byte - q.zero_point[0]);
      // Three decimals, which tell steps of 1/256 apart.
      EXPECT_NEAR(results[i / output_bytes][i % output_bytes], real, 0.00051) << i;
    }
  }

  Board board_;
};

TEST_P(MlperfTiny, AnswersAsARunnerExpects) {
  model::TestGraph test(model::Type::int8, 3);
  model::Graph graph = test.finish({test.softmax(test.dense(test.input({1, 6}), 3))});
  graph.name = "three";
  auto interpreter = model::Interpreter::make(graph).value();
  const Bytes input = test::bytes_of({1, -2, 30, -40, 127, -128});
  const Bytes output = interpreter.run(input);
  const auto answer = talk_to(graph,
                              "name%profile%\r\ntimestamp%db load 6%db 01fe1e%DB x%db D87f80%"
                              "db print%infer 2 1%results%db load 5%db 1%db 11%"
                              "infer 0%infer 3 x%db%nonsense of many words%");
  ASSERT_TRUE(answer.ok()) << answer.error().message;

  std::string scores;
  for (const std::byte byte : output) {
    const int thousandths =
        static_cast<int>(std::lround((static_cast<std::int8_t>(byte) + 128) * 1000 / 256.0));
    char text[16];
    std::snprintf(text, sizeof text, "%d.%03d", thousandths / 1000, thousandths % 1000);
    scores += (scores.empty() ? "" : ",") + std::string(text);
  }
  const auto lap = testing::MatchesRegex("m-lap-us-[0-9]+");
  const std::string ready = "m-ready";
  EXPECT_THAT(lines_of(answer.value()),
              ElementsAre("m-timestamp-mode-performance", lap, "m-init-done", ready,  //
                          "m-name-dut-[sengi]", ready,                                //
                          HasSubstr("m-profile-["), "m-model-[none]", ready,          //
                          lap, ready,                                                 //
                          "m-[Expecting 6 bytes]", ready,                             //
                          ready,                                                      //
                          "e-[Unknown command: DB]", ready,                           //
                          "m-load-done", ready,                                       //
                          "m-buffer-01-fe-1e-d8-7f-80", ready,                        //
                          "m-warmup-start-1", "m-warmup-done", "m-infer-start-2", lap, lap,
                          "m-infer-done", "m-results-[" + scores + "]", ready,  //
                          "m-results-[" + scores + "]", ready,                  //
                          "e-[This network's input has 6 bytes]", ready,        //
                          HasSubstr("e-["), ready, HasSubstr("e-["), ready,     //
                          HasSubstr("e-["), ready, HasSubstr("e-["), ready,     //
                          HasSubstr("e-["), ready, "e-[Unknown command: nonsense]", ready));
}

TEST_P(MlperfTiny, ScoresAreTheGoldenOnes) { expect_golden("str_ww_ref_model"); }

std::vector<std::string> boards_with_a_line() {
  std::vector<std::string> names;
  for (const std::string& name : board_names()) {
    if (require_serial_line(load_board(name).value()).ok()) names.push_back(name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Boards, MlperfTiny, testing::ValuesIn(boards_with_a_line()),
                         [](const auto& tested) { return test::test_name(tested.param); });

// Each of the benchmarks, whose inputs and results differ.
class MlperfBenchmark : public MlperfTiny {};

TEST_P(MlperfBenchmark, KeywordSpotting) { expect_golden("kws_ref_model"); }

TEST_P(MlperfBenchmark, ImageClassification) {
  expect_golden("pretrainedResnet_quant", std::byte{0x80});
}

// Its input comes as float32 and its result is how far the output is from it.
TEST_P(MlperfBenchmark, AnomalyDetection) {
  const fs::path data = SENGI_SHARED_DATA;
  if (!fs::exists(data)) GTEST_SKIP() << data << " is not there; it holds the models";
  const auto graph =
      model::read_tflite(data / "tflite_models" / "tiny" / "ad01_int8.tflite").value();
  const Bytes inputs = read_file(data / "tflite_golden" / "tiny_ad01_int8.in").value();
  const Bytes outputs = read_file(data / "tflite_golden" / "tiny_ad01_int8.out").value();
  const auto real = [&](model::TensorIndex tensor, std::byte byte) {
    const model::Quantization& q = graph.tensors[static_cast<std::size_t>(tensor)].quantization;
    return q.scale[0] * static_cast<float>(static_cast<std::int8_t>(byte) - q.zero_point[0]);
  };
  constexpr std::size_t size = 640;
  Bytes line(size * sizeof(float));
  double error = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const float value = real(graph.inputs[0], inputs[i]);
    std::memcpy(&line[i * sizeof value], &value, sizeof value);
    const double off = real(graph.outputs[0], outputs[i]) - value;
    error += off * off / size;
  }
  const auto answer = talk_to(graph, "profile%" + load_commands(line) + "infer 1 0%");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_THAT(answer.value(), HasSubstr("m-model-[ad01]"));
  ASSERT_THAT(results_of(answer.value()), ElementsAre(testing::SizeIs(1)));
  EXPECT_NEAR(results_of(answer.value())[0][0], error, 0.001 + error * 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Boards, MlperfBenchmark, testing::Values("mps2-an386"),
                         [](const auto& tested) { return test::test_name(tested.param); });

TEST(SerialLine, ABoardWithoutOneIsRefused) {
  const auto refused = require_serial_line(load_board("microbit").value());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("microbit"));
}

}  // namespace
}  // namespace sengi::emulate
