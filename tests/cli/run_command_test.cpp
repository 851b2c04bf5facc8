// SPDX-License-Identifier: Apache-2.0
// sengi run and sengi bench, of models of int8.
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.h"
#include "model/interpreter.h"

namespace sengi {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class RunTest : public CliTest {
 protected:
  // Five inputs of all kinds of values, and what the reference interpreter makes of them.
  void write_inputs() {
    auto interpreter = model::Interpreter::make(small_network());
    ASSERT_TRUE(interpreter.ok()) << interpreter.error().message;
    const std::size_t size = interpreter.value().input_bytes();
    for (std::size_t i = 0; i < 5 * size; ++i) {
      inputs_.push_back(static_cast<std::byte>((i * i * 31 + i * 7) & 0xFF));
    }
    for (std::size_t i = 0; i < 5; ++i) {
      const auto output = interpreter.value().run(std::span(inputs_).subspan(i * size, size));
      expected_.insert(expected_.end(), output.begin(), output.end());
    }
    ASSERT_TRUE(write_file(path("in.bin"), inputs_).ok());
  }

  Json run_on(const std::string& board) {
    const ProcessOutput output = sengi({"run", text("small.tflite"), "--on", board, "--in",
                                        text("in.bin"), "--out", text("out.bin"), "--json"});
    EXPECT_EQ(output.exit_status, 0) << output.err;
    return Json::parse(output.out, nullptr, false);
  }

