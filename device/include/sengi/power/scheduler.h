// SPDX-License-Identifier: Apache-2.0
// How often to look, speak and listen, within a day's charge.
#pragma once

#include <cstdint>

namespace sengi::power {

enum class Motion : std::uint8_t { unknown, resting, moving };

struct Situation {
  std::uint32_t now_s = 0;
  std::uint32_t zone_distance_m = 0;
  std::uint16_t heading_in_permille = 0;
  bool warned = false;
  Motion motion = Motion::unknown;
  std::uint32_t speed_mm_s = 0;
  std::uint16_t battery_permille = 1000;
  std::uint64_t charge_today_nah = 0;
};

struct Policy {
  std::uint32_t daily_budget_uah;
  std::uint32_t fix_least_s, fix_most_s;
  std::uint32_t report_least_s, report_most_s;
  std::uint16_t listen_least_permille, listen_most_permille;
};

struct Plan {
  std::uint32_t fix_in_s;
  std::uint32_t report_in_s;
  std::uint16_t listen_permille;
};

class Scheduler {
 public:
  explicit Scheduler(const Policy& policy) : policy_(policy) {}

  Plan plan(const Situation& now) {
    // Half the time that it takes to the zone at an elephant's brisk walk, 1.5 m/s.
    const std::uint32_t walk_s = now.zone_distance_m / 3;
    std::uint32_t fix_s = now.motion == Motion::resting ? 2 * walk_s : walk_s;
    if (now.warned || now.heading_in_permille >= 200) fix_s = policy_.fix_least_s;
    if (fix_s < policy_.fix_least_s) fix_s = policy_.fix_least_s;
    if (fix_s > policy_.fix_most_s) fix_s = policy_.fix_most_s;
    const bool over = now.charge_today_nah / 1000 >= policy_.daily_budget_uah;
    if (over && !now.warned) fix_s = policy_.fix_most_s;
    return {fix_s, now.warned ? policy_.report_least_s : policy_.report_most_s,
            over ? policy_.listen_least_permille : policy_.listen_most_permille};
  }

 private:
  Policy policy_;
};

}  // namespace sengi::power
