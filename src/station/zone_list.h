// SPDX-License-Identifier: Apache-2.0
// The zones that a station watches, measured by the same whole numbers as collars have
// (sengi/geo/zones.h), so that both say the same of the same position.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "sengi/geo/position.h"
#include "station/sql.h"

namespace sengi::station {

struct ZoneDistance {
  std::uint16_t id = 0;
  int distance_m = 0;  // 0: in it or on its edge; beyond the limit: the limit and one more
};

class ZoneList {
 public:
  // The newest set that the database has, of the kinds named. Errors: no such kind.
  static Result<ZoneList> newest(Database& database, const std::vector<std::string>& kinds);

  // 0: there is none.
  std::int64_t version() const { return version_; }
  // Whether there is such a zone, of whatever kind.
  bool has(std::uint16_t id) const { return names_.contains(id); }

  // Of all zones that are watched. Requires: a valid position.
  std::vector<ZoneDistance> distances(geo::Position position, int limit_m) const;
  // Its name, or its number where it has none or is unknown.
  std::string name_of(std::uint16_t id) const;

 private:
  std::vector<std::uint8_t> bytes_;  // the compact form
  std::int64_t version_ = 0;
  std::uint8_t kinds_ = 0;
  std::map<std::uint16_t, std::string> names_;
};

// On the ground.
int metres_between(geo::Position a, geo::Position b);

}  // namespace sengi::station