  std::vector<std::byte> inputs_;
  std::vector<std::byte> expected_;
};

TEST_F(RunTest, OnThisMachineGivesTheInterpretersBytes) {
  write_inputs();
  const Json json = run_on("host");
  EXPECT_EQ(read_file(path("out.bin")).value(), expected_);
  for (const char* key : {"arena_bytes", "static_bytes", "stack_bytes", "flash_code_bytes",
                          "flash_const_bytes", "instructions", "cycles"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_EQ(json.at("outputs_count"), 5);
  EXPECT_TRUE(json.at("cycles").is_null());
  EXPECT_GE(json.at("arena_bytes").get<std::size_t>(), 8u * 6 * 2);
}

TEST_F(RunTest, OnACortexM4GivesTheSameBytesAndIsCounted) {
  if (!find_program("qemu-system-arm") || !find_program("arm-none-eabi-g++")) {
    GTEST_SKIP() << "qemu-system-arm and arm-none-eabi-g++ are needed";
  }
  write_inputs();
  const Json json = run_on("mps2-an386");
  EXPECT_EQ(read_file(path("out.bin")).value(), expected_);
  ASSERT_TRUE(json.at("cycles").is_number());
  // Every multiply-accumulate takes at least one instruction of this plain kernel set, and no
  // instruction takes less than a cycle.
  EXPECT_GT(json.at("instructions").get<std::uint64_t>(), 500u);
  EXPECT_GE(json.at("cycles").get<std::uint64_t>(), json.at("instructions").get<std::uint64_t>());
  EXPECT_GT(json.at("stack_bytes").get<std::size_t>(), 0u);
  EXPECT_GT(json.at("flash_code_bytes").get<std::size_t>(), 0u);
  // Counting again counts the same.
  EXPECT_EQ(run_on("mps2-an386"), json);
}

TEST_F(RunTest, BenchMeasuresAndFindsWhatGrew) {
  if (!find_program("qemu-system-arm") || !find_program("arm-none-eabi-g++")) {
    GTEST_SKIP() << "qemu-system-arm and arm-none-eabi-g++ are needed";
  }
  const ProcessOutput output =
      sengi({"bench", text("small.tflite"), "--layers", "--save", text("before.json")});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("conv1"));
  EXPECT_EQ(sengi({"bench", text("small.tflite"), "--against", text("before.json")}).exit_status,
            0);

  // What sengi run measures, and by layer what adds up to it.
  const Json saved = Json::parse(read_text(path("before.json")).value());
  write_inputs();
  const Json run = run_on("mps2-an386");
  const Json& model = saved.at("models").at(0);
  std::uint64_t cycles = 0;
  for (const Json& layer : model.at("layers")) cycles += layer.at("cycles").get<std::uint64_t>();
  EXPECT_EQ(model.at("cycles"), cycles);
  EXPECT_EQ(model.at("arena_bytes"), run.at("arena_bytes"));
  EXPECT_EQ(model.at("code_bytes"), run.at("flash_code_bytes"));
  EXPECT_EQ(model.at("stack_bytes"), run.at("stack_bytes"));

  Json smaller = saved;
  smaller["models"][0]["code_bytes"] = 100;
  ASSERT_TRUE(write_text(path("smaller.json"), smaller.dump()).ok());
  const ProcessOutput grew =
      sengi({"bench", text("small.tflite"), "--against", text("smaller.json"), "--json"});
  EXPECT_EQ(grew.exit_status, 1) << grew.err;
  EXPECT_THAT(grew.out, HasSubstr("\"grew\": true"));
}

TEST_F(CliTest, BenchRefusesWhatItCannotMeasureOrCompare) {
  expect_refused({"bench"}, "SUBJECT");
  expect_refused({"bench", text("small.tflite"), "--on", "host"}, "host");
  expect_refused({"bench", text("small.tflite"), text("small.tflite")}, "small");
  expect_refused({"bench", text("small.tflite"), "--against", text("none.json")}, "none.json");
  ASSERT_TRUE(write_text(path("letter.json"), "Dear bench").ok());
  expect_refused({"bench", text("small.tflite"), "--against", text("letter.json")}, "letter.json");
}

TEST_F(RunTest, AnswersTheRunnerOfABenchmark) {
  const auto answered = [&](const std::string& board) {
    const auto output = run_process(
        {"/bin/sh", "-c",
         "printf 'name%%db load 3%%' | \"$0\" run \"$1\" --firmware mlperf_tiny --on " + board,
         SENGI_BINARY, text("small.tflite")});
    EXPECT_TRUE(output.ok()) << output.error().message;
    return output.ok() ? output.value().out : "";
  };
  for (const std::string board : {"host", "mps2-an386"}) {
    if (board != "host" && !find_program("qemu-system-arm")) continue;
    EXPECT_THAT(answered(board), EndsWith("m-ready\r\nm-name-dut-[sengi]\r\nm-ready\r\n"
                                          "e-[This network's input has 96 bytes]\r\nm-ready\r\n"));
  }
  expect_refused({"run", text("small.tflite"), "--firmware", "mlperf_tiny", "--on", "wasm"},
                 "wasm");
  expect_refused({"run", text("small.tflite"), "--firmware", "mlperf_tiny", "--json"},
                 "--firmware");
  expect_refused({"run", text("small.tflite"), "--firmware", "toaster"}, "toaster");
}

TEST_F(RunTest, WithoutAnInputStillMeasures) {
  const ProcessOutput output = sengi({"run", text("small.tflite")});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("arena"));
  EXPECT_THAT(output.out, HasSubstr("1 inference on"));
}

TEST_F(RunTest, AnInputThatIsNotAWholeNumberOfTensorsIsRefused) {
  ASSERT_TRUE(write_text(path("in.bin"), "too short").ok());
  ASSERT_TRUE(write_text(path("out.bin"), "from before").ok());
  expect_refused({"run", text("small.tflite"), "--in", text("in.bin"), "--out", text("out.bin")},
                 "in.bin");
  EXPECT_EQ(read_text(path("out.bin")).value(), "from before");
  ASSERT_TRUE(write_text(path("in.bin"), "").ok());
  expect_refused({"run", text("small.tflite"), "--in", text("in.bin")}, "in.bin");
}

TEST_F(RunTest, AMissingCompilerNamesItsPackage) {
  const std::string nothing = text("no-programs");
  expect_refusal(sengi({"run", text("small.tflite"), "--on", "mps2-an386"}, nothing),
                 "gcc-arm-none-eabi");
  expect_refusal(sengi({"run", text("small.tflite"), "--on", "host"}, nothing), "g++");
}

TEST_F(RunTest, ExplainsItsCycles) {
  const ProcessOutput output = sengi({"run", "--explain"});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("LDM"));
  EXPECT_THAT(output.out, HasSubstr("SDIV"));
}

}  // namespace
}  // namespace sengi
