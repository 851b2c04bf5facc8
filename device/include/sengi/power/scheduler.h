// SPDX-License-Identifier: Apache-2.0
// When to look for the position next, when to report and how much to listen, from where the animal
// stands and from what may be spent.
//
//   Scheduler scheduler(policy);
//   const Plan plan = scheduler.plan(situation);   // after each fix, try, report or change of
//   motion
//   ... a fix after plan.fix_in_s, a report after plan.report_in_s
//
// A position matters where it changes what is to be said: near a zone that the animal may go into.
// Far away nothing can happen for as long as the way there takes. So the interval is a share of the
// time in which it would be there, straight on at its pace of late, longer where the warning's own
// probability is small and shorter where it is large. As the animal comes nearer the intervals
// shrink with the way that is left, which is as Zeno had it: it is seen several times before it
// is there, unless it suddenly goes so much faster (four times with the shipped policy, a third
// where the probability was least). That is what the accelerometer is for: plan() is asked again
// when it says that the animal walks.
//
// All of it is bent to a budget of charge (allowance.h): the emptier the account, the longer the
// intervals of calm times, down to what the budget pays for ever; and what it does not pay for does
// not happen, near a zone or not. Only the bounds of the policy go before: at its longest intervals
// a collar goes on whatever it has spent.
#pragma once

#include <cstdint>

#include "sengi/power/allowance.h"
#include "sengi/power/policy.h"

namespace sengi::power {

// By the accelerometer.
enum class Motion : std::uint8_t { unknown, resting, moving };

struct Situation {
  std::uint32_t now_s = 0;
  std::uint32_t zone_distance_m = 0;  // 0 inside; anything large where no zone is near
  std::uint16_t heading_in_permille = 0;
  bool warned = false;
  Motion motion = Motion::unknown;
  std::uint32_t speed_mm_s = 0;  // from the fix before to this one; 0 where not known
  std::uint16_t battery_permille = 1000;
  // A count of what was spent: Ledger::charge_nah(), or charge_today_nah() where days are counted
  // anew. What is spent between a plan and the beginning of a new count is not seen, so ask for a
  // plan right before start_day().
  std::uint64_t charge_today_nah = 0;
  std::uint32_t fix_age_s = 0;    // since the position that all this is of
  std::uint8_t failed_fixes = 0;  // tries since then
};

struct Plan {
  std::uint32_t fix_in_s = 0;
  std::uint32_t report_in_s = 0;
  std::uint16_t listen_permille = 0;  // of the time until then
};

class Scheduler {
 public:
  // Requires: policy.sound(), for the budget to hold.
  explicit constexpr Scheduler(const Policy& policy)
      : policy_(policy),
        allowance_(policy.budget_nah(), policy.saved_permille),
        pace_mm_s_(policy.floor_mm_s),
        last_fix_s_(policy.fix_most_s) {}

  constexpr Plan plan(const Situation& now) {
    watch_battery(now.battery_permille);
    allowance_.update(now.now_s, now.charge_today_nah);
    learn_pace(now);
    const bool urgent =
        now.zone_distance_m > 0 && !now.warned && now.heading_in_permille >= policy_.even_permille;
    Plan plan;
    plan.fix_in_s = affordable_s(wanted_s(now), urgent);
    const bool telling = (urgent || now.warned || now.zone_distance_m == 0) && !reserve_ &&
                         allowance_.left_nah() >= policy_.fix_nah + 2 * policy_.report_nah;
    plan.report_in_s = telling ? policy_.report_least_s : policy_.report_most_s;
    plan.listen_permille = listening(plan);
    last_fix_s_ = plan.fix_in_s;
    return plan;
  }

  // Whether the battery is so low that only the reserve's budget is spent.
  constexpr bool reserve() const { return reserve_; }
  constexpr const Allowance& allowance() const { return allowance_; }

 private:
  constexpr void watch_battery(std::uint16_t permille) {
    const std::uint32_t leave = policy_.reserve_permille + 50U;
    const bool low = permille < policy_.reserve_permille || (reserve_ && permille < leave);
    if (low == reserve_) return;
    reserve_ = low;
    const std::int64_t budget = policy_.budget_nah();
    const std::int64_t reduced = budget * policy_.reserve_budget_permille / 1000;
    const std::int64_t least = policy_.least_nah();
    allowance_.budget(!low ? budget : (reduced > least ? reduced : least));
    budget_nah_day_ = !low ? budget : (reduced > least ? reduced : least);
  }

  constexpr void learn_pace(const Situation& now) {
    if (known_ && now.now_s > last_s_) {
      const std::uint64_t half = policy_.pace_half_s;
      pace_mm_s_ = static_cast<std::uint32_t>(pace_mm_s_ * half / (half + (now.now_s - last_s_)));
    }
    known_ = true;
    last_s_ = now.now_s;
    constexpr std::uint32_t fastest_mm_s = 11'000;  // 40 km/h; a bad fix else
    const std::uint32_t speed = now.speed_mm_s < fastest_mm_s ? now.speed_mm_s : fastest_mm_s;
    if (speed > pace_mm_s_) pace_mm_s_ = speed;
    if (pace_mm_s_ < policy_.floor_mm_s) pace_mm_s_ = policy_.floor_mm_s;
  }

