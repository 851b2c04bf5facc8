// SPDX-License-Identifier: Apache-2.0
#include "station/zones_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "station/http_changes.h"
#include "station/zone_sets.h"
#include "zones/compact.h"
#include "zones/geojson.h"
#include "zones/kml.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;
using Severity = zones::Finding::Severity;

void set_version(Response& response, std::int64_t version) {
  response.set_header("ETag", fmt::format("\"{}\"", version));
}

Json findings_json(const zones::GeoJsonZones& zones) {
  static constexpr const char* severities[] = {"note", "warning", "error"};
  Json list = Json::array();
  for (const zones::Finding& finding : zones.findings) {
    list.push_back({{"severity", severities[static_cast<std::size_t>(finding.severity)]},
                    {"path", finding.path},
                    {"what", finding.what}});
  }
  return list;
}

// All that is wrong, so that it can be shown at the shapes it is about.
void refuse_zones(Response& response, const zones::GeoJsonZones& zones) {
  std::string first;
  for (const zones::Finding& finding : zones.findings) {
    if (first.empty() && finding.severity == Severity::error) first = finding.line();
  }
  response.status = 400;
  response.set_content(text_of({{"type", "about:blank"},
                                {"title", "Zones that cannot be used"},
                                {"status", 400},
                                {"detail", first},
                                {"findings", findings_json(zones)}}),
                       "application/problem+json");
}

Result<zones::GeoJsonZones> zones_in(const Request& request) {
  zones::GeoJsonOptions options;
  if (request.has_param("kind")) {
    const auto kind = zones::kind_named(request.get_param_value("kind"));
    if (!kind) return Error{"kind: no kind of zone: " + request.get_param_value("kind")};
    options.kinds = kind;
  }
  const std::string type = request.get_header_value("Content-Type");
  const bool kml = type.starts_with("application/vnd.google-earth.kml+xml");
  return kml ? zones::parse_kml(request.body, "zones", options)
             : zones::parse_geojson(request.body, "zones", options);
}

void get_zones(const Routes& routes, Response& response) {
  const auto set = routes.readers.with([](Database& database) { return newest_zones(database); });
  if (!set.ok()) return refuse_fault(response, set.error());
  const ZoneSet zones = set.value().value_or(ZoneSet{0, 0, "", station_geojson({})});
  Json whole = Json::parse(zones.geojson);
  whole["version"] = zones.version;
  whole["made"] = zones.version == 0 ? Json(nullptr) : Json(to_rfc3339(zones.made_ms));
  whole["made_by"] = zones.made_by;
  set_version(response, zones.version);
  response.set_content(text_of(whole), "application/geo+json");
}

// Whether somebody else gave other zones since those that these were made from.
bool is_stale(const Request& request, std::int64_t newest) {
  const std::string wanted = request.get_header_value("If-Match");
  return !wanted.empty() && wanted != "*" && wanted != fmt::format("\"{}\"", newest);
}

void put_zones(const Routes& routes, const Request& request, Response& response,
               const Identity& who) {
  const auto zones = zones_in(request);
  if (!zones.ok()) return refuse(response, 400, "No zones", zones.error().message);
  if (!zones.value().ok()) return refuse_zones(response, zones.value());
  const zones::ZoneMap& map = zones.value().map;
  const auto bytes = zones::to_compact(map);
  if (!bytes.ok()) return refuse(response, 400, "Zones that cannot be used", bytes.error().message);
  std::int64_t version = 0;
  bool stale = false;
  const auto kept = routes.backend.intake.alone([&](Store& store) -> Result<void> {
    Database& database = store.database();
    SENGI_TRY(transaction, Transaction::begin(database));
    SENGI_TRY(newest, newest_zones_version(database));
    stale = is_stale(request, newest);
    if (stale) return {};
    SENGI_TRY(made, keep_zones(database, map, who.name, now_ms()));
    version = made;
    SENGI_CHECK(Accounts(database).note(who.name, fmt::format("gave zones {}", version), now_ms()));
    SENGI_CHECK(transaction.commit());
    return routes.backend.zones_changed ? routes.backend.zones_changed() : Result<void>();
  });
  if (!kept.ok()) return refuse_fault(response, kept.error());
  if (stale) {
    return refuse(response, 412, "Others gave zones meanwhile", "get them, and change those");
  }
  set_version(response, version);
  answer(response, text_of({{"version", version},
                            {"zones", map.zones.size()},
                            {"bytes", bytes.value().size()},
                            {"findings", findings_json(zones.value())}}));
}

}  // namespace

void route_zones(const Routes& routes) {
  routes.server.Get(
      "/api/v1/zones",
      routes.allowed(seers, [routes](const Request&, Response& response, const Identity&) {
        get_zones(routes, response);
      }));
  routes.server.Put("/api/v1/zones",
                    routes.allowed(masters, [routes](const Request& request, Response& response,
                                                     const Identity& who) {
                      put_zones(routes, request, response, who);
                    }));
}

}  // namespace sengi::station
