// SPDX-License-Identifier: Apache-2.0
// sengi evaluate FOUND --events MARKED.
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.h"

namespace sengi {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

TEST_F(CliTest, JudgesWhatAnyDetectorFound) {
  write_clip("night/a.wav", 300);  // a second
  ASSERT_TRUE(write_text(path("marks.txt"), "0.1\t0.2\tfrog\n0.5\t0.6\tfrog\n").ok());
  ASSERT_TRUE(write_text(path("found/a.txt"), "0.1\t0.2\tfrog\t0.9\n0.8\t0.9\tfrog\t0.4\n").ok());
  ASSERT_TRUE(write_text(path("marks/a.txt"), "0.1\t0.2\tfrog\n0.5\t0.6\tfrog\n").ok());
  const std::vector<std::string> command = {
      "evaluate",    text("found"),        "--events",
      text("marks"), "--recordings",       text("project/recordings/night"),
      "--outcomes",  text("outcomes.txt"), "--json"};
  const ProcessOutput judged = sengi(command);
  ASSERT_EQ(judged.exit_status, 0) << judged.err;
  const Json json = Json::parse(judged.out);
  EXPECT_EQ(json["right"], 1);
  EXPECT_EQ(json["missed"], 1);
  EXPECT_EQ(json["false_alarms_an_hour"], 3600);
  EXPECT_THAT(read_text(path("outcomes.txt")).value(), HasSubstr("false alarm"));

  const ProcessOutput words = sengi({"evaluate", text("found"), "--events", text("marks.txt")});
  EXPECT_EQ(words.exit_status, 0) << words.err;
  EXPECT_THAT(words.out, HasSubstr("recall 50.0 %"));
  EXPECT_THAT(words.out, HasSubstr("one recording"));
}

TEST_F(CliTest, JudgementsThatCannotBeAreRefused) {
  ASSERT_TRUE(write_text(path("marks.txt"), "0.1\t0.2\tfrog\n").ok());
  const std::string marks = text("marks.txt");
  expect_refused({"evaluate", marks, "--events", marks, "--false-alarms", "few"}, "1/10h");
  expect_refused({"evaluate", marks, "--events", marks, "--false-alarms", "1"}, "length");
  expect_refused({"evaluate", marks, "--events", marks, "--rule", "best"}, "--rule");
  expect_refused({"evaluate", marks, "--events", text("none.txt")}, "none.txt");
  expect_refused({"evaluate", marks, "--threshold", "1"}, "--events");
  make_project();
  expect_refused({"evaluate", text("project"), "--events", marks}, "is a project");
}

}  // namespace
}  // namespace sengi
