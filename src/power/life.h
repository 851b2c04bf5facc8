// SPDX-License-Identifier: Apache-2.0
// A collar's life along a recorded track: when it looked, what it said, what that took.
//
// The fixes that can be had are the track's own. Asked for one at a time, it gives the first that
// was recorded from then on; nothing is made up between two. Time in gaps of the track (longer than
// EntryRule::longest_s) is no time of this life: nothing is spent and no day counted.
#pragma once

#include <cstdint>
#include <vector>

#include "movement/watch.h"
#include "power/equipment.h"
#include "sengi/power/scheduler.h"

namespace sengi::power {

struct Life {
  movement::Watch watch;
  std::vector<geo::Fix> fixes;
  Ledger ledger{Currents{}};
  double days = 0;
  std::uint64_t reports = 0;
  std::uint64_t listened_s = 0;
  // Distance at each fix and the interval that was planned then; scheduled lives only.
  struct Step {
    std::uint32_t distance_m;
    std::uint32_t fix_in_s;
    bool warned;
  };
  std::vector<Step> steps;

  double uah_a_day() const;
  double uah_a_day(Consumer consumer) const;
};

struct Ground {
  const movement::Track* track;
  geo::Zones zones;
  std::uint8_t kinds;
  geo::ApproachModel model;
  geo::WarningSpec spec;
};

// By the scheduler.
Life scheduled_life(const Ground& ground, const Equipment& equipment, const Policy& policy);

// A fix every interval, as movement::resampled() has them, with so many reports and so much
// listening (of the time) as another life had.
Life fixed_life(const Ground& ground, const Equipment& equipment, std::uint32_t interval_s,
                double reports_a_day, double listening);

}  // namespace sengi::power
