// SPDX-License-Identifier: Apache-2.0
// How long things are kept. Nothing goes unless the settings say so. Then, a little at a time, so
// that uplinks that come in meanwhile wait a few milliseconds at most:
//
//   positions  older than positions_days: the first of every positions_every_h hours stays
//   readings   older than readings_days: one of every readings_every_h hours stays, the mean of
//              those that can be, and of rain the sum; those that cannot be go
//   uplinks    that arrived before uplinks_days, but for those of which a position stays
//
// An uplink that comes again after it went counts as new. What comes later than its time is thinned
// for is kept as it is.
//
// Thread rule: with the store.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "station/settings.h"
#include "station/sql.h"

namespace sengi::station {

class Retention {
 public:
  // Both outlive this.
  Retention(Database& database, const Settings::Keep& keep) : database_(database), keep_(keep) {}

  // Does a little of what is to be done, in a transaction of its own. Returns whether there may be
  // more to do at once; when nothing is left it looks again after an hour.
  Result<bool> work(std::int64_t now_ms);

 private:
  Result<bool> thin_positions(std::int64_t now_ms);
  Result<bool> thin_readings(std::int64_t now_ms);
  Result<bool> sweep_uplinks(std::int64_t now_ms);

  Database& database_;
  const Settings::Keep& keep_;
  std::int64_t idle_until_ms_ = 0;
};

}  // namespace sengi::station
