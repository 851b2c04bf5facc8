// SPDX-License-Identifier: Apache-2.0
// sengi build of a collar, driven as a person drives it.
#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/process.h"

namespace sengi {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class CollarBuild : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_text(collar_ / "sengi.toml",
                           "[project]\nname = \"herd\"\nkind = \"collar\"\n[collar]\n"
                           "zones = \"zones.geojson\"\n")
                    .ok());
    ASSERT_TRUE(write_text(collar_ / "zones.geojson", R"({"type": "FeatureCollection", "features": [
      {"type": "Feature", "properties": {"id": 1, "kind": "farm"}, "geometry": {"type": "Polygon",
       "coordinates": [[[36, -2], [36.02, -2], [36.02, -1.98], [36, -1.98], [36, -2]]]}}]})")
                    .ok());
  }

  ProcessOutput build(std::vector<std::string> words) {
    words.insert(words.begin(), {SENGI_BINARY, "build", collar_.string()});
    words.insert(words.end(), {"-o", out_.string()});
    auto run = run_process(words);
    EXPECT_TRUE(run.ok());
    return run.ok() ? run.value() : ProcessOutput{-1, "", ""};
  }

  TemporaryFolder temporary_ = TemporaryFolder::make().value();
  fs::path collar_ = temporary_.path();
  fs::path out_ = temporary_.path() / "made";
};

TEST_F(CollarBuild, WritesAnImageAndSaysWhatItsSectionsTake) {
  if (!find_program("arm-none-eabi-g++")) GTEST_SKIP() << "apt install gcc-arm-none-eabi";
  const ProcessOutput words = build({"--on", "nrf52840"});
  ASSERT_EQ(words.exit_status, 0) << words.err;
  EXPECT_THAT(words.out, HasSubstr(".vectors"));
  EXPECT_THAT(words.out, HasSubstr("of 655,360 bytes"));
  EXPECT_THAT(words.out, HasSubstr("storage: 393,216 bytes at 0x000a0000"));
  const ProcessOutput output = build({"--on", "nrf52840", "--json"});
  ASSERT_EQ(output.exit_status, 0) << output.err;
  const Json json = Json::parse(output.out);
  std::size_t flash = 0;
  for (const Json& section : json["sections"]) {
    if (section["in"] != "RAM") flash += section["bytes"].get<std::size_t>();
  }
  EXPECT_EQ(json["flash_bytes"], flash);
  // What objcopy takes for the image is as long, but for what alignment puts between sections.
  const auto image = run_process({"arm-none-eabi-objcopy", "-O", "binary",
                                  (out_ / "herd.elf").string(), (out_ / "herd.bin").string()});
  ASSERT_TRUE(image.ok());
  EXPECT_EQ(image.value().exit_status, 0) << image.value().err;
  EXPECT_GE(fs::file_size(out_ / "herd.bin"), flash);
  EXPECT_LT(fs::file_size(out_ / "herd.bin"), flash + 64);
  EXPECT_THAT(read_text(out_ / "herd.hex").value(), testing::StartsWith(":"));
}

TEST_F(CollarBuild, WritesItsMonitorsAsALibrary) {
  for (const std::string kind : {"arduino", "zephyr"}) {
    out_ = temporary_.path() / kind;
    const ProcessOutput output = build({"--export", kind});
    ASSERT_EQ(output.exit_status, 0) << output.err;
    EXPECT_TRUE(fs::exists(out_ / "src" / "herd_collar.h"));
    EXPECT_TRUE(fs::exists(out_ / "src" / "sengi" / "collar" / "collar.h"));
    EXPECT_TRUE(fs::exists(out_ / "README.md"));
  }
}

TEST_F(CollarBuild, SaysWhatIsMissingOrWrong) {
  const ProcessOutput neither = build({});
  EXPECT_EQ(neither.exit_status, 2);
  EXPECT_THAT(neither.err, HasSubstr("--on nrf52840"));
  const ProcessOutput host = build({"--on", "host"});
  EXPECT_EQ(host.exit_status, 2);
  EXPECT_THAT(host.err, HasSubstr("such as nrf52840"));
  const ProcessOutput no_lines = build({"--on", "mps2-an505"});
  EXPECT_EQ(no_lines.exit_status, 2);
  EXPECT_THAT(no_lines.err, HasSubstr("[lines]"));
  const ProcessOutput kind = build({"--export", "cmake"});
  EXPECT_EQ(kind.exit_status, 2);
  EXPECT_THAT(kind.err, HasSubstr("arduino or zephyr"));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(CollarBuild, AnImageThatNothingHereRunsIsNotRun) {
  if (!find_program("arm-none-eabi-g++")) GTEST_SKIP() << "apt install gcc-arm-none-eabi";
  const auto run = run_process(
      {SENGI_BINARY, "run", collar_.string(), "--on", "nrf52840", "--days", "1", "--quiet"});
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run.value().exit_status, 2);
  EXPECT_THAT(run.value().err, HasSubstr("QEMU has no machine for this board"));
}

}  // namespace
}  // namespace sengi
