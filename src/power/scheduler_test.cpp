// SPDX-License-Identifier: Apache-2.0
#include "sengi/power/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sengi::power {
namespace {

constexpr std::uint32_t some_day_s = 1'299'974'400;
constexpr std::uint32_t hour_s = 3600;

Situation at(std::uint32_t now_s, std::uint32_t distance_m) {
  Situation s;
  s.now_s = now_s;
  s.zone_distance_m = distance_m;
  s.heading_in_permille = 50;
  return s;
}

Situation any(std::mt19937& random) {
  Situation s;
  s.now_s = static_cast<std::uint32_t>(random());
  s.zone_distance_m = static_cast<std::uint32_t>(random()) >> (random() % 32);
  s.heading_in_permille = static_cast<std::uint16_t>(random() % 1001);
  s.warned = random() % 4 == 0;
  s.motion = static_cast<Motion>(random() % 3);
  s.speed_mm_s = static_cast<std::uint32_t>(random()) >> (random() % 32);
  s.battery_permille = static_cast<std::uint16_t>(random() % 1001);
  s.charge_today_nah = (std::uint64_t{random()} << 32 | random()) >> (random() % 64);
  s.fix_age_s = static_cast<std::uint32_t>(random()) >> (random() % 32);
  s.failed_fixes = static_cast<std::uint8_t>(random());
  return s;
}

TEST(Scheduler, TheShippedPolicyIsSound) { EXPECT_TRUE(Policy{}.sound()); }

TEST(Scheduler, NeverLeavesItsBounds) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    Policy p;
    p.daily_budget_uah = static_cast<std::uint32_t>(random()) >> (random() % 32);
    p.fix_least_s = static_cast<std::uint32_t>(60 + random() % 7200);
    p.fix_most_s = static_cast<std::uint32_t>(p.fix_least_s + random() % 80'000);
    p.listen_least_permille = static_cast<std::uint16_t>(random() % 300);
    p.listen_most_permille = static_cast<std::uint16_t>(p.listen_least_permille + random() % 700);
    Scheduler scheduler(p);
    for (int i = 0; i < 300; ++i) {
      const Plan plan = scheduler.plan(any(random));
      ASSERT_GE(plan.fix_in_s, p.fix_least_s);
      ASSERT_LE(plan.fix_in_s, p.fix_most_s);
      ASSERT_GE(plan.report_in_s, p.report_least_s);
      ASSERT_LE(plan.report_in_s, p.report_most_s);
      ASSERT_GE(plan.listen_permille, p.listen_least_permille);
      ASSERT_LE(plan.listen_permille, p.listen_most_permille);
    }
  }
}

TEST(Scheduler, FartherIsNeverSooner) {
  std::mt19937 random(11);
  for (int trial = 0; trial < 500; ++trial) {
    Situation s = any(random);
    s.warned = false;
    Scheduler begun{Policy{}};
    for (int i = 0; i < 5; ++i) begun.plan(any(random));
    std::uint32_t last = 0;
    for (std::uint32_t distance = 1; distance < 400'000; distance = distance * 5 / 4 + 1) {
      s.zone_distance_m = distance;
      Scheduler scheduler = begun;
      const std::uint32_t fix_in_s = scheduler.plan(s).fix_in_s;
      ASSERT_GE(fix_in_s, last);
      last = fix_in_s;
    }
  }
}

TEST(Scheduler, LikelierIsNeverLaterAndFasterNeither) {
  std::mt19937 random(13);
  for (int trial = 0; trial < 500; ++trial) {
    Situation s = any(random);
    s.warned = false;
    s.charge_today_nah = 0;
    Scheduler begun{Policy{}};
    begun.plan(at(s.now_s, 5000));
    std::uint32_t last = 1'000'000;
    for (std::uint16_t permille = 0; permille <= 1000;
         permille = static_cast<std::uint16_t>(permille + 20)) {
      s.heading_in_permille = permille;
      Scheduler scheduler = begun;
      const std::uint32_t fix_in_s = scheduler.plan(s).fix_in_s;
      ASSERT_LE(fix_in_s, last);
      last = fix_in_s;
    }
    last = 1'000'000;
    for (std::uint32_t speed = 0; speed < 5000; speed += 100) {
      s.speed_mm_s = speed;
      Scheduler scheduler = begun;
      const std::uint32_t fix_in_s = scheduler.plan(s).fix_in_s;
      ASSERT_LE(fix_in_s, last);
      last = fix_in_s;
    }
  }
}