  // As often as the animal asks for, whatever it costs.
  constexpr std::uint32_t wanted_s(const Situation& now) const {
    std::uint64_t wanted = 0;
    if (now.zone_distance_m == 0) {
      wanted = policy_.inside_s;
    } else if (now.warned) {
      wanted = policy_.warned_s;
    } else {
      std::uint64_t pace = pace_mm_s_;
      if (now.motion == Motion::moving && pace < policy_.walking_mm_s) pace = policy_.walking_mm_s;
      if (now.motion == Motion::resting) pace = (policy_.floor_mm_s + 1U) / 2;
      const std::uint64_t there_s = std::uint64_t{now.zone_distance_m} * 1000 / pace;
      const std::uint64_t left_s = there_s > now.fix_age_s ? there_s - now.fix_age_s : 0;
      wanted = left_s * policy_.arrival_percent / 100 * relief_percent(now) / 100;
    }
    const std::uint64_t longest = std::uint64_t{last_fix_s_} * policy_.longer_percent / 100;
    if (wanted > longest) wanted = longest;
    if (wanted < policy_.fix_least_s) wanted = policy_.fix_least_s;
    // A sky that was not seen is asked again later and later.
    for (std::uint8_t i = 0; i < now.failed_fixes && wanted < policy_.fix_most_s; ++i) wanted *= 2;
    return bounded(wanted);
  }

  constexpr std::uint32_t relief_percent(const Situation& now) const {
    const std::uint32_t permille = now.heading_in_permille > 0 ? now.heading_in_permille : 1U;
    const std::uint32_t percent = 100U * policy_.even_permille / permille;
    return percent > 300 ? 300 : (percent < 33 ? 33 : percent);
  }

  constexpr std::uint32_t affordable_s(std::uint32_t wanted, bool urgent) const {
    // What a day brings in beside that which goes on anyway.
    const std::int64_t net = budget_nah_day_ - policy_.constant_nah();
    if (net <= 0) return policy_.fix_most_s;
    const std::int64_t left = allowance_.left_nah();
    std::uint64_t least = wanted;
    const std::int64_t missing = std::int64_t{policy_.fix_nah} + policy_.report_nah - left;
    if (missing > 0) least = larger(least, time_for(missing, net));
    if (!urgent) {
      const std::uint64_t even = time_for(policy_.fix_nah, net);
      least = larger(least, even * (1000 - allowance_.fill_permille()) / 1000);
    }
    return bounded(least);
  }

  constexpr std::uint16_t listening(const Plan& plan) const {
    const std::uint32_t least = policy_.listen_least_permille;
    const std::uint32_t span = policy_.listen_most_permille - least;
    if (reserve_ || span == 0 || policy_.listen_na == 0) return policy_.listen_least_permille;
    // What will be left beside the fix and a report when the next fix is due.
    const std::int64_t time_s = plan.fix_in_s;
    const std::int64_t net = budget_nah_day_ - policy_.constant_nah();
    const std::int64_t spare = allowance_.left_nah() + net * time_s / Allowance::day_s -
                               policy_.fix_nah - 2 * std::int64_t{policy_.report_nah};
    if (spare <= 0) return policy_.listen_least_permille;
    constexpr std::int64_t enough = 1'000'000'000'000;  // 1 kAh
    const std::int64_t paid =
        (spare < enough ? spare : enough) * 3'600 * 1000 / (policy_.listen_na * time_s);
    const std::int64_t wanted = std::int64_t{span} * allowance_.fill_permille() / 1000;
    return static_cast<std::uint16_t>(least + (paid < wanted ? paid : wanted));
  }

  constexpr std::uint32_t bounded(std::uint64_t interval_s) const {
    if (interval_s < policy_.fix_least_s) return policy_.fix_least_s;
    return interval_s < policy_.fix_most_s ? static_cast<std::uint32_t>(interval_s)
                                           : policy_.fix_most_s;
  }

  // Seconds in which so much comes in. Requires: net > 0.
  static constexpr std::uint64_t time_for(std::int64_t nah, std::int64_t net) {
    return static_cast<std::uint64_t>((nah * Allowance::day_s + net - 1) / net);
  }
  static constexpr std::uint64_t larger(std::uint64_t a, std::uint64_t b) { return a > b ? a : b; }

  Policy policy_;
  Allowance allowance_;
  std::int64_t budget_nah_day_ = policy_.budget_nah();
  bool reserve_ = false;
  bool known_ = false;
  std::uint32_t last_s_ = 0;
  std::uint32_t pace_mm_s_;
  std::uint32_t last_fix_s_;
};

}  // namespace sengi::power
