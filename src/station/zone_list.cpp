// SPDX-License-Identifier: Apache-2.0
#include "station/zone_list.h"

#include <fmt/format.h>

#include "sengi/geo/nearest.h"
#include "station/zone_sets.h"
#include "zones/compact.h"
#include "zones/geojson.h"

namespace sengi::station {

Result<ZoneList> ZoneList::newest(Database& database, const std::vector<std::string>& kinds) {
  ZoneList list;
  for (const std::string& word : kinds) {
    const auto kind = zones::kind_named(word);
    if (!kind) return Error{fmt::format("zones.kinds: '{}' is no kind of zone", word)};
    list.kinds_ = static_cast<std::uint8_t>(list.kinds_ | *kind);
  }
  SENGI_TRY(set, newest_zones(database));
  if (!set) return list;
  SENGI_TRY(zones, zones::parse_geojson(set->geojson, fmt::format("zones {}", set->version)));
  SENGI_TRY(bytes, zones::to_compact(zones.map));
  list.version_ = set->version;
  list.bytes_ = std::move(bytes);
  for (const zones::ZoneArea& zone : zones.map.zones) list.names_[zone.id] = zone.name;
  return list;
}

std::vector<ZoneDistance> ZoneList::distances(geo::Position position, int limit_m) const {
  std::vector<ZoneDistance> distances;
  const auto limit_dm = static_cast<std::uint32_t>(limit_m + 1) * 10;
  for (const geo::Zone zone : geo::Zones(bytes_)) {
    if ((zone.kinds() & kinds_) == 0) continue;
    const std::uint32_t dm = geo::distance_dm(zone, position, limit_dm);
    const bool beyond = dm == geo::beyond_dm || dm > limit_dm;
    const int metres = beyond ? limit_m + 1 : static_cast<int>((dm + 9) / 10);
    const bool in = geo::place_in(zone, position) != geo::Place::outside;
    distances.push_back({zone.id(), in ? 0 : std::max(metres, 1)});
  }
  return distances;
}

std::string ZoneList::name_of(std::uint16_t id) const {
  const auto found = names_.find(id);
  return found == names_.end() || found->second.empty() ? std::to_string(id) : found->second;
}

int metres_between(geo::Position a, geo::Position b) {
  return static_cast<int>(geo::distance_m(a, b));
}

}  // namespace sengi::station
