// SPDX-License-Identifier: Apache-2.0
#include "tune/toml_edit.h"

#include <gmock/gmock.h>

#include "project/project.h"

namespace sengi::tune {
namespace {

using testing::HasSubstr;

std::string edited(std::string_view text, const Values& values) {
  auto result = with_values(text, values);
  return result.ok() ? result.value() : "error: " + result.error().message;
}

TEST(TomlEdit, AValueChangesAndAllElseStays) {
  const std::string before =
      "# Words of our village\n"
      "[project]\n"
      "name = \"keywords\"   # also the namespace\n"
      "\n"
      "[signal]\n"
      "  feature = \"mfcc\"      # what the network sees\n"
      "hop_ms=20\n"
      "[model]\n"
      "channels = 64 # wide\n";
  const std::string after =
      "# Words of our village\n"
      "[project]\n"
      "name = \"keywords\"   # also the namespace\n"
      "\n"
      "[signal]\n"
      "  feature = \"log-mel\"   # what the network sees\n"
      "hop_ms= 12.5\n"
      "[model]\n"
      "channels = 8  # wide\n";
  EXPECT_EQ(edited(before, {{"signal.feature", "\"log-mel\""},
                            {"signal.hop_ms", "12.5"},
                            {"model.channels", "8"}}),
            after);
}

TEST(TomlEdit, NothingToChangeChangesNothing) {
  for (const char* text : {"", "[a]\nb = 1", "\n\n# only words\n", "[a]\r\nb = 1\r\n"}) {
    EXPECT_EQ(edited(text, {}), text);
  }
}

TEST(TomlEdit, AKeyThatIsMissingGoesBehindTheOthersOfItsSection) {
  EXPECT_EQ(edited("[model]\nchannels = 64\n\n# Training\n[train]\nepochs = 3\n",
                   {{"model.blocks", "2"}}),
            "[model]\nchannels = 64\nblocks = 2\n\n# Training\n[train]\nepochs = 3\n");
}

TEST(TomlEdit, ASectionThatIsMissingGoesToTheEnd) {
  EXPECT_EQ(edited("[model]\nchannels = 64", {{"train.augment.speed_percent", "5"}}),
            "[model]\nchannels = 64\n\n[train.augment]\nspeed_percent = 5\n");
  EXPECT_EQ(edited("", {{"train.dropout", "0.2"}}), "[train]\ndropout = 0.2\n");
}

TEST(TomlEdit, TheSameKeyOfAnotherSectionStays) {
  EXPECT_EQ(edited("[data]\nseed = 1\n[train]\nseed = 1\n", {{"train.seed", "7"}}),
            "[data]\nseed = 1\n[train]\nseed = 7\n");
}

TEST(TomlEdit, WhatStandsInStringsArraysAndCommentsIsNoKey) {
  const std::string text =
      "[data]\n"
      "labels = [\n"
      "  \"hop_ms = 3\",  # ]\n"
      "  \"[signal]\",\n"
      "]\n"
      "group = '# hop_ms = 1'\n"
      "unknown = \"\"\"\n"
      "[signal]\n"
      "hop_ms = 5\"\"\"\n"
      "[signal]\n"
      "# hop_ms = 9\n"
      "hop_ms = 20\n";
  std::string expected = text;
  expected.replace(expected.rfind("hop_ms = 20"), 11, "hop_ms = 25");
  EXPECT_EQ(edited(text, {{"signal.hop_ms", "25"}}), expected);
}

TEST(TomlEdit, AValueWithAHashKeepsItsComment) {
  EXPECT_EQ(edited("[data]\nunknown = \"a#b\" # others\n", {{"data.unknown", "\"none\""}}),
            "[data]\nunknown = \"none\" # others\n");
}

TEST(TomlEdit, QuotedNamesAndBlanksInHeadersAreRead) {
  EXPECT_EQ(edited("[ train . \"augment\" ]\n'speed_percent' = 10\n",
                   {{"train.augment.speed_percent", "0"}}),
            "[ train . \"augment\" ]\n'speed_percent' = 0\n");
}

TEST(TomlEdit, LinesOfWindowsStaySo) {
  EXPECT_EQ(
      edited("[model]\r\nchannels = 64\r\n", {{"model.channels", "8"}, {"model.blocks", "2"}}),
      "[model]\r\nchannels = 8\r\nblocks = 2\r\n");
}

TEST(TomlEdit, OtherFormsAreRefusedWithTheirLine) {
  for (const char* text :
       {"[train]\naugment = {speed_percent = 3}\n", "[train]\naugment.speed_percent = 3\n"}) {
    EXPECT_THAT(edited(text, {{"train.augment.speed_percent", "5"}}), HasSubstr("line 2"));
  }
}

// What it writes is what the project's own reader reads.
TEST(TomlEdit, AProjectReadsWhatWasWritten) {
  const std::string text = "[project]\nname = \"k\"\n[model]\nblocks = 3 # few\n";
  const std::string after = edited(text, {{"signal.feature", "\"pcan\""},
                                          {"model.blocks", "5"},
                                          {"train.augment.noise_probability", "0.25"}});
  auto project = project::parse_project(after, "k/sengi.toml");
  ASSERT_TRUE(project.ok()) << project.error().message;
  EXPECT_EQ(project.value().signal.feature, signal::Feature::pcan);
  EXPECT_EQ(project.value().model.blocks, 5);
  EXPECT_EQ(project.value().train.augment.noise_probability, 0.25);
  EXPECT_THAT(after, HasSubstr("# few"));
}

}  // namespace
}  // namespace sengi::tune
