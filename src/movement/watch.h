// SPDX-License-Identifier: Apache-2.0
// The collar's own logic over a track: what it would have said, and what of it was right.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "movement/entries.h"
#include "movement/track.h"
#include "sengi/geo/zone_monitor.h"

namespace sengi::movement {

// One stretch of "heading in".
struct Alert {
  std::uint32_t raised_s;
  std::uint32_t ended_s;  // entered, withdrawn, or the track's end
  geo::Position position;
  std::uint16_t zone_id;
  std::uint16_t permille;  // when it was raised
  bool right = false;      // an entry lies in between (judge() fills this)
};

struct Watch {
  std::vector<Alert> alerts;
  std::vector<std::uint32_t> inside_s;  // fixes that lay inside
};

// Notes what a geo::ZoneMonitor says, fix by fix.
class Watcher {
 public:
  // `model` and the zones' bytes outlive this object.
  Watcher(const geo::Zones& zones, std::uint8_t kinds, const geo::ApproachModel& model,
          const geo::WarningSpec& spec);
  geo::ZoneReport push(const geo::Fix& fix);
  // An alert that is still going on ends at this moment.
  Watch finish(std::uint32_t time_s);

 private:
  geo::ZoneMonitor monitor_;
  Watch seen_;
  bool going_ = false;
};

// Pushes every fix of a track.
Watch watch(const Track& track, const geo::Zones& zones, std::uint8_t kinds,
            const geo::ApproachModel& model, const geo::WarningSpec& spec);

struct Judgement {
  std::size_t entries = 0;     // all
  std::size_t approaches = 0;  // entries that follow an approach
  std::size_t warned = 0;      // of these, with an alert going on when it entered
  std::size_t seen_inside =
      0;  // of these, with a fix inside within an hour or until the next entry
  std::vector<double> lead_min;  // of each approach; 0 where it was not warned of
  std::vector<double>
      plain_min;  // of the rule "inside now": what it lost until the first fix inside
  std::size_t false_alerts = 0;
  double weeks = 0;
};

// Holds alerts against entries. An alert is right where an entry lies between its raising and its
// end, else false. An entry is warned of by the alert that is going on at that moment.
Judgement judge(Watch& watch, const std::vector<Entry>& entries, double weeks);

// Of sorted or unsorted numbers, between neighbours in proportion; 0 of none.
double quantile(std::vector<double> numbers, double share);

}  // namespace sengi::movement
