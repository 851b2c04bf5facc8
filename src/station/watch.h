// SPDX-License-Identifier: Apache-2.0
// Looks at each uplink as it is kept, and at the clock, for what people should know:
//
//   zone_approach  a collar warns that it heads into a zone, or it is nearer than near_m
//   zone_inside    a collar says so, or its newest position is in a zone or on its edge
//   still          a collar says that it does not move, or it stayed within a radius for hours
//   silent         not heard for longer than its habit allows (schedule.h)
//   battery        below low_mv, until above good_mv
//   temperature    out of bounds, until back in by a margin
//   moisture, water, sensor: sensors.h
//   call, drift: drift_watch.h
//
// Late messages fill the track; they raise nothing. A station that was away itself takes nobody for
// silent until it has listened for five minutes, in which the broker hands over what it held.
//
// Thread rule: with the store.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "station/alerts.h"
#include "station/settings.h"
#include "station/store.h"

namespace sengi::station {

inline constexpr std::int64_t settle_ms = 300'000;
// Older news than this is history.
inline constexpr std::int64_t news_ms = std::int64_t{24} * 3'600'000;

class Watch : public Listener {
 public:
  // `store` outlives this; `settings` too. Errors: the zones' file, with what is wrong in it.
  static Result<std::unique_ptr<Watch>> make(Store& store, const Settings& settings,
                                             std::int64_t started_ms);
  ~Watch() override;

  Result<void> heard(const Heard& heard, std::int64_t now_ms) override;
  // To be called every second or so, between transactions.
  Result<void> tick(std::int64_t now_ms);
  // Takes the newest set of zones, which tick() does too. Between transactions.
  Result<void> renew_zones(std::int64_t now_ms);
  Alerts& alerts();

 private:
  struct Parts;
  explicit Watch(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sengi::station
