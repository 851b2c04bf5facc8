// SPDX-License-Identifier: Apache-2.0
// sengi view, as far as it needs no browser.
#include "cli/cli_fixture.h"

namespace sengi {
namespace {

using ::testing::HasSubstr;

TEST_F(CliTest, APageInAFileHasTheRecordingAndItsLabels) {
  write_clip("a.wav", 300);
  ASSERT_TRUE(write_text(path("marks.txt"), "0.1\t0.2\tfrog\n").ok());
  const std::string recording = text("project/recordings/a.wav");
  const ProcessOutput made = sengi(
      {"view", recording, "--labels", text("marks.txt"), "--export", text("page.html"), "--sound"});
  ASSERT_EQ(made.exit_status, 0) << made.err;
  const std::string page = read_text(path("page.html")).value();
  EXPECT_THAT(page, HasSubstr("\"label\":\"frog\""));
  EXPECT_THAT(page, HasSubstr("data:audio/flac"));
}

TEST_F(CliTest, WhatCannotBeShownIsRefused) {
  write_clip("a.wav", 300);
  const std::string recording = text("project/recordings/a.wav");
  expect_refused({"view", text("none.wav")}, "none.wav");
  expect_refused({"view", recording, "--labels", text("none.txt")}, "none.txt");
  expect_refused({"view", recording, "--found", text("none.csv")}, "none.csv");
  expect_refused({"view", recording, "--project", text("none")}, "none");
  expect_refused({"view", recording, "--compare", text("none")}, "--project");
  ASSERT_TRUE(write_text(path("said.json"), R"([{"start": 2, "end": 1, "text": "a"}])").ok());
  expect_refused({"view", recording, "--transcript", text("said.json")}, "entry 1");
  ASSERT_TRUE(write_text(path("no.wav"), "no sound").ok());
  expect_refused({"view", text("no.wav")}, "no.wav");
}

}  // namespace
}  // namespace sengi
