// SPDX-License-Identifier: Apache-2.0
#include "station/zone_watch.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "station/clock.h"
#include "station/zone_sets.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

// Hysteresis: what is in stays in until margin_m outside, and what is near likewise.
Result<void> ZoneWatch::look_at(std::int64_t device, geo::Position position, std::int64_t time_ms,
                                Alerts& alerts, std::int64_t now_ms) {
  const Settings::Zones& set = settings_.zones;
  const auto detail = [&](const ZoneDistance& zone) {
    return text_of({{"zone", zones_.name_of(zone.id)},
                    {"distance_m", zone.distance_m},
                    {"told_by", "station"},
                    {"time", to_rfc3339(time_ms)}});
  };
  SENGI_TRY(inside, alerts.subjects(device, "zone_inside"));
  SENGI_TRY(near, alerts.subjects(device, "zone_approach"));
  for (const ZoneDistance& zone : zones_.distances(position, set.near_m + set.margin_m)) {
    const std::string id = std::to_string(zone.id);
    const bool was_inside = std::find(inside.begin(), inside.end(), id) != inside.end();
    const bool was_near = std::find(near.begin(), near.end(), id) != near.end();
    const bool is_inside = zone.distance_m == 0 || (was_inside && zone.distance_m <= set.margin_m);
    const bool is_near = set.near_m > 0 && zone.distance_m <= set.near_m;
    const bool is_far = zone.distance_m > set.near_m + set.margin_m;
    if (is_inside) {
      SENGI_CHECK(alerts.signal({device, "zone_inside", id, set.inside, detail(zone)}, now_ms));
    } else if (was_inside) {
      SENGI_CHECK(alerts.over(device, "zone_inside", id, now_ms));
    }
    if (was_near && (is_inside || (set.near_m > 0 && is_far))) {
      SENGI_CHECK(alerts.over(device, "zone_approach", id, now_ms));
    } else if (is_near && !is_inside && !was_inside) {
      SENGI_CHECK(alerts.signal({device, "zone_approach", id, set.approach, detail(zone)}, now_ms));
    }
  }
  return {};
}

// An approach that came to nothing. Where distances are measured they end it themselves.
Result<void> ZoneWatch::end_approaches(Alerts& alerts, std::int64_t now_ms) {
  std::vector<std::pair<std::int64_t, std::string>> stale;
  Statement select(database_,
                   "SELECT device_id, subject FROM alerts WHERE state <> 'cleared' AND kind = "
                   "'zone_approach' AND signal_ms <= ?");
  select.bind(now_ms - std::int64_t{settings_.zones.approach_min} * 60'000);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    stale.emplace_back(select.whole(0), select.text(1));
  }
  select.reset();
  if (stale.empty()) return {};
  SENGI_TRY(transaction, Transaction::begin(database_));
  for (const auto& [device, zone] : stale) {
    SENGI_CHECK(alerts.over(device, "zone_approach", zone, now_ms));
  }
  return transaction.commit();
}

// Whoever is in a zone that this station no longer has, is in none. Of zones that it never had a
// collar tells itself.
Result<void> ZoneWatch::end_lost(const ZoneList& before, Alerts& alerts, std::int64_t now_ms) {
  std::vector<std::tuple<std::int64_t, std::string, std::string>> lost;
  Statement select(database_,
                   "SELECT device_id, kind, subject FROM alerts WHERE state <> 'cleared' AND kind "
                   "IN ('zone_approach', 'zone_inside')");
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    const auto id = static_cast<std::uint16_t>(std::stoi(select.text(2)));
    if (!before.has(id) || zones_.has(id)) continue;
    lost.emplace_back(select.whole(0), select.text(1), select.text(2));
  }
  select.reset();
  if (lost.empty()) return {};
  SENGI_TRY(transaction, Transaction::begin(database_));
  for (const auto& [device, kind, zone] : lost) {
    SENGI_CHECK(alerts.over(device, kind, zone, now_ms));
  }
  return transaction.commit();
}

Result<void> ZoneWatch::renew(Alerts& alerts, std::int64_t now_ms) {
  SENGI_TRY(version, newest_zones_version(database_));
  if (version == zones_.version()) return {};
  SENGI_TRY(zones, ZoneList::newest(database_, settings_.zones.kinds));
  const ZoneList before = std::exchange(zones_, std::move(zones));
  return end_lost(before, alerts, now_ms);
}

}  // namespace sengi::station
