// SPDX-License-Identifier: Apache-2.0
// sengi station as a person uses it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/process.h"

namespace sengi {
namespace {

using testing::HasSubstr;

class StationCommand : public testing::Test {
 protected:
  StationCommand() : folder_(std::move(TemporaryFolder::make()).value()) {}

  ProcessOutput run(const std::string& words, const std::string& input = "") {
    return run_process({"sh", "-c",
                        fmt::format("printf '{}' | {} station --folder {}/camp {}", input,
                                    SENGI_BINARY, folder_.path().string(), words)})
        .value();
  }
  std::string write(const std::string& text) {
    const auto path = folder_.path() / "uplinks.jsonl";
    EXPECT_TRUE(write_text(path, text).ok());
    return path.string();
  }

  TemporaryFolder folder_;
};

constexpr const char* uplink =
    R"({"device": "collar-7", "port": 24, "payload": "nQ8cBMitSgMGpl9cfMC8RTY="})";

TEST_F(StationCommand, ImportsOnce) {
  const std::string path = write(std::string(uplink) + "\n" + uplink + "\n");
  const auto first = run("import --json " + path);
  EXPECT_EQ(first.exit_status, 0);
  const auto json = nlohmann::json::parse(first.out);
  EXPECT_EQ(json[0]["uplinks"], 1);
  EXPECT_EQ(json[0]["duplicates"], 1);
  EXPECT_THAT(run("import " + path).out, HasSubstr("0 new, 2 known, 0 refused"));
}

TEST_F(StationCommand, ExportsWhatItKept) {
  run("import " + write(std::string(uplink) + "\n"));
  const auto csv = run("export positions");
  EXPECT_EQ(csv.exit_status, 0);
  EXPECT_THAT(csv.out, HasSubstr("device,name,time,latitude,longitude\ncollar-7,,"));
  const auto file = folder_.path() / "tracks.csv";
  EXPECT_THAT(run("export positions --as movebank --to " + file.string()).out, HasSubstr("1 row"));
  EXPECT_THAT(read_text(file).value(), HasSubstr("individual-local-identifier"));
  const auto nobody = run("export positions --device nobody --to " + file.string());
  EXPECT_EQ(nobody.exit_status, 2);
  EXPECT_THAT(nobody.err, HasSubstr("nobody: no such device"));
  EXPECT_THAT(read_text(file).value(), HasSubstr("collar-7"));  // what stood there stays
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".part"));
}

TEST_F(StationCommand, RefusedLinesEndWithOne) {
  const auto imported = run("import " + write("what is this\n"));
  EXPECT_EQ(imported.exit_status, 1);
  EXPECT_THAT(imported.out, HasSubstr("1 refused"));
}

TEST_F(StationCommand, BadWordsAreSaid) {
  const auto broker = run("--mqtt localhost");
  EXPECT_EQ(broker.exit_status, 2);
  EXPECT_THAT(broker.err, HasSubstr("mqtt://localhost:1883"));
  const auto open = run("--listen 0.0.0.0 --port 0");
  EXPECT_EQ(open.exit_status, 2);
  EXPECT_THAT(open.err, HasSubstr("there are no accounts"));
}

TEST_F(StationCommand, AccountsComeAndGo) {
  EXPECT_EQ(run("account add amina --role ranger", "a long dry season\\n").exit_status, 0);
  const auto token = run("account token chirpstack --role ingest");
  EXPECT_EQ(token.exit_status, 0);
  EXPECT_THAT(token.out, testing::MatchesRegex("sengi_[0-9A-F]{64}\n"));
  EXPECT_EQ(nlohmann::json::parse(run("account list --json").out), nlohmann::json::parse(R"([
              {"name": "amina", "role": "ranger", "signs_in_by": "password"},
              {"name": "chirpstack", "role": "ingest", "signs_in_by": "token"}])"));
  EXPECT_EQ(run("account add juma --role ranger", "short\\n").exit_status, 2);
  EXPECT_EQ(run("account remove amina").exit_status, 0);
  EXPECT_EQ(run("account remove amina").exit_status, 1);
}

}  // namespace
}  // namespace sengi
