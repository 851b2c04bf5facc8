// SPDX-License-Identifier: Apache-2.0
// Who is in a zone or near one (watch.h), by the newest zones that the station has.
//
// Thread rule: with the store.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "station/alerts.h"
#include "station/settings.h"
#include "station/sql.h"
#include "station/zone_list.h"

namespace sengi::station {

class ZoneWatch {
 public:
  // `database` stays where it is and outlives this; `settings` too.
  ZoneWatch(Database& database, const Settings& settings, ZoneList zones)
      : database_(database), settings_(settings), zones_(std::move(zones)) {}

  // The newest position of a device. Requires: a valid one.
  Result<void> look_at(std::int64_t device, geo::Position position, std::int64_t time_ms,
                       Alerts& alerts, std::int64_t now_ms);
  std::string name_of(std::uint16_t zone) const { return zones_.name_of(zone); }

  // Between transactions: takes newer zones, and ends approaches that came to nothing.
  Result<void> renew(Alerts& alerts, std::int64_t now_ms);
  Result<void> end_approaches(Alerts& alerts, std::int64_t now_ms);

 private:
  Result<void> end_lost(const ZoneList& before, Alerts& alerts, std::int64_t now_ms);

  Database& database_;
  const Settings& settings_;
  ZoneList zones_;
};

}  // namespace sengi::station
