// SPDX-License-Identifier: Apache-2.0
#include "station/earthranger.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "station/alert_words.h"
#include "station/clock.h"
#include "station/http_client.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

constexpr int positions_at_once = 100;

// EarthRanger's priorities: red, amber, green.
int priority_of(const std::string& severity) {
  return severity == "critical" ? 300 : severity == "warning" ? 200 : 100;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

httplib::Headers headers_of(const Settings::EarthRanger& site) {
  return {{"Authorization", "Bearer " + site.token}};
}

struct Observation {
  std::int64_t uplink;
  std::string body;
};

// Of the uplinks after one; those of one uplink together.
Result<std::vector<Observation>> observations_after(Store& store, std::int64_t uplink) {
  std::vector<Observation> list;
  Statement select(store.database(),
                   "SELECT uplink_id, time_ms, positions.latitude_e7, positions.longitude_e7, "
                   "device, name FROM positions JOIN devices ON devices.id = device_id WHERE "
                   "uplink_id > ? ORDER BY uplink_id, time_ms LIMIT ?");
  select.bind(uplink).bind(positions_at_once);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return list;
    const std::string device = select.text(4);
    const std::string name = select.text(5).empty() ? device : select.text(5);
    list.push_back(
        {select.whole(0), text_of({{"location",
                                    {{"lat", static_cast<double>(select.whole(2)) / 1e7},
                                     {"lon", static_cast<double>(select.whole(3)) / 1e7}}},
                                   {"recorded_at", to_rfc3339(select.whole(1))},
                                   {"manufacturer_id", device},
                                   {"subject_name", name},
                                   {"subject_type", "wildlife"},
                                   {"subject_subtype", "elephant"},
                                   {"model_name", "sengi"},
                                   {"additional", Json::object()}})});
  }
}

// The last uplink that the site has all positions of; the newest there is, at first.
Result<std::int64_t> position_of(Store& store) {
  Statement select(store.database(), "SELECT value FROM counts WHERE name = 'earthranger_to'");
  SENGI_TRY(found, select.next());
  if (found) return select.whole(0);
  Statement newest(store.database(), "SELECT ifnull(max(id), 0) FROM uplinks");
  SENGI_CHECK(newest.next());
  return newest.whole(0);
}

Result<void> note(Store& store, std::int64_t uplink) {
  Statement upsert(store.database(), "INSERT OR REPLACE INTO counts VALUES ('earthranger_to', ?)");
  return upsert.bind(uplink).run();
}

}  // namespace

std::string earthranger_event(const std::string& letter) {
  const Json json = Json::parse(letter, nullptr, false);
  if (!json.is_object() || json.value("type", "") != "alert.raised") return "";
  const Json& alert = json["data"];
  Json event{{"event_type", "sengi_" + alert.value("kind", "")},
             {"title", words_of(json).title},
             {"time", alert.value("raised", "")},
             {"priority", priority_of(alert.value("severity", ""))},
             {"state", "new"},
             {"event_details", {{"device", alert.value("device", "")}, {"alert", alert["id"]}}}};
  for (const auto& [key, value] : alert["detail"].items()) event["event_details"][key] = value;
  if (alert["position"].is_object()) {
    event["location"] = {{"latitude", alert["position"]["latitude"]},
                         {"longitude", alert["position"]["longitude"]}};
  }
  return text_of(event);
}

Send send_to_earthranger(const Settings::EarthRanger& site) {
  const auto client = std::make_shared<HttpClient>(site.url);
  return [client, site](const Letter& letter) {
    const std::string event = earthranger_event(letter.body);
    if (event.empty()) return Answer{};
    return client->post("/api/v1.0/activity/events", headers_of(site), event);
  };
}

void run_earthranger_positions(const Settings::EarthRanger& site, Intake& intake, const Tell& tell,
                               const std::atomic<bool>& stop) {
  HttpClient client(site.url);
  const std::string path = fmt::format("/api/v1.0/sensors/generic/{}/status", site.provider);
  std::string told;
  const auto tell_once = [&](const std::string& fault) {
    if (!fault.empty() && fault != told) tell(fmt::format("{}{}: {}", site.url, path, fault));
    told = fault;
  };
  std::optional<std::int64_t> at;
  std::int64_t failures = 0;
  while (!stop) {
    std::vector<Observation> list;
    const auto looked = intake.alone([&](Store& store) -> Result<void> {
      if (!at) {
        SENGI_TRY(from, position_of(store));
        SENGI_CHECK(note(store, from));
        at = from;
      }
      SENGI_TRY(found, observations_after(store, *at));
      list = std::move(found);
      return {};
    });
    if (!looked.ok()) tell_once(looked.error().message);
    // A look that ended with its limit may have cut an uplink in two (none has as many positions
    // as are looked at): the mark moves with whole ones.
    bool away = false;
    for (std::size_t i = 0; i < list.size() && !stop && !away; ++i) {
      const Answer answer = client.post(path, headers_of(site), list[i].body);
      away = answer.away;
      tell_once(answer.fault);
      if (away) break;
      const bool whole = i + 1 < list.size() ? list[i + 1].uplink != list[i].uplink
                                             : list.size() < positions_at_once;
      if (!whole) continue;
      at = list[i].uplink;
      const auto noted = intake.alone([&](Store& store) { return note(store, *at); });
      if (!noted.ok()) tell_once(noted.error().message);
    }
    failures = away ? failures + 1 : 0;
    const auto wait =
        away ? std::chrono::milliseconds(std::min<std::int64_t>(retry_ms(failures), 60'000))
             : std::chrono::milliseconds(list.size() == positions_at_once ? 0 : 500);
    pause(wait, stop);
  }
}

}  // namespace sengi::station