TEST(Scheduler, SeesASteadyWalkBeforeItArrives) {
  // At a steady pace, whatever the distance, some fixes lie between far and the zone, the last of
  // them less than the shortest interval's way before it.
  const Policy policy;
  for (const std::uint32_t pace_mm_s : {200u, 500u, 1000u, 1500u}) {
    Scheduler scheduler(policy);
    double left_m = 25'000;
    std::uint32_t t = some_day_s;
    int fixes = 0;
    double last_m = left_m;
    while (left_m > 0) {
      Situation s = at(t, static_cast<std::uint32_t>(left_m) + 1);
      s.speed_mm_s = pace_mm_s;
      const std::uint32_t fix_in_s = scheduler.plan(s).fix_in_s;
      last_m = left_m;
      left_m -= fix_in_s * (pace_mm_s / 1000.0);
      t += fix_in_s;
      ++fixes;
    }
    EXPECT_GE(fixes, 4) << pace_mm_s;
    EXPECT_LE(last_m, policy.fix_least_s * (pace_mm_s / 1000.0) + 1) << pace_mm_s;
  }
}

TEST(Scheduler, RestIsRareAndWalkingOften) {
  Situation s = at(some_day_s, 6000);
  Scheduler unknown{Policy{}}, resting{Policy{}}, moving{Policy{}};
  const std::uint32_t plain = unknown.plan(s).fix_in_s;
  s.motion = Motion::resting;
  EXPECT_GT(resting.plan(s).fix_in_s, plain);
  s.motion = Motion::moving;
  EXPECT_LT(moving.plan(s).fix_in_s, plain);
}

