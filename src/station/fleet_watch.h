// SPDX-License-Identifier: Apache-2.0
// What each uplink says of the device as one of a fleet: its versions, and how far it is with what
// it was told.
//
// Thread rule: with the store.
#pragma once

#include "station/order_desk.h"
#include "station/releases.h"
#include "station/settings.h"
#include "station/store.h"
#include "station/versions.h"

namespace sengi::station {

class FleetWatch {
 public:
  // `database` stays where it is and outlives this; `settings` too.
  FleetWatch(Database& database, const Settings& settings)
      : versions_(database),
        desk_(database, settings.downlinks),
        releases_(database, settings.downlinks) {}

  Result<void> heard(const Heard& heard, std::int64_t now_ms) {
    const auto& status = heard.reading.status;
    const bool future = (heard.kept.marks & Mark::future) != 0;
    if (status && status->full && status->lead.clock_set && !future) {
      SENGI_CHECK(versions_.reported(heard.device_id, *status,
                                     heard.reading.time_ms.value_or(heard.heard_ms)));
    }
    return desk_.heard(heard, now_ms);
  }
  Result<void> tick(std::int64_t now_ms) {
    if (now_ms < next_ms_) return {};
    next_ms_ = now_ms + 60'000;
    SENGI_CHECK(desk_.tick(now_ms));
    return releases_.tick(now_ms);
  }

 private:
  Versions versions_;
  OrderDesk desk_;
  Releases releases_;
  std::int64_t next_ms_ = 0;
};

}  // namespace sengi::station
