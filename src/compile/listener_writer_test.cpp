// SPDX-License-Identifier: Apache-2.0
#include "compile/listener_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "compile/code_files.h"

namespace sengi::compile {
namespace {

using testing::HasSubstr;

project::Trained sample() {
  project::Trained trained;
  trained.name = "words";
  trained.labels = {"_silence_", "_unknown_", "taip", "\xc4\x97jimas \"x\"\n", "no"};
  trained.unknown = "_unknown_";
  trained.silence = "_silence_";
  trained.feature_offset.assign(10, 100);
  trained.feature_multiplier.assign(10, 65536);
  trained.columns = 49;
  trained.clip_samples = 16000;
  trained.detect = {.stride_ms = 100,
                    .smoothing_ms = 300,
                    .threshold = 0.8,
                    .release = 0.5,
                    .refractory_ms = 500};
  trained.config_sha256 = std::string(64, 'b');
  return trained;
}

ListenerCode generate_or_fail(const project::Trained& trained) {
  Result<ListenerCode> code = generate_listener(trained, "words");
  EXPECT_TRUE(code.ok()) << code.error().message;
  return code.ok() ? std::move(code).value() : ListenerCode{};
}

TEST(ListenerWriter, TurnsTimesIntoStepsAndScoresIntoBytes) {
  const std::string header = generate_or_fail(sample()).header;
  EXPECT_THAT(header, HasSubstr(".labels = 5,\n    .smoothing_steps = 3,\n    .threshold = 205,\n"
                                "    .release = 128,\n    .refractory_steps = 5,\n"));
  EXPECT_THAT(header, HasSubstr("columns = 49;"));
  EXPECT_THAT(header, HasSubstr("stride_hops = 5;"));
  EXPECT_THAT(header, HasSubstr("clip_samples = 16000;"));
}

TEST(ListenerWriter, KeepsScoresAndTimesInRange) {
  project::Trained trained = sample();
  trained.detect.threshold = 1;
  trained.detect.release = 0;
  trained.detect.smoothing_ms = 0;
  const std::string header = generate_or_fail(trained).header;
  EXPECT_THAT(header, HasSubstr(".smoothing_steps = 1,\n    .threshold = 255,\n    .release = 0,"));
}

TEST(ListenerWriter, UnknownAndSilenceAreNoEvents) {
  EXPECT_THAT(generate_or_fail(sample()).header,
              HasSubstr("label_is_event[] = {false, false, true, true, true};"));
}

TEST(ListenerWriter, RefusesSmoothingThatTheDetectorCannotDo) {
  project::Trained trained = sample();
  trained.detect.smoothing_ms = 10'000;
  const auto code = generate_listener(trained, "words");
  ASSERT_FALSE(code.ok());
  EXPECT_THAT(code.error().message, HasSubstr("smoothing_ms = 10000 is 100 runs"));
}

TEST(ListenerWriter, RefusesAFrontEndOutOfRange) {
  project::Trained trained = sample();
  trained.signal.fft_size = 500;
  EXPECT_FALSE(generate_listener(trained, "words").ok());
}

// Compiled by both compilers without a warning, and holding what it was made from.
TEST(ListenerWriter, CompilesAndHoldsItsConstants) {
  const auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto& where = folder.value().path();
  const ListenerCode code = generate_or_fail(sample());
  const std::vector<CodeFile> files = {
      {"listener.h", code.header},
      {"listener.cpp", code.source},
      {"model.h", "#pragma once\nnamespace words {}\n"},
      {"application.h", generate_application_header("words", "listener")},
      {"main.cpp", R"(#include <cstring>
#include "application.h"
static_assert(application::detector_spec.labels == 5);
static_assert(sizeof application::labels / sizeof *application::labels == 5);
static_assert(application::front_end_spec.column_size() == 10);
int main() {
  const bool same = std::strcmp(application::labels[3], "\xc4\x97jimas \"x\"\n") == 0;
  const auto& tables = application::front_end_tables;
  return same && tables.spec == application::front_end_spec && tables.offset[9] == 100 ? 0 : 1;
}
)"}};
  ASSERT_TRUE(write_files(files, where).ok());
  for (const char* compiler : {"g++", "clang++"}) {
    const auto compiled = run_process(
        {compiler, "-std=c++20", "-Wall", "-Wextra", "-Wconversion", "-Werror",
         "-I" SENGI_SOURCE_DIR "/device/include", "main.cpp", "listener.cpp", "-o", "program"},
        std::chrono::minutes(2), where);
    ASSERT_TRUE(compiled.ok()) << compiled.error().message;
    ASSERT_EQ(compiled.value().exit_status, 0) << compiled.value().err.substr(0, 4000);
    const auto ran = run_process({where / "program"});
    ASSERT_TRUE(ran.ok());
    EXPECT_EQ(ran.value().exit_status, 0);
  }
}

TEST(ListenerWriter, FitsTheProjectsClangFormat) {
  if (!find_program("clang-format-14")) GTEST_SKIP() << "apt install clang-format-14";
  const auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto& where = folder.value().path();
  const ListenerCode code = generate_or_fail(sample());
  std::filesystem::copy(SENGI_SOURCE_DIR "/.clang-format", where);
  ASSERT_TRUE(write_files({{"listener.h", code.header},
                           {"listener.cpp", code.source},
                           {"application.h", generate_application_header("words", "listener")}},
                          where)
                  .ok());
  const auto output = run_process(
      {"clang-format-14", "--dry-run", "-Werror", "listener.h", "listener.cpp", "application.h"},
      std::chrono::minutes(1), where);
  ASSERT_TRUE(output.ok());
  EXPECT_EQ(output.value().exit_status, 0) << output.value().err.substr(0, 4000);
}

TEST(CodeFiles, LeavesAnUnchangedFileAlone) {
  const auto folder = TemporaryFolder::make();
  ASSERT_TRUE(folder.ok());
  const auto path = folder.value().path() / "model.h";
  ASSERT_TRUE(write_files({{"model.h", "one\n"}}, folder.value().path()).ok());
  const auto past = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::filesystem::last_write_time(path, past);
  const auto before = std::filesystem::last_write_time(path);
  ASSERT_TRUE(write_files({{"model.h", "one\n"}}, folder.value().path()).ok());
  EXPECT_EQ(std::filesystem::last_write_time(path), before);
  ASSERT_TRUE(write_files({{"model.h", "two\n"}}, folder.value().path()).ok());
  EXPECT_NE(std::filesystem::last_write_time(path), before);
  EXPECT_EQ(read_text(path).value(), "two\n");
}

}  // namespace
}  // namespace sengi::compile
