// SPDX-License-Identifier: Apache-2.0
#include "evaluate/slices.h"

#include <gmock/gmock.h>

namespace sengi::evaluate {
namespace {

using ::testing::StartsWith;

TEST(Slices, CountWhatHasTheirValue) {
  const std::vector<Answered> clips = {{0, 0, "a"}, {0, 1, "a"}, {1, 1, "b"}, {1, 1, ""}};
  const std::vector<std::string> values = {"sw", "sw", "en", ""};
  const Slicing by = slice_by_value("language", values, clips, 2);
  EXPECT_EQ(by.by, "language");
  ASSERT_EQ(by.slices.size(), 3u);
  EXPECT_EQ(by.slices[0].value, "(not given)");
  EXPECT_EQ(by.slices[1].value, "en");
  EXPECT_EQ(by.slices[2].value, "sw");
  EXPECT_EQ(by.slices[2].count, 2u);
  EXPECT_EQ(by.slices[2].correct, 1u);
  EXPECT_EQ(by.slices[2].groups, 1u);
  EXPECT_EQ(by.slices[2].accuracy(), 0.5);
  EXPECT_TRUE(by.slices[2].few());
}

TEST(Slices, ThirdsHoldAsManyClipsEachAndEveryClipOnce) {
  std::vector<Answered> clips;
  std::vector<std::optional<double>> level;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::size_t shuffled = i * 7 % 300;
    clips.push_back({0, shuffled < 100 ? 1U : 0U, std::to_string(i % 60)});
    level.emplace_back(-60 + 0.1 * static_cast<double>(shuffled));
  }
  clips.push_back({0, 0, ""});
  level.emplace_back();  // not known
  const auto by = slice_by_thirds("level", "dBFS", 1, level, clips, 2);
  ASSERT_TRUE(by);
  ASSERT_EQ(by->slices.size(), 3u);
  for (const Slice& slice : by->slices) {
    EXPECT_EQ(slice.count, 100u);
    EXPECT_FALSE(slice.few());
  }
  EXPECT_EQ(by->slices[0].correct, 0u);
  EXPECT_EQ(by->slices[2].correct, 100u);
  EXPECT_THAT(by->slices[0].value, StartsWith("lowest third, below -50 dBFS"));
}

TEST(Slices, WhatIsTheSameForAllIsNotCompared) {
  const std::vector<Answered> clips(9, Answered{0, 0, ""});
  std::vector<std::optional<double>> seconds(9, 1.0);
  EXPECT_FALSE(slice_by_thirds("duration", "s", 0, seconds, clips, 1));
  seconds[0] = 0.5;  // one that differs is no third
  EXPECT_FALSE(slice_by_thirds("duration", "s", 0, seconds, clips, 1));
}

}  // namespace
}  // namespace sengi::evaluate