TEST(Scheduler, IntervalsGrowByDegrees) {
  Scheduler scheduler{Policy{}};
  std::uint32_t t = some_day_s;
  Situation near = at(t, 100);
  near.heading_in_permille = 300;
  std::uint32_t last = scheduler.plan(near).fix_in_s;
  EXPECT_EQ(last, Policy{}.fix_least_s);
  for (int i = 0; i < 6; ++i) {
    Situation far = at(t += last, 200'000);
    far.heading_in_permille = 0;
    const std::uint32_t next = scheduler.plan(far).fix_in_s;
    EXPECT_LE(next, 2 * last);
    last = next;
  }
  EXPECT_EQ(last, Policy{}.fix_most_s);
}

// A collar that does as it is told, and spends what the policy says that it costs.
class Spender {
 public:
  Spender(const Policy& policy, std::uint32_t seed)
      : policy_(policy), random_(seed), scheduler_(policy) {}

  // Lives on for so long; the clock that it shows may jump.
  void live(std::uint32_t seconds, bool clock_jumps, bool sky) {
    const std::uint64_t end = true_s_ + seconds;
    while (true_s_ < end) {
      if (clock_jumps && random_() % 50 == 0) {
        clock_s_ += static_cast<std::uint32_t>(random_() % 400'000) - 200'000u;
      }
      const bool midnight = true_s_ / 86'400 != day_;
      if (midnight) today_nah_ = 0;
      day_ = true_s_ / 86'400;
      Situation s;
      s.now_s = clock_s_;
      s.zone_distance_m = static_cast<std::uint32_t>(random_() % 3000);
      s.heading_in_permille = static_cast<std::uint16_t>(random_() % 1000);
      s.speed_mm_s = static_cast<std::uint32_t>(random_() % 2000);
      s.charge_today_nah = today_nah_;
      s.failed_fixes = failed_;
      spend(policy_.fix_nah);
      failed_ = sky ? 0 : static_cast<std::uint8_t>(std::min(failed_ + 1, 255));
      if (!sky) ++tries;
      s.charge_today_nah = today_nah_;
      const Plan plan = scheduler_.plan(s);
      if (true_s_ - reported_s_ >= plan.report_in_s) {
        spend(policy_.report_nah);
        reported_s_ = true_s_;
      }
      const std::uint64_t listening =
          std::uint64_t{policy_.listen_na} * plan.listen_permille / 1000 * plan.fix_in_s / 3600;
      spend(std::uint64_t{policy_.baseline_na} * plan.fix_in_s / 3600 + listening);
      true_s_ += plan.fix_in_s;
      clock_s_ += plan.fix_in_s;
      history.push_back({true_s_, spent_nah});
    }
  }

  struct Point {
    std::uint64_t time_s, spent_nah;
  };
  std::vector<Point> history;
  std::uint64_t spent_nah = 0;
  int tries = 0;

 private:
  void spend(std::uint64_t nah) {
    today_nah_ += nah;
    spent_nah += nah;
  }

  Policy policy_;
  std::mt19937 random_;
  Scheduler scheduler_;
  std::uint64_t true_s_ = 0, day_ = 0, reported_s_ = 0, today_nah_ = 0;
  std::uint32_t clock_s_ = some_day_s;
  std::uint8_t failed_ = 0;
};

// The most that was spent in any stretch, beyond the budget's share of it.
double most_beyond(const Spender& spender, const Policy& policy) {
  // spent(b) - spent(a) - budget (b - a): its largest is one running minimum away.
  double lowest = 0, most = 0;
  for (const auto& point : spender.history) {
    const double beyond =
        static_cast<double>(point.spent_nah) -
        static_cast<double>(policy.budget_nah()) * static_cast<double>(point.time_s) / 86'400;
    lowest = std::min(lowest, beyond);
    most = std::max(most, beyond - lowest);
  }
  return most;
}

TEST(Scheduler, SpendsNoMoreThanTheBudgetAndWhatWasSaved) {
  std::mt19937 random(17);
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    Policy policy;
    policy.listen_most_permille = static_cast<std::uint16_t>(random() % 500);
    policy.daily_budget_uah = static_cast<std::uint32_t>(
        (policy.least_nah() + static_cast<std::int64_t>(random() % 20'000'000)) / 1000 + 1);
    ASSERT_TRUE(policy.sound());
    Spender spender(policy, seed);
    spender.live(60 * 86'400, false, true);
    const double saved = static_cast<double>(policy.budget_nah()) * policy.saved_permille / 1000;
    // Beside it the fix, the report and the hours of baseline that are under way.
    const double slack = policy.fix_nah + policy.report_nah +
                         policy.constant_nah() * (policy.fix_most_s / 86'400.0) + 1000;
    EXPECT_LE(most_beyond(spender, policy), saved + slack) << seed;
    // And a budget is there to be used where the animal asks for more than it pays for.
    EXPECT_GE(static_cast<double>(spender.spent_nah),
              0.5 * static_cast<double>(policy.least_nah()) * 60)
        << seed;
  }
}

TEST(Scheduler, AJumpingClockBuysNothing) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    Policy policy;
    policy.daily_budget_uah = static_cast<std::uint32_t>(policy.least_nah() / 1000 * 2);
    Spender spender(policy, 100 + seed);
    spender.live(60 * 86'400, true, true);
    // Forward jumps of up to two days, each counted for one at most and bounded by what may be
    // saved; there is one in a hundred plans.
    Spender steady(policy, 100 + seed);
    steady.live(60 * 86'400, false, true);
    EXPECT_LE(static_cast<double>(spender.spent_nah), 1.5 * static_cast<double>(steady.spent_nah))
        << seed;
  }
}

TEST(Scheduler, AWeekWithoutSkyIsCheap) {
  const Policy policy;
  Spender spender(policy, 3);
  spender.live(3 * 86'400, false, true);
  const std::uint64_t before = spender.spent_nah;
  spender.live(7 * 86'400, false, false);
  // Near a zone all the while, and still no more than the longest intervals after some tries.
  EXPECT_LE(spender.tries, 7 * 86'400 / static_cast<int>(policy.fix_most_s) + 8);
  EXPECT_LE(static_cast<double>(spender.spent_nah - before),
            static_cast<double>(policy.budget_nah()) * 7);
  const int tries = spender.tries;
  spender.live(86'400, false, true);
  EXPECT_EQ(spender.tries, tries);
}

TEST(Scheduler, AClockThatWentBackAYearIsNotWaitedFor) {
  Policy policy;
  policy.daily_budget_uah = static_cast<std::uint32_t>(policy.least_nah() / 1000 * 3);
  Scheduler scheduler(policy);
  Situation s = at(some_day_s, 500);
  s.heading_in_permille = 400;
  // All is spent, and then the clock goes back by a year.
  s.charge_today_nah = static_cast<std::uint64_t>(policy.budget_nah());
  scheduler.plan(at(some_day_s - 60, 500));
  EXPECT_EQ(scheduler.plan(s).fix_in_s, policy.fix_most_s);
  s.now_s -= 31'557'600;
  scheduler.plan(s);
  s.now_s += 86'400;
  s.charge_today_nah = 0;
  scheduler.plan(s);
  s.now_s += 86'400;
  EXPECT_LT(scheduler.plan(s).fix_in_s, policy.fix_most_s);
}

TEST(Scheduler, ALowBatteryIsHusbandedUntilItHasRecovered) {
  const Policy policy;
  Scheduler scheduler(policy);
  std::uint32_t t = some_day_s;
  const auto plan_with = [&](std::uint16_t permille) {
    Situation s = at(t += hour_s, 300);
    s.battery_permille = permille;
    scheduler.plan(s);
    return scheduler.reserve();
  };
  EXPECT_FALSE(plan_with(101));
  EXPECT_TRUE(plan_with(99));
  EXPECT_TRUE(plan_with(130)) << "a warm hour is not enough";
  EXPECT_FALSE(plan_with(151));
}

TEST(Allowance, AForwardLeapGivesNoMoreThanIsSaved) {
  Allowance a(1'000'000, 500);
  a.update(some_day_s, 0);
  EXPECT_EQ(a.left_nah(), 500'000);
  a.update(some_day_s, 400'000);
  EXPECT_EQ(a.left_nah(), 100'000);
  a.update(some_day_s + 900'000'000, 400'000);
  EXPECT_EQ(a.left_nah(), 500'000);
  a.update(some_day_s, 400'000);
  EXPECT_EQ(a.left_nah(), 500'000) << "back again gives nothing";
  a.update(some_day_s + 3600, 10'000);  // a new day's count
  EXPECT_EQ(a.left_nah(), 500'000);
}

}  // namespace
}  // namespace sengi::power
