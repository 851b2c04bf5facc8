// SPDX-License-Identifier: Apache-2.0
// The command line as a whole: help, refusals, models that are damaged, boards.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.h"
#include "data/image.h"
#include "model/tflite.h"

namespace sengi {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

TEST_F(CliTest, SaysItsVersion) {
  const ProcessOutput output = sengi({"--version"});
  EXPECT_EQ(output.exit_status, 0);
  EXPECT_THAT(output.out, StartsWith("sengi "));
}

TEST_F(CliTest, EveryCommandHasHelpWithAnExample) {
  const std::vector<std::vector<std::string>> commands = {{"data", "check"},
                                                          {"data", "make"},
                                                          {"data", "import-movebank"},
                                                          {"data", "import-edge-impulse"},
                                                          {"data", "import-labelled"},
                                                          {"data", "import-forecast"},
                                                          {"data", "grounds"},
                                                          {"train"},
                                                          {"tune"},
                                                          {"evaluate"},
                                                          {"build"},
                                                          {"run"},
                                                          {"bench"},
                                                          {"report"},
                                                          {"quantize"},
                                                          {"zones", "check"},
                                                          {"zones", "build"},
                                                          {"zones", "study"},
                                                          {"energy", "study"},
                                                          {"link", "decode"},
                                                          {"collar", "make-track"},
                                                          {"boards"},
                                                          {"doctor"}};
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    const ProcessOutput output = sengi(command);
    EXPECT_EQ(output.exit_status, 0) << command.front();
    EXPECT_THAT(output.out, HasSubstr("Example")) << command.front();
    EXPECT_THAT(output.out, HasSubstr("  sengi " + command.front())) << command.front();
  }
}

TEST_F(CliTest, BadUsageIsRefused) {
  expect_refused(std::vector<std::string>{}, "sengi --help");
  expect_refused({"tran", "x"}, "did you mean: sengi train");
  expect_refused({"evaluate"}, "PROJECT");
  expect_refused({"evaluate", "x", "--nonsense"}, "--nonsense");
  expect_refused({"build", text("small.tflite"), "--target", "toaster", "-o", text("o")},
                 "toaster");
  expect_refused({"run", text("nothing.tflite")}, "nothing.tflite");
  expect_refused({"run", text("small.tflite"), "--on", "mps2-an368"}, "mps2-an386");
  expect_refused({"run", text("small.tflite"), text("small.tflite")}, "PROJECT");
}

TEST_F(CliTest, AFullOutputIsTold) {
  const auto output = run_process(
      {"/bin/sh", "-c", std::string("\"") + SENGI_BINARY + "\" boards --json > /dev/full"});
  ASSERT_TRUE(output.ok());
  expect_refusal(output.value(), "standard output");
}

// ---- Projects ----

TEST_F(CliTest, AMissingProjectIsNamed) {
  for (const std::string command : {"train", "tune", "evaluate", "report", "run"}) {
    expect_refused({command, text("nowhere")}, "nowhere");
  }
  expect_refused({"data", "check", text("nowhere")}, "nowhere");
}

TEST_F(CliTest, AMistakeInTheConfigurationIsPlacedAndTheRightKeyNamed) {
  make_project("[signal]\nsample_rate = 16000\n");
  expect_refused({"data", "check", text("project")}, "sengi.toml:2");
  expect_refused({"evaluate", text("project")}, "sample_rate_hz");
  make_project("[train]\nepochs = \"many\"\n");
  expect_refused({"train", text("project/sengi.toml")}, "epochs");
}

TEST_F(CliTest, StudiesAndGridsThatCannotBeAreRefused) {
  make_project();
  expect_refused({"train", text("project"), "--folds", "1"}, "--folds");
  expect_refused({"train", text("project"), "--folds", "3", "--learning-curve"}, "--folds");
  const ProcessOutput output = sengi({"train", text("project"), "--grid", "Atlantis"});
  EXPECT_EQ(output.exit_status, 2);
  EXPECT_THAT(output.err, AnyOf(HasSubstr("KE"), HasSubstr("built without its trainer")));
  EXPECT_FALSE(fs::exists(path("project/out")));
}

TEST_F(CliTest, WhatIsNotTrainedSaysHowToTrain) {
  make_project();
  expect_refused({"evaluate", text("project")}, "sengi train");
  expect_refused({"report", text("project")}, "sengi train");
  expect_refused({"run", text("project")}, "sengi train");
  expect_refused({"build", text("project"), "-o", text("code")}, "sengi train");
  EXPECT_FALSE(fs::exists(path("code")));
}

TEST_F(CliTest, AnUnwritableFolderIsRefused) {
  expect_refused({"build", text("small.tflite"), "-o", "/proc/sengi"}, "/proc/sengi");
  expect_refused({"run", text("small.tflite"), "--out", "/proc/sengi/o.bin"}, "/proc/sengi");
  make_project();
  ASSERT_TRUE(write_text(path("project/out"), "a file where the folder should be").ok());
  expect_refused({"data", "check", text("project"), "--quiet"}, "project/out");
}

