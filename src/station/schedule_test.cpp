// SPDX-License-Identifier: Apache-2.0
#include "station/schedule.h"

#include <gtest/gtest.h>

#include <random>

namespace sengi::station {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t start_ms = 1'767'225'600'000;

// A device that sends every hour, give or take a minute, whose messages get lost at random. Returns
// how often it was taken for silent although it was not.
struct Life {
  Schedule schedule;
  std::int64_t now_ms = start_ms;
  int false_alerts = 0;

  void live(int messages, double loss, std::mt19937& random, bool counters = true,
            std::int64_t every_ms = hour_ms) {
    for (int i = 0; i < messages; ++i, ++counter_) {
      now_ms += every_ms + static_cast<std::int64_t>(random() % 120'000) - 60'000;
      if (std::uniform_real_distribution<double>(0, 1)(random) < loss) continue;
      const auto from = schedule.silent_from_ms();
      if (from && now_ms > *from) ++false_alerts;
      schedule.heard(now_ms, counters ? std::optional(counter_) : std::nullopt);
    }
  }
  // How many intervals of silence it takes.
  double told_after() const {
    return static_cast<double>(*schedule.silent_from_ms() - now_ms) / hour_ms;
  }

 private:
  std::int64_t counter_ = 0;
};

TEST(Schedule, OneThatLosesNothingIsMissedAfterOneAndAHalf) {
  std::mt19937 random(1);
  Life life;
  life.live(100, 0, random);
  EXPECT_EQ(life.false_alerts, 0);
  EXPECT_LE(life.told_after(), 1.53);
  EXPECT_GE(life.told_after(), 1.4);
}

TEST(Schedule, FifthLostAtRandomRaisesNoFalseAlert) {
  std::mt19937 random(2);
  int alerts = 0;
  for (int device = 0; device < 50; ++device) {
    Life life;
    life.live(2'000, 0.2, random);
    life.schedule.heard(life.now_ms += hour_ms, std::nullopt);
    alerts += life.false_alerts;
  }
  EXPECT_LE(alerts, 3) << "of 80,000 messages that were heard";
}

TEST(Schedule, WithoutCountersAFifthIsAssumed) {
  std::mt19937 random(3);
  Life life;
  life.live(200, 0, random, false);
  EXPECT_EQ(life.false_alerts, 0);
  EXPECT_GT(life.told_after(), 6);
  EXPECT_LT(life.told_after(), 10);
}

// What is lost must not be taken for a longer interval.
TEST(Schedule, IntervalIsThatOfWhatWasSent) {
  std::mt19937 random(4);
  Life life;
  life.live(500, 0.5, random);
  EXPECT_NEAR(static_cast<double>(*life.schedule.interval_ms()), hour_ms, 0.04 * hour_ms);
  EXPECT_NEAR(life.schedule.loss(), 0.5, 0.15);
}

// A collar reports more seldom while nothing happens.
TEST(Schedule, FollowsADeviceThatChangesItsInterval) {
  std::mt19937 random(5);
  Life life;
  life.live(60, 0, random);
  life.live(40, 0, random, true, 6 * hour_ms);
  EXPECT_LE(life.false_alerts, 2) << "the first long ones";
  EXPECT_NEAR(life.told_after(), 9, 0.3);
}

TEST(Schedule, KnowsNothingAtFirst) {
  Schedule schedule;
  EXPECT_FALSE(schedule.silent_from_ms());
  EXPECT_FALSE(schedule.silent_from_ms(hour_ms)) << "never heard";
  schedule.heard(start_ms, 1);
  EXPECT_FALSE(schedule.silent_from_ms());
  EXPECT_TRUE(schedule.silent_from_ms(hour_ms)) << "set by hand";
}

TEST(Schedule, RepeatsOldNewsAndResetsDoNoHarm) {
  std::mt19937 random(6);
  Life life;
  life.live(100, 0, random);
  const Schedule before = life.schedule;
  life.schedule.heard(life.now_ms, 99);
  life.schedule.heard(life.now_ms - hour_ms, 98);
  life.schedule.heard(life.now_ms + 10, 99);
  EXPECT_EQ(life.schedule, before);
  life.schedule.heard(life.now_ms + hour_ms, 0);
  EXPECT_EQ(life.schedule.intervals_waited(), 1) << "a counter that begins anew lost nothing";
}

TEST(Schedule, KeptAsBytes) {
  std::mt19937 random(7);
  Life life;
  life.live(20, 0.3, random);
  EXPECT_EQ(Schedule::from_bytes(life.schedule.to_bytes()), life.schedule);
  EXPECT_EQ(Schedule::from_bytes({}), Schedule());
  EXPECT_EQ(Schedule::from_bytes({1, 2, 3}), Schedule());
  EXPECT_EQ(Schedule::from_bytes(std::vector<std::uint8_t>(10'000)), Schedule());
}

}  // namespace
}  // namespace sengi::station
