// SPDX-License-Identifier: Apache-2.0
#include "station/zone_sets.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "zones/geojson.h"
#include "zones/kml.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* columns = "version, made_ms, made_by, geojson";

Result<std::optional<ZoneSet>> set_in(Statement& select) {
  SENGI_TRY(found, select.next());
  if (!found) return std::optional<ZoneSet>{};
  return std::optional(ZoneSet{select.whole(0), select.whole(1), select.text(2), select.text(3)});
}

}  // namespace

Result<std::optional<ZoneSet>> newest_zones(Database& database) {
  Statement select(database,
                   fmt::format("SELECT {} FROM zone_sets ORDER BY version DESC LIMIT 1", columns));
  return set_in(select);
}

Result<std::optional<ZoneSet>> zones_of_version(Database& database, std::int64_t version) {
  Statement select(database, fmt::format("SELECT {} FROM zone_sets WHERE version = ?", columns));
  select.bind(version);
  return set_in(select);
}

Result<std::int64_t> newest_zones_version(Database& database) {
  Statement select(database, "SELECT ifnull(max(version), 0) FROM zone_sets");
  SENGI_CHECK(select.next());
  return select.whole(0);
}

Result<std::int64_t> keep_zones(Database& database, const zones::ZoneMap& map, std::string_view who,
                                std::int64_t now_ms) {
  const std::string geojson = station_geojson(map);
  Statement insert(database,
                   "INSERT INTO zone_sets SELECT ifnull(max(version), 0) + 1, ?, ?, ? FROM "
                   "zone_sets");
  SENGI_CHECK(insert.bind(now_ms).bind(who).bind(geojson).run());
  return newest_zones_version(database);
}

Result<void> seed_zones(Database& database, const std::string& file, std::int64_t now_ms) {
  if (file.empty()) return {};
  SENGI_TRY(text, read_text(file));
  SENGI_TRY(zones, zones::parse_zones(text, file));
  for (const zones::Finding& finding : zones.findings) {
    if (finding.severity != zones::Finding::Severity::error) continue;
    return Error{fmt::format("{}: {}; sengi zones check tells all", file, finding.line())};
  }
  SENGI_TRY(transaction, Transaction::begin(database));
  SENGI_TRY(newest, newest_zones(database));
  if (newest &&
      (newest->made_by != zones_of_file || newest->geojson == station_geojson(zones.map))) {
    return {};
  }
  SENGI_CHECK(keep_zones(database, zones.map, zones_of_file, now_ms));
  return transaction.commit();
}

std::string station_geojson(const zones::ZoneMap& map) {
  Json whole = Json::parse(zones::to_geojson(map));
  for (Json& feature : whole["features"]) {
    Json& properties = feature["properties"];
    const Json kinds = properties["kind"];
    properties = {{"id", feature["id"]},
                  {"kind", kinds.size() == 1 ? kinds[0] : kinds},
                  {"name", properties.value("name", "")}};
  }
  return whole.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sengi::station
