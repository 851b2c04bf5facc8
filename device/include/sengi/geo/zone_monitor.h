// SPDX-License-Identifier: Apache-2.0
// Risk and conflict monitoring: where an animal stands to the zones of some kinds, fix by fix.
//
//   ZoneMonitor monitor(zones, farm, default_approach_model, WarningSpec{});
//   const ZoneReport report = monitor.push({time_s, position});
//   if (report.event == WarningEvent::heading_in) ...   // report.zone_id, .entry_s, .permille
//
// All zones of its kinds are one concern: from one field into the next is no new alert. A second
// monitor watches other kinds. Its state is some 300 bytes.
#pragma once

#include <cstdint>

#include "sengi/geo/approach.h"
#include "sengi/geo/approach_model.h"
#include "sengi/geo/warning.h"

namespace sengi::geo {

struct ZoneReport {
  FixTaken taken;  // other than added or started: nothing below has changed
  WarningEvent event = WarningEvent::none;
  WarningState state = WarningState::away;
  std::uint16_t zone_id =
      0;  // the zone that it is in, or most likely to enter; 0 where none is near
  std::uint32_t distance_m =
      beyond_dm;                      // to the nearest zone, 0 inside; beyond_dm where none is near
  std::uint16_t permille = 0;         // probability to be in a zone within six hours
  std::uint32_t entry_s = beyond_dm;  // until it is, if it goes straight on; beyond_dm: it does not
};

class ZoneMonitor {
 public:
  static constexpr std::uint32_t reach_dm = 200'000;  // zones beyond 20 km are not looked at
  static constexpr std::size_t candidates = 3;  // the nearest zones that it may be heading for

  // `model` and the zones' bytes outlive this object.
  ZoneMonitor(const Zones& zones, std::uint8_t kinds, const ApproachModel& model,
              const WarningSpec& spec)
      : zones_(zones), kinds_(kinds), model_(&model), warning_(spec) {}

  // New zones, such as came by radio. What is known of the animal stays.
  void use(const Zones& zones) { zones_ = zones; }

  // Other warnings, such as settings by radio ask for.
  void use(const WarningSpec& warning) { warning_.use(warning); }

  WarningState state() const { return warning_.state(); }

  ZoneReport push(const Fix& fix) {
    const std::uint32_t last_s = history_.size() > 0 ? history_.newest().time_s : 0;
    ZoneReport report{.taken = history_.push(fix)};
    report.state = warning_.state();
    if (report.taken != FixTaken::added && report.taken != FixTaken::started) return report;
    const Movement movement = Movement::of(history_, habit_);
    if (movement.known && report.taken == FixTaken::added) {
      habit_.learn(movement.before, movement.now, fix.time_s - last_s);
    }
    look(movement, report);
    report.event = warning_.push(fix.time_s, report.distance_m, report.permille);
    report.state = warning_.state();
    return report;
  }

 private:
  void look(const Movement& movement, ZoneReport& report) const {
    Near near[candidates];
    const std::size_t count =
        nearest(zones_, kinds_, movement.now.position, reach_dm, near, candidates);
    if (count == 0) return;
    report.zone_id = near[0].zone.id();
    // Outside by less than a metre is outside.
    report.distance_m = (near[0].distance_dm + 9) / 10;
    if (report.distance_m == 0) {
      report.permille = 1000;
      report.entry_s = 0;
      return;
    }
    if (!movement.known) return;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t entry_s = beyond_dm;
      const std::uint16_t permille = probability_permille(
          approach_features(movement, near[i].zone, near[i].distance_dm, entry_s), *model_);
      if (permille <= report.permille) continue;
      report.permille = permille;
      report.entry_s = entry_s;
      report.zone_id = near[i].zone.id();
    }
  }

  Zones zones_;
  std::uint8_t kinds_;
  const ApproachModel* model_;
  FixHistory history_;
  Habit habit_;
  Warning warning_;
};

}  // namespace sengi::geo
