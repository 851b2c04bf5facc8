// SPDX-License-Identifier: Apache-2.0
#include "station/fleet_json.h"

#include "station/clock.h"
#include "station/versions.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const std::optional<std::int64_t>& time_ms) {
  return time_ms ? Json(to_rfc3339(*time_ms)) : Json(nullptr);
}

Json versions_json(const std::vector<Version>& versions) {
  Json list = Json::array();
  for (const Version& version : versions) {
    list.push_back({{"part", version.part},
                    {"version", words_of_version(version.part, version.version)},
                    {"since", to_rfc3339(version.since_ms)},
                    {"last", to_rfc3339(version.last_ms)}});
  }
  return list;
}

}  // namespace

Json to_json(const Deployment& deployment) {
  return {{"id", deployment.id},
          {"device", deployment.device},
          {"animal", deployment.animal},
          {"taxon", deployment.taxon},
          {"from", to_rfc3339(deployment.from_ms)},
          {"to", time_or_null(deployment.to_ms)},
          {"notes", deployment.notes}};
}

Result<std::optional<Json>> fleet_member(Database& database, const std::string& device,
                                         std::int64_t now_ms, bool all) {
  Fleet fleet(database);
  SENGI_TRY(tag, fleet.tag(device));
  Statement select(database, "SELECT name, last_heard_ms FROM devices WHERE device = ?");
  SENGI_TRY(heard, select.bind(device).next());
  if (!tag && !heard) return std::optional<Json>{};
  const Tag said = tag.value_or(Tag{device, heard ? select.text(0) : "", "", "", "", ""});
  Json json{{"device", device},
            {"name", said.name},
            {"owner", said.owner},
            {"kind", said.kind},
            {"fleet", said.fleet},
            {"notes", said.notes},
            {"last_heard", heard ? Json(to_rfc3339(select.whole(1))) : Json(nullptr)}};
  SENGI_TRY(deployments, fleet.deployments(device));
  json["deployment"] = nullptr;
  for (const Deployment& one : deployments) {
    if (one.from_ms <= now_ms && (!one.to_ms || *one.to_ms > now_ms)) {
      json["deployment"] = to_json(one);
    }
  }
  SENGI_TRY(versions, versions_of(database, device, all));
  json["versions"] = versions_json(versions);
  return std::optional(std::move(json));
}

Result<Json> fleet_members(Database& database, const std::string& after, std::int64_t limit,
                           std::int64_t now_ms) {
  std::vector<std::string> names;
  Statement select(database,
                   "SELECT device FROM devices WHERE device > ?1 UNION SELECT device FROM tags "
                   "WHERE device > ?1 ORDER BY 1 LIMIT ?2");
  select.bind(after).bind(limit);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    names.push_back(select.text(0));
  }
  Json list = Json::array();
  for (const std::string& name : names) {
    SENGI_TRY(json, fleet_member(database, name, now_ms, false));
    if (json) list.push_back(std::move(*json));
  }
  return list;
}

Result<Json> animals(Database& database) {
  SENGI_TRY(deployments, Fleet(database).deployments());
  std::map<std::string, Json> all;
  for (const Deployment& one : deployments) {
    Json& animal = all[one.animal];
    if (animal.is_null()) {
      animal = {{"animal", one.animal}, {"taxon", one.taxon}, {"deployments", Json::array()}};
    }
    if (animal["taxon"] == "") animal["taxon"] = one.taxon;
    animal["deployments"].push_back(to_json(one));
  }
  Json list = Json::array();
  for (auto& [name, animal] : all) list.push_back(std::move(animal));
  return list;
}

Result<std::optional<Json>> animal_positions(Database& database, const std::string& animal,
                                             std::int64_t from_ms, std::int64_t to_ms,
                                             std::int64_t limit) {
  SENGI_TRY(deployments, Fleet(database).deployments({}, animal));
  if (deployments.empty()) return std::optional<Json>{};
  Statement select(database,
                   "SELECT time_ms, positions.latitude_e7, positions.longitude_e7, d.device FROM "
                   "deployments d JOIN "
                   "devices ON devices.device = d.device JOIN positions ON device_id = devices.id "
                   "WHERE animal = ? AND time_ms >= d.from_ms AND (d.to_ms IS NULL OR time_ms < "
                   "d.to_ms) AND time_ms >= ? AND time_ms <= ? ORDER BY time_ms LIMIT ?");
  select.bind(animal).bind(from_ms).bind(to_ms).bind(limit);
  Json list = Json::array();
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    list.push_back({{"time", to_rfc3339(select.whole(0))},
                    {"latitude", static_cast<double>(select.whole(1)) / 1e7},
                    {"longitude", static_cast<double>(select.whole(2)) / 1e7},
                    {"device", select.text(3)}});
  }
  return std::optional(Json{{"animal", animal}, {"positions", std::move(list)}});
}

}  // namespace sengi::station