// ---- Models ----

TEST_F(CliTest, AModelCutAnywhereIsRefusedAndTheCodeFromBeforeStays) {
  ASSERT_EQ(sengi({"build", text("small.tflite"), "-o", text("code")}).exit_status, 0);
  const auto before = read_text(path("code/model.cpp"));
  ASSERT_TRUE(before.ok());
  for (std::size_t size = 0; size < model_.size(); size += 1 + model_.size() / 12) {
    ASSERT_TRUE(write_file(path("cut.tflite"), std::span(model_).first(size)).ok());
    expect_refused({"build", text("cut.tflite"), "-o", text("code")}, "cut.tflite");
  }
  EXPECT_EQ(read_text(path("code/model.cpp")).value(), before.value());
}

TEST_F(CliTest, AFileThatIsNoModelIsRefused) {
  ASSERT_TRUE(write_text(path("letter.txt"), "Dear network").ok());
  expect_refused({"run", text("letter.txt")}, "letter.txt");
  expect_refused({"build", text("letter.txt"), "-o", text("code")}, "letter.txt");
}

TEST_F(CliTest, BuildsReadableCodeTheSameEachTime) {
  for (const std::string folder : {"one", "two"}) {
    const ProcessOutput output = sengi({"build", text("small.tflite"), "-o", text(folder)});
    EXPECT_EQ(output.exit_status, 0) << output.err;
    EXPECT_THAT(output.out, HasSubstr("MACs"));
  }
  for (const std::string name : {"model.h", "model.cpp", "plan.json"}) {
    const auto one = read_text(path("one/" + name));
    ASSERT_TRUE(one.ok()) << name;
    EXPECT_EQ(one.value(), read_text(path("two/" + name)).value()) << name;
  }
  EXPECT_TRUE(Json::parse(read_text(path("one/plan.json")).value(), nullptr, false).is_object());
}

TEST_F(CliTest, ExportsALibraryThatHoldsItsHeaders) {
  for (const std::string kind : {"arduino", "cmake", "platformio", "zephyr"}) {
    const ProcessOutput output =
        sengi({"build", text("small.tflite"), "--export", kind, "-o", text(kind)});
    EXPECT_EQ(output.exit_status, 0) << output.err;
    EXPECT_TRUE(fs::exists(path(kind + "/src/small.h")));
    EXPECT_TRUE(fs::exists(path(kind + "/src/small/model.cpp")));
    EXPECT_TRUE(fs::exists(path(kind + "/src/sengi/version.h")));
  }
  expect_refused({"build", text("small.tflite"), "--export", "yocto", "-o", text("x")}, "yocto");
}

TEST_F(CliTest, WhatDoesNotFitTheBoardIsRefusedBeforeItRuns) {
  if (!find_program("arm-none-eabi-g++")) GTEST_SKIP() << "apt install gcc-arm-none-eabi";
  const std::vector<std::vector<std::string>> commands = {
      {"build", text("large.tflite"), "--on", "microbit", "-o", text("code")},
      {"run", text("large.tflite"), "--on", "microbit"}};
  const auto refusal = [&](const std::vector<std::string>& command) {
    const ProcessOutput output = sengi(command);
    EXPECT_EQ(output.exit_status, 1) << output.out << output.err;
    EXPECT_EQ(std::count(output.err.begin(), output.err.end(), '\n'), 1) << output.err;
    return output.err;
  };
  // An image of 60 KB for 16 KB of RAM.
  ASSERT_TRUE(write_file(path("large.tflite"), model::write_tflite(small_network(100, 300))).ok());
  for (const auto& command : commands) {
    EXPECT_THAT(refusal(command),
                AllOf(HasSubstr("bytes of RAM (arena "), HasSubstr("stack "),
                      HasSubstr("the board has 16,384"), HasSubstr("fullest at layer conv1: make"),
                      HasSubstr("or take a board with more RAM")));
  }
  EXPECT_FALSE(fs::exists(path("code")));
  EXPECT_EQ(
      sengi({"build", text("small.tflite"), "--on", "microbit", "-o", text("code")}).exit_status,
      0);
  EXPECT_TRUE(fs::exists(path("code/model.h")));
  expect_refused({"build", text("small.tflite"), "--on", "toaster", "-o", text("code")}, "toaster");
}

TEST_F(CliTest, BoardsAreListed) {
  const ProcessOutput output = sengi({"boards", "--json"});
  EXPECT_EQ(output.exit_status, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("mps2-an386"));
  EXPECT_TRUE(Json::parse(output.out, nullptr, false).is_array());
}

TEST_F(CliTest, DoctorNamesPackagesOfWhatIsMissing) {
  const ProcessOutput output = sengi({"doctor"}, text("no-programs"));
  EXPECT_EQ(output.exit_status, 1);
  EXPECT_THAT(output.out, HasSubstr("apt install qemu-system-arm"));
  EXPECT_THAT(output.out, HasSubstr("apt install gcc-arm-none-eabi"));
}

}  // namespace
}  // namespace sengi
