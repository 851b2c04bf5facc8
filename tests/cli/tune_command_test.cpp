// SPDX-License-Identifier: Apache-2.0
// sengi tune.
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.h"
#include "project/project.h"

namespace sengi {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

TEST_F(CliTest, SearchesThatCannotBeAreRefused) {
  make_project();
  expect_refused({"tune", text("project"), "--trials", "0"}, "--trials");
  expect_refused({"tune", text("project"), "--ram", "much"}, "--ram");
  expect_refused({"tune", text("project"), "--apply", "3", "--force"}, "--apply");
  EXPECT_FALSE(fs::exists(path("project/out")));
}

// The whole chain: built and emulated, trained, kept, taken up again, written into sengi.toml.
TEST_F(CliTest, ASearchIsKeptTakenUpAgainAndApplied) {
  if (!fs::exists(fs::path(SENGI_BINARY).parent_path() / "sengi-tune")) {
    GTEST_SKIP() << "built without the search";
  }
  if (!find_program("arm-none-eabi-g++") || !find_program("qemu-system-arm")) {
    GTEST_SKIP() << "needs arm-none-eabi-g++ and qemu-system-arm";
  }
  const std::string config =
      "[data]\nseed = 3\nvalidation_percent = 40\ntest_percent = 20\n"
      "[model]\nchannels = 8  # few\nblocks = 1\n"
      "[train]\nepochs = 2\nthreads = 1\n";
  make_project(config);
  const std::vector<std::string> search = {"tune", text("project"), "--trials", "2", "--threads",
                                           "1",    "--json"};
  const ProcessOutput first = sengi(search);
  ASSERT_EQ(first.exit_status, 0) << first.err;
  const Json found = Json::parse(first.out);
  EXPECT_GE(found.at("candidates"), 2);
  EXPECT_GE(found.at("trainings"), 3);
  EXPECT_GT(found.at("own").at("cycles"), 1000);
  EXPECT_TRUE(fs::exists(path("project/out/tune/report.html")));

  Json again = Json::parse(sengi(search).out);
  again["seconds"] = found.at("seconds");
  EXPECT_EQ(again, found);

  int chosen = 1;
  for (const auto& file : fs::directory_iterator(path("project/out/tune/trials"))) {
    const Json trial = Json::parse(read_text(file.path()).value());
    if (!trial.at("rungs").empty()) chosen = std::max(chosen, trial.at("trial").get<int>());
  }
  ASSERT_GT(chosen, 1);
  const ProcessOutput applied =
      sengi({"tune", text("project"), "--apply", std::to_string(chosen), "--json"});
  ASSERT_EQ(applied.exit_status, 0) << applied.err;
  EXPECT_EQ(Json::parse(applied.out).at("looks_at_test"), 1);
  const std::string written = read_text(path("project/sengi.toml")).value();
  EXPECT_NE(written, config);
  EXPECT_THAT(written, HasSubstr("# few"));
  EXPECT_TRUE(project::load_project(path("project")).ok());
  expect_refused({"tune", text("project"), "--apply", "1"}, "no longer what it was");
}

}  // namespace
}  // namespace sengi
