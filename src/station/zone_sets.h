// SPDX-License-Identifier: Apache-2.0
// The zones of a station, in versions: each set that somebody gave it is kept whole, and the newest
// is what alerts go by and what devices are sent. The file that station.toml names is the seed: it
// is a set of its own while nobody has given another.
//
// Thread rule: with the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "station/sql.h"
#include "zones/zone_map.h"

namespace sengi::station {

struct ZoneSet {
  std::int64_t version = 0;  // from 1 on
  std::int64_t made_ms = 0;
  std::string made_by;  // an account, or zones_of_file
  std::string geojson;  // a FeatureCollection; each feature has the properties id, kind and name
};

// Who made the sets that come out of station.toml's file; no account has spaces in its name.
inline constexpr std::string_view zones_of_file = "the file of station.toml";

// None where there never was one.
Result<std::optional<ZoneSet>> newest_zones(Database& database);
Result<std::optional<ZoneSet>> zones_of_version(Database& database, std::int64_t version);
Result<std::int64_t> newest_zones_version(Database& database);  // 0: none

// Returns the version that it got. Within a transaction of the caller's.
Result<std::int64_t> keep_zones(Database& database, const zones::ZoneMap& map, std::string_view who,
                                std::int64_t now_ms);

// Takes the zones of a file as a new set, unless somebody gave one or they are the newest already.
// Errors: the file cannot be read, or what is wrong in it first.
Result<void> seed_zones(Database& database, const std::string& file, std::int64_t now_ms);

// As ZoneSet has it: `kind` is a word, or a list where a zone is of several kinds.
std::string station_geojson(const zones::ZoneMap& map);

}  // namespace sengi::station
