// SPDX-License-Identifier: Apache-2.0
#include "events/judge.h"

#include <gmock/gmock.h>

#include <random>

namespace sengi::events {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Judgement judged(const std::vector<Recording>& recordings, const JudgeOptions& options) {
  auto judgement = judge(recordings, options);
  EXPECT_TRUE(judgement.ok()) << judgement.error().message;
  return judgement.ok() ? std::move(judgement).value() : Judgement();
}

constexpr Matching within{Rule::onset, 0.75};

TEST(Judge, CountsWhatWasFoundAndWhatWasNot) {
  const Recording r{"r",
                    1800,
                    {{1, 1, "a"}, {9, 9, "a"}, {20, 20, "a"}},
                    {{1, 1, "a", 0.9}, {1.4, 1.4, "a", 0.8}, {9, 9, "a", 0.3}}};
  const Judgement j = judged({r}, {.matching = within});
  EXPECT_EQ(j.all, (Counts{.right = 2, .false_alarms = 1, .missed = 1}));
  EXPECT_DOUBLE_EQ(*j.all.recall(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(*j.all.precision(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(*j.all.f1(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(*j.false_alarms_an_hour(), 2);
  EXPECT_THAT(j.missed, ElementsAre(Pair(0U, 2U)));
  ASSERT_EQ(j.curve.size(), 3U);
  EXPECT_EQ(j.curve[0].counts, (Counts{.right = 1, .missed = 2}));
  EXPECT_EQ(j.curve[2].counts, j.all);
  EXPECT_FALSE(j.recall_95.has_value()) << "of one recording nobody knows";
}

// A known scorer returns after the first of its keywords.
TEST(Judge, EveryLabelIsJudged) {
  const Recording r{"r", 60, {{1, 2, "a"}, {5, 6, "b"}}, {{1, 2, "a", 1}, {5, 6, "b", 1}}};
  const Judgement j = judged({r}, {});
  EXPECT_THAT(j.labels, ElementsAre(Pair("a", Counts{.right = 1}), Pair("b", Counts{.right = 1})));
}

TEST(Judge, AnotherLabelIsAFalseAlarmAndAMissAndIsNamed) {
  const Recording r{"r", 60, {{5, 6, "a"}}, {{5, 6, "b", 1}}};
  const Judgement j = judged({r}, {});
  EXPECT_EQ(j.all, (Counts{.false_alarms = 1, .missed = 1}));
  ASSERT_EQ(j.found.size(), 1U);
  EXPECT_EQ(j.found[0].other, "a");
  const Judgement first = judged({r}, {.matching = {Rule::first, 0.1}});
  EXPECT_EQ(first.all, Counts{.wrong = 1});
  EXPECT_EQ(first.found[0].other, "a");
}

TEST(Judge, AThresholdIsFoundForSoManyFalseAlarms) {
  Recording r{"r", 7200, {}, {}};
  for (int i = 0; i < 10; ++i) {
    r.marked.push_back({100.0 * i, 100.0 * i + 1, "a"});
    r.found.push_back({100.0 * i, 100.0 * i + 1, "a", 0.95 - 0.1 * i});
    r.found.push_back({100.0 * i + 50, 100.0 * i + 51, "a", 0.9 - 0.1 * i});
  }
  const Judgement j = judged({r}, {.matching = {}, .false_alarms_an_hour = 2});
  EXPECT_EQ(j.all.false_alarms, 4U);
  EXPECT_EQ(j.all.right, 5U) << "as low as may be";
  EXPECT_NEAR(j.threshold, 0.55, 1e-9);
  r.found.push_back({5000, 5001, "a", 1});
  EXPECT_THAT(judge({r}, {.matching = {}, .false_alarms_an_hour = 0.1}).error().message,
              HasSubstr("no threshold gives 0.1"));
  r.length_s = 0;
  EXPECT_THAT(judge({r}, {.matching = {}, .false_alarms_an_hour = 9}).error().message,
              HasSubstr("length of each recording"));
  EXPECT_FALSE(judged({r}, {}).false_alarms_an_hour().has_value());
}

// The curve is made in one go; here each threshold is judged by itself.
TEST(Judge, TheCurveIsWhatEachThresholdGives) {
  std::mt19937 random(5);
  const auto tenths = [&](unsigned n) { return static_cast<double>(random() % n) / 10; };
  for (int round = 0; round < 60; ++round) {
    std::vector<Recording> recordings(1 + random() % 3);
    for (Recording& r : recordings) {
      r.length_s = 60;
      for (auto i = random() % 15; i > 0; --i) {
        const double start = tenths(200);
        r.marked.push_back({start, start + tenths(20), random() % 2 == 0 ? "a" : "b"});
      }
      for (auto i = random() % 25; i > 0; --i) {
        const double start = tenths(200);
        r.found.push_back({start, start + tenths(20), random() % 2 == 0 ? "a" : "b", tenths(10)});
      }
    }
    for (const Rule rule : {Rule::overlap, Rule::onset, Rule::first}) {
      const Matching matching{rule, 0.4};
      const Judgement all = judged(recordings, {.matching = matching});
      for (const Point& point : all.curve) {
        const Judgement at =
            judged(recordings, {.matching = matching, .threshold = point.threshold});
        EXPECT_EQ(at.all, point.counts);
      }
    }
  }
}

TEST(Judge, RecordingsThatDifferMakeItLessSure) {
  const auto recording = [](std::size_t right, std::size_t missed, std::size_t false_alarms) {
    Recording r{"r", 3600, {}, {}};
    for (std::size_t i = 0; i < right + missed; ++i) {
      const double at = 10.0 * static_cast<double>(i);
      r.marked.push_back({at, at + 1, "a"});
      if (i < right) r.found.push_back({at, at + 1, "a"});
    }
    for (std::size_t i = 0; i < false_alarms; ++i) {
      const double at = 2000 + 10.0 * static_cast<double>(i);
      r.found.push_back({at, at + 1, "a"});
    }
    return r;
  };
  const Judgement same = judged(std::vector<Recording>(8, recording(5, 5, 4)), {});
  // 40 of 80, by Wilson's score: 39.3 to 60.7 %.
  EXPECT_NEAR(same.recall_95->low, 0.393, 0.001);
  EXPECT_NEAR(same.recall_95->high, 0.607, 0.001);
  // Eight hours with 32: 21.9 to 45.2, by the count alone.
  EXPECT_NEAR(same.false_alarms_an_hour_95->low, 21.888 / 8, 0.01);
  EXPECT_NEAR(same.false_alarms_an_hour_95->high, 45.174 / 8, 0.01);
  std::vector<Recording> differing(4, recording(10, 0, 0));
  differing.insert(differing.end(), 4, recording(0, 10, 8));
  const Judgement mixed = judged(differing, {});
  EXPECT_LT(mixed.recall_95->low, 0.3);
  EXPECT_GT(mixed.recall_95->high, 0.7);
  EXPECT_LT(mixed.false_alarms_an_hour_95->low, 2);
  EXPECT_GT(mixed.false_alarms_an_hour_95->high, 6);
}

// Garwood's table, as printed in textbooks.
TEST(Judge, ACountSaysSoMuchOfItsMean) {
  EXPECT_NEAR(poisson_95(0).high, 3.689, 0.001);
  EXPECT_NEAR(poisson_95(1).low, 0.0253, 0.0001);
  EXPECT_NEAR(poisson_95(1).high, 5.572, 0.001);
  EXPECT_NEAR(poisson_95(10).low, 4.795, 0.001);
  EXPECT_NEAR(poisson_95(10).high, 18.390, 0.001);
  EXPECT_NEAR(poisson_95(100).low, 81.36, 0.01);
  EXPECT_NEAR(poisson_95(100).high, 121.63, 0.01);
}

}  // namespace
}  // namespace sengi::events
