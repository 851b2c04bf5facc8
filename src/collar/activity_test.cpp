// SPDX-License-Identifier: Apache-2.0
#include "sengi/collar/activity.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "sengi/collar/axes.h"
#include "sengi/collar/clock.h"
#include "sengi/collar/immobility.h"

namespace sengi::collar {
namespace {

constexpr std::uint32_t day_s = Activity::day_s;

TEST(Activity, MinutesOfADayAddUpToThePartThatWasSeen) {
  Activity activity(600);
  DayBudget finished;
  for (std::uint32_t t = 0; t <= day_s; t += 300) {
    const bool over = activity.window(t, 20'000 * day_s + t, t < day_s / 2 ? 1 : 3, finished);
    EXPECT_EQ(over, t == day_s) << t;
  }
  EXPECT_EQ(finished.day, 20'000U);
  EXPECT_EQ(finished.minutes(1) + finished.minutes(3), 1440);
  EXPECT_NEAR(finished.minutes(1), 720, 5);
}

// Against a second by second account.
TEST(Activity, AgreesWithAnAccountOfEverySecond) {
  std::mt19937 random(5);
  Activity activity(600);
  std::map<std::uint32_t, std::map<int, std::uint32_t>> expected;
  std::map<std::uint32_t, std::map<int, std::uint32_t>> got;
  const std::uint32_t start = 19'000 * day_s + 80'000;
  std::uint32_t last = 0;
  std::uint32_t uptime = 0;
  DayBudget finished;
  for (int i = 0; i < 5000; ++i) {
    const auto label = static_cast<std::uint8_t>(random() % 5);
    if (i > 0) {
      const std::uint32_t gap = std::min<std::uint32_t>(uptime - last, 600);
      for (std::uint32_t s = uptime - gap; s < uptime; ++s) ++expected[(start + s) / day_s][label];
    }
    if (activity.window(uptime, start + uptime, label, finished)) {
      for (int k = 0; k < 5; ++k) {
        if (finished.seconds[k] > 0) got[finished.day][k] = finished.seconds[k];
      }
    }
    last = uptime;
    uptime += i % 300 == 7 ? 5000U : static_cast<std::uint32_t>(random() % 700);
  }
  expected.erase(activity.today().day);  // not over yet
  EXPECT_GT(got.size(), 15U);
  EXPECT_EQ(got, expected);
}

TEST(Activity, ALeapOfTheClockCountsNothingTwice) {
  Activity activity(600);
  DayBudget finished;
  activity.window(0, 100 * day_s + 3000, 0, finished);
  activity.window(300, 100 * day_s + 3300, 0, finished);
  EXPECT_TRUE(activity.window(600, 90 * day_s + 5, 0, finished));  // back ten days
  EXPECT_EQ(finished.day, 100U);
  EXPECT_EQ(finished.seconds[0], 600U);
  activity.window(900, 90 * day_s + 305, 0, finished);
  EXPECT_EQ(activity.today().seconds[0], 300U);
}

TEST(Activity, ADayEndsWithoutWindowsToo) {
  Activity activity(600);
  DayBudget finished;
  activity.window(0, 10 * day_s + 80'000, 2, finished);
  activity.window(300, 10 * day_s + 80'300, 2, finished);
  EXPECT_FALSE(activity.turn(6000, 10 * day_s + 86'000, finished));
  EXPECT_TRUE(activity.turn(7000, 11 * day_s + 600, finished));
  EXPECT_EQ(finished.seconds[2], 300U);
  EXPECT_FALSE(activity.turn(8000, 11 * day_s + 1600, finished));
}

TEST(Winner, IsTheFirstOfTheHighest) {
  const std::int8_t scores[] = {-3, 9, 9, -128};
  EXPECT_EQ(winner(scores), 1);
}

TEST(Spread, IsTheMeanDistanceFromTheMean) {
  const std::int16_t rows[] = {10, 5, -32767, 20, 5, 32767, 30, 5, 0};
  const Spread spread = spread_of(rows, 3, 3);
  EXPECT_EQ(spread.value[0], 7);  // (10 + 0 + 10) / 3, rounded up
  EXPECT_EQ(spread.value[1], 0);
  EXPECT_EQ(spread.value[2], 21845);
}

Spread spread_with(std::uint16_t x, std::uint16_t y, std::uint16_t z) { return {3, {x, y, z}}; }

TEST(Axes, AStuckAxisIsTold) {
  Axes axes(100);
  for (int i = 0; i < 11; ++i) EXPECT_EQ(axes.push(spread_with(0, 20, 20)), Stir::still);
  EXPECT_EQ(axes.stuck(), 0);
  axes.push(spread_with(0, 20, 20));
  EXPECT_EQ(axes.stuck(), 1);
  EXPECT_EQ(axes.push(spread_with(0, 120, 20)), Stir::moving);  // by the axes that work
  axes.push(spread_with(4, 20, 20));
  EXPECT_EQ(axes.stuck(), 0);  // it works again
}

TEST(Axes, AllStuckIsNeitherStillNorMoving) {
  Axes axes(100);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(axes.push(spread_with(0, 0, 0)), Stir::unknown);
  EXPECT_EQ(axes.stuck(), 7);
}

TEST(Immobility, IsToldOnceAndItsEndToo) {
  Immobility immobility(true, 600);
  int told = 0;
  for (std::uint32_t t = 0; t <= 50'000; t += 300) {
    if (immobility.window(t, Stir::still, 43'200) == ImmobilityEvent::immobile) {
      EXPECT_EQ(t, 43'200U);
      ++told;
    }
  }
  EXPECT_EQ(told, 1);
  EXPECT_EQ(immobility.window(50'100, Stir::moving, 43'200), ImmobilityEvent::moves_again);
  EXPECT_EQ(immobility.told_s(), 49'800U);
}

TEST(Immobility, AFaultySensorIsNotDeath) {
  Immobility immobility(true, 600);
  for (std::uint32_t t = 0; t <= 30 * day_s; t += 300) {
    ASSERT_EQ(immobility.window(t, Stir::unknown, 3600), ImmobilityEvent::none);
  }
}

TEST(Immobility, SilenceOfTheSensorIsNotDeath) {
  Immobility immobility(true, 600);
  immobility.window(0, Stir::still, 3600);
  EXPECT_EQ(immobility.window(30 * day_s, Stir::still, 3600), ImmobilityEvent::none);
}

TEST(Immobility, PositionsThatChangeShowThatItMoves) {
  Immobility immobility(true, 600);
  geo::Position here{155'000'000, -20'000'000};
  for (std::uint32_t t = 0; t <= 5 * day_s; t += 300) {
    ASSERT_EQ(immobility.window(t, Stir::still, 43'200), ImmobilityEvent::none) << t;
    if (t % 3600 == 0) {  // 300 m an hour, in a trailer
      here.latitude_e7 += 27'000;
      immobility.fix(t, here, 43'200);
    }
  }
}

TEST(Immobility, WithoutAccelerometerPositionsAlone) {
  Immobility immobility(false, day_s);
  const geo::Position here{155'000'000, -20'000'000};
  int told = 0;
  for (std::uint32_t t = 0; t < 20 * 3600; t += 3600) {
    if (immobility.fix(t, here, 12 * 3600) == ImmobilityEvent::immobile) ++told;
  }
  EXPECT_EQ(told, 1);
  EXPECT_EQ(immobility.fix(20 * 3600, {155'500'000, -20'000'000}, 12 * 3600),
            ImmobilityEvent::moves_again);
}

TEST(Clock, OneWrongFixMovesNothingAndTwoDo) {
  Clock clock;
  clock.guess(0, 1'000'000'000);
  EXPECT_FALSE(clock.is_set());
  EXPECT_EQ(clock.now_s(50), 1'000'000'050U);
  EXPECT_EQ(clock.take(100, 0), TimeTaken::absurd);
  EXPECT_EQ(clock.take(100, 1'200'000'000), TimeTaken::first);
  EXPECT_EQ(clock.take(400, 1'200'000'310), TimeTaken::agreed);
  EXPECT_EQ(clock.now_s(400), 1'200'000'310U);
  EXPECT_EQ(clock.take(700, 1'800'000'000), TimeTaken::suspected);
  EXPECT_EQ(clock.now_s(700), 1'200'000'610U);
  EXPECT_EQ(clock.take(800, 1'200'000'710), TimeTaken::agreed);
  EXPECT_EQ(clock.take(900, 1'100'000'000), TimeTaken::suspected);
  EXPECT_EQ(clock.take(1000, 1'100'000'100), TimeTaken::leapt);
  EXPECT_EQ(clock.now_s(1000), 1'100'000'100U);
}

}  // namespace
}  // namespace sengi::collar
