// SPDX-License-Identifier: Apache-2.0
// Each export holds all that it needs: its layout follows the rules of the system it is for, and
// its sources compile from its own folder alone.
#include "compile/export.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "base/files.h"
#include "base/process.h"
#include "compile/graph_builder.h"
#include "model/interpreter.h"

namespace sengi::compile {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Export : public testing::Test {
 protected:
  // A network alone, or with a listener.
  void write(const std::string& kind, bool listens = false) {
    const GeneratedCode code = generate(graph_, "test.tflite", std::string(64, 'a')).value();
    std::vector<CodeFile> files = files_of(code);
    if (listens) {
      project::Trained trained;
      trained.name = "words";
      trained.labels = {"_silence_", "_unknown_", "yes", "no"};
      trained.unknown = "_unknown_";
      trained.silence = "_silence_";
      trained.feature_offset.assign(10, 100);
      trained.feature_multiplier.assign(10, 65536);
      trained.columns = 12;
      trained.clip_samples = 16000;
      trained.config_sha256 = std::string(64, 'b');
      files = files_of(code, generate_listener(trained, code.plan.name).value());
    }
    const auto made = export_files(kind, code.plan, files);
    ASSERT_TRUE(made.ok()) << made.error().message;
    ASSERT_TRUE(write_files(made.value(), folder_).ok());
  }

  std::string text(const std::string& name) const {
    const auto read = read_text(folder_ / name);
    EXPECT_TRUE(read.ok()) << name;
    return read.ok() ? read.value() : "";
  }

  void expect_done(const std::vector<std::string>& command) const {
    const auto output = run_process(command, std::chrono::minutes(5), folder_);
    ASSERT_TRUE(output.ok()) << output.error().message;
    EXPECT_EQ(output.value().exit_status, 0)
        << output.value().out.substr(0, 2000) << output.value().err.substr(0, 4000);
  }

  // Every .cpp below src/ and the example, for a Cortex-M4, from the export's folder alone; `stubs`
  // stands for the platform's headers.
  void expect_compiles(const std::string& example, const std::vector<CodeFile>& stubs) {
    if (!find_program("arm-none-eabi-g++")) GTEST_SKIP() << "apt install gcc-arm-none-eabi";
    ASSERT_TRUE(write_files(stubs, folder_ / "stubs").ok());
    std::vector<std::string> sources = {example};
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "src")) {
      if (entry.path().extension() == ".cpp") sources.push_back(entry.path().string());
    }
    EXPECT_GE(sources.size(), 2u);
    for (const std::string& source : sources) {
      expect_done({"arm-none-eabi-g++", "-mcpu=cortex-m4", "-mthumb", "-std=gnu++20",
                   "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Wconversion", "-Werror",
                   "-O2", "-Isrc", "-Istubs", "-x", "c++", "-c", source, "-o", "object.o"});
    }
  }

  const std::vector<CodeFile> arduino_stubs_ = {{"Arduino.h", R"(#pragma once
#include <cstdint>
struct Port {
  void begin(unsigned long) {}
  void print(const char*) {}
  void print(char) {}
  void println(long) {}
};
inline Port Serial;
void setup();
void loop();
)"}};

  model::Graph graph_ = keyword_network("frogs", 5);
  TemporaryFolder temporary_ = TemporaryFolder::make().value();
  fs::path folder_ = temporary_.path();
};

TEST_F(Export, EveryKindHoldsWhatItIncludes) {
  static const std::regex include("#include [\"<](sengi/[^\">]+)[\">]");
  for (const std::string& kind : export_kinds()) {
    for (const bool listens : {false, true}) {
      SCOPED_TRACE(kind);
      temporary_ = TemporaryFolder::make().value();
      folder_ = temporary_.path();
      write(kind, listens);
      int found = 0;
      for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
        if (!entry.is_regular_file()) continue;
        const std::string contents = read_text(entry.path()).value();
        EXPECT_THAT(contents, testing::Not(HasSubstr(SENGI_SOURCE_DIR)));
        for (std::sregex_iterator at(contents.begin(), contents.end(), include), end; at != end;
             ++at, ++found) {
          EXPECT_TRUE(fs::exists(folder_ / "src" / (*at)[1].str())) << (*at)[1];
        }
      }
      EXPECT_GT(found, 10);
      EXPECT_THAT(text("README.md"), HasSubstr("frogs"));
      EXPECT_THAT(text("plan.json"), HasSubstr("arena_bytes"));
    }
  }
}

