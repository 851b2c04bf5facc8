// SPDX-License-Identifier: Apache-2.0
// Watches what devices hear and do:
//
//   call   a call at or above a score; over when none came for quiet_min
//   drift  scores of calls, or minutes of a behaviour a day, are distributed otherwise than in the
//          device's first weeks (drift.h); over when they no longer are
//
// Thread rule: with the store.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "station/alerts.h"
#include "station/settings.h"
#include "station/store.h"

namespace sengi::station {

// Fewer say nothing.
inline constexpr std::size_t drift_samples_min = 14;

class DriftWatch {
 public:
  // `database` stays where it is and outlives this; `settings` too.
  DriftWatch(Database& database, const Settings& settings);

  // `news`: it is of the last day, and may raise an alert.
  Result<void> heard(const Heard& heard, bool news, Alerts& alerts, std::int64_t now_ms);
  // Between transactions.
  Result<void> tick(Alerts& alerts, std::int64_t now_ms);

 private:
  Result<void> look_at(const Heard& heard, const std::string& series, double value,
                       std::int64_t time_ms, bool news, Alerts& alerts, std::int64_t now_ms);

  Database& database_;
  const Settings& settings_;
};

}  // namespace sengi::station
