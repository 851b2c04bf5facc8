// SPDX-License-Identifier: Apache-2.0
#include "evaluate/bootstrap.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <string>

namespace sengi::evaluate {
namespace {

using ::testing::DoubleNear;
using ::testing::Gt;
using ::testing::Lt;

// `groups` of `size` clips; all clips of a group are right or all are wrong.
std::vector<Answered> blocks(std::size_t groups, std::size_t size, std::size_t wrong) {
  std::vector<Answered> clips;
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t truth = i % 2;
      clips.push_back({truth, group < wrong ? 1 - truth : truth, std::to_string(group)});
    }
  }
  return clips;
}

// Of clips that are independent, the accuracy's interval is the binomial's: 1.96 standard errors.
TEST(Bootstrap, OfIndependentClipsIsTheBinomialsInterval) {
  std::vector<Answered> clips;
  for (std::size_t i = 0; i < 400; ++i) clips.push_back({0, i % 5 == 0 ? 1U : 0U, ""});
  const Intervals all = bootstrap_95(clips, 2, 4000);
  const double spread = 1.96 * std::sqrt(0.8 * 0.2 / 400);
  EXPECT_THAT(all.accuracy.low, DoubleNear(0.8 - spread, 0.006));
  EXPECT_THAT(all.accuracy.high, DoubleNear(0.8 + spread, 0.006));
  EXPECT_EQ(all.units, 400u);
  EXPECT_EQ(all.groups, 0u);
}

// Where a group is right or wrong as a whole, 400 clips of 40 groups are 40 observations.
TEST(Bootstrap, ClipsOfOneGroupAreOneObservation) {
  const Intervals grouped = bootstrap_95(blocks(40, 10, 8), 2, 4000);
  const double spread = 1.96 * std::sqrt(0.8 * 0.2 / 40);
  EXPECT_THAT(grouped.accuracy.low, DoubleNear(0.8 - spread, 0.015));
  EXPECT_THAT(grouped.accuracy.high, DoubleNear(0.8 + spread, 0.015));
  // Balanced accuracy and F1 are of the same whole groups.
  EXPECT_THAT(grouped.balanced_accuracy.low, DoubleNear(0.8 - spread, 0.015));
  EXPECT_THAT(grouped.macro_f1.high, DoubleNear(0.8 + spread, 0.015));
}

TEST(Bootstrap, CoversTheTruthAboutAsOftenAsItSays) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> ease(0.6, 1.0);  // of a voice; on average 0.8
  int covered = 0;
  constexpr int trials = 200;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<Answered> clips;
    for (int group = 0; group < 40; ++group) {
      std::bernoulli_distribution right(ease(random));
      for (int i = 0; i < 10; ++i) {
        clips.push_back({0, right(random) ? 0U : 1U, std::to_string(group)});
      }
    }
    const Intervals all = bootstrap_95(clips, 2, 500, static_cast<std::uint64_t>(trial));
    covered += all.accuracy.low <= 0.8 && 0.8 <= all.accuracy.high ? 1 : 0;
  }
  EXPECT_GE(covered, trials * 90 / 100);
}

TEST(Bootstrap, OfPerfectAnswersIsNotCertainty) {
  const std::vector<Answered> clips = blocks(10, 3, 0);
  const Intervals all = bootstrap_95(clips, 2);
  EXPECT_EQ(all.accuracy.high, 1);
  EXPECT_EQ(all.accuracy.low, wilson_95(30, 30).low);
}

TEST(Bootstrap, IsTheSameForTheSameSeedAndNothingForNothing) {
  const std::vector<Answered> clips = blocks(15, 4, 5);
  EXPECT_EQ(bootstrap_95(clips, 2, 300, 9), bootstrap_95(clips, 2, 300, 9));
  EXPECT_NE(bootstrap_95(clips, 2, 300, 9), bootstrap_95(clips, 2, 300, 10));
  const Intervals none = bootstrap_95({}, 2);
  EXPECT_EQ(none.accuracy, Interval{});
  EXPECT_EQ(none.resamples, 0u);
}

TEST(Bootstrap, SaysWhatWasDrawn) {
  std::vector<Answered> clips = blocks(12, 2, 1);
  EXPECT_EQ(words_of(bootstrap_95(clips, 2)), "2,000 draws of 12 groups");
  clips.push_back({0, 0, ""});
  EXPECT_EQ(words_of(bootstrap_95(clips, 2)), "2,000 draws of 12 groups and 1 clip without one");
}

}  // namespace
}  // namespace sengi::evaluate