TEST_F(Export, TheCMakeOneBuildsAndGivesTheInterpretersBytes) {
  if (!find_program("cmake")) GTEST_SKIP() << "apt install cmake";
  write("cmake");
  expect_done({"cmake", "-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=Release"});
  expect_done({"cmake", "--build", "build"});

  auto interpreter = model::Interpreter::make(graph_).value();
  std::vector<std::byte> input(interpreter.input_bytes());
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::byte>(i * 37 + 11);
  ASSERT_TRUE(write_file(folder_ / "input", input).ok());
  std::string expected;
  for (const std::byte value : interpreter.run(input)) {
    expected += "output " + std::to_string(static_cast<std::int8_t>(value)) + "\n";
  }
  const auto ran = run_process({"/bin/sh", "-c", "build/frogs_example < input"},
                               std::chrono::minutes(1), folder_);
  ASSERT_TRUE(ran.ok());
  EXPECT_EQ(ran.value().out, expected);
}

TEST_F(Export, TheCMakeOneListens) {
  if (!find_program("cmake")) GTEST_SKIP() << "apt install cmake";
  write("cmake", true);
  expect_done({"cmake", "-S", ".", "-B", "build"});
  expect_done({"cmake", "--build", "build"});
  expect_done({"/bin/sh", "-c", "head -c 64000 /dev/zero | build/frogs_example"});
}

// The Arduino library specification, revision 2.2.
TEST_F(Export, TheArduinoOneFollowsTheSpecification) {
  write("arduino");
  std::set<std::string> fields;
  std::istringstream lines(text("library.properties"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    ASSERT_NE(equals, std::string::npos) << line;
    EXPECT_GT(line.size(), equals + 1) << line;
    fields.insert(line.substr(0, equals));
  }
  EXPECT_THAT(fields, testing::IsSupersetOf({"name", "version", "author", "maintainer", "sentence",
                                             "paragraph", "category", "url", "architectures"}));
  EXPECT_THAT(text("library.properties"), HasSubstr("\nincludes=frogs.h\n"));
  EXPECT_TRUE(fs::exists(folder_ / "src" / "frogs.h"));
  EXPECT_THAT(text("keywords.txt"), HasSubstr("frogs\tKEYWORD1\n"));
  EXPECT_THAT(text("examples/run/run.ino"), HasSubstr("#include <frogs.h>"));
  expect_compiles("examples/run/run.ino", arduino_stubs_);
}

TEST_F(Export, ThePlatformIOOneFollowsItsManifest) {
  write("platformio");
  const auto manifest = nlohmann::json::parse(text("library.json"));
  EXPECT_EQ(manifest.at("name"), "frogs");
  EXPECT_TRUE(
      std::regex_match(manifest.at("version").get<std::string>(), std::regex(R"(\d+\.\d+\.\d+)")));
  EXPECT_TRUE(manifest.at("build").at("flags").is_array());
  EXPECT_TRUE(fs::exists(folder_ / "src" / manifest.at("headers").get<std::string>()));
  const auto& example = manifest.at("examples").at(0);
  for (const std::string file : example.at("files")) {
    EXPECT_TRUE(fs::exists(folder_ / example.at("base").get<std::string>() / file)) << file;
  }
  expect_compiles("examples/run/src/main.cpp", arduino_stubs_);
}

TEST_F(Export, TheZephyrOneIsAModule) {
  write("zephyr");
  EXPECT_EQ(text("zephyr/module.yml"),
            "name: frogs\nbuild:\n  cmake: zephyr\n  kconfig: zephyr/Kconfig\n");
  // One option, by the same name everywhere.
  EXPECT_THAT(text("zephyr/Kconfig"), testing::StartsWith("config SENGI_FROGS\n\tbool"));
  EXPECT_THAT(text("zephyr/CMakeLists.txt"), HasSubstr("if(CONFIG_SENGI_FROGS)"));
  EXPECT_THAT(text("samples/run/prj.conf"), HasSubstr("CONFIG_SENGI_FROGS=y\n"));
  EXPECT_TRUE(fs::exists(folder_ / "zephyr" / ".." / "src" / "frogs" / "model.cpp"));
  expect_compiles(
      "samples/run/src/main.cpp",
      {{"zephyr/kernel.h", "#pragma once\ninline void k_msleep(int) {}\n"},
       {"zephyr/sys/printk.h", "#pragma once\ninline void printk(const char*, ...) {}\n"}});
}

TEST_F(Export, AListenerCompilesForADeviceToo) {
  write("arduino", true);
  expect_compiles("examples/run/run.ino", arduino_stubs_);
}

}  // namespace
}  // namespace sengi::compile
