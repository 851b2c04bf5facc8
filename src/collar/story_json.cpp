// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "collar/story_parts.h"
#include "link/hex.h"

namespace sengi::collar {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string uplinks_as_lines(const Story& story) {
  std::string text;
  for (const Sent& sent : story.life.sent) {
    Json json{{"time", link::utc(sent.time_s)},
              {"port", sent.port},
              {"bytes", link::to_base64(sent.bytes)},
              {"heard", sent.heard}};
    const auto uplink = link::decode_uplink(sent.bytes, sent.port);
    json["message"] = uplink.ok() ? Json::parse(link::to_json(uplink.value())) : Json(nullptr);
    text += dumped(json, -1) + "\n";
  }
  return text;
}

std::string to_json(const Story& story) {
  const Life& life = story.life;
  Json events = Json::array();
  for (const Moment& moment : moments_of(life)) {
    Json one = Json::parse(link::to_json(moment.event));
    one["words"] = words_of(moment, *story.parts);
    one["heard"] = moment.heard_s != 0 ? Json(link::utc(moment.heard_s)) : Json(nullptr);
    events.push_back(std::move(one));
  }
  Json days = Json::array();
  for (const Day& day : days_of(life)) {
    Json minutes = Json::object();
    for (std::size_t i = 0; i < day.minutes.size(); ++i) {
      const bool named = story.parts->model && i < story.parts->model->labels().size();
      minutes[named ? story.parts->model->labels()[i] : fmt::format("class {}", i)] =
          day.minutes[i];
    }
    days.push_back({{"began", link::utc(day.began_s)}, {"minutes", minutes}});
  }
  Json charge = Json::object();
  for (std::size_t i = 0; i < power::consumers; ++i) {
    charge[power::consumer_names[i]] = life.report.charge_uah[i];
  }
  Json json{{"collar", story.name},
            {"board", story.board},
            {"track", story.track},
            {"track_is_made", story.made_track},
            {"accelerometer_is_made", story.made_accelerometer},
            {"from", link::utc(life.from_s)},
            {"to", link::utc(life.to_s)},
            {"positions", life.fixes.size()},
            {"gps_tries", life.asked},
            {"uplinks", life.sent.size()},
            {"airtime_s", static_cast<double>(life.airtime_us) / 1e6},
            {"events", events},
            {"days", days},
            {"charge_uah", charge},
            {"battery_mah", story.battery_mah},
            {"battery_days", battery_days(story)},
            {"collar_bytes", life.report.collar_bytes},
            {"flash_erasures", life.report.erasures},
            {"flash_programmed", life.report.programmed}};
  if (story.sections) {
    json["flash_bytes"] = story.sections->flash_code_bytes + story.sections->flash_const_bytes;
    json["static_bytes"] = story.sections->static_bytes;
    json["arena_bytes"] = story.sections->arena_bytes;
    json["stack_bytes"] = story.run.stack_bytes;
    json["sleeps"] = life.report.sleeps;
    json["wakes"] = life.report.wakes;
    Json costs = Json::array();
    for (const emulate::FunctionCost& cost : story.run.functions) {
      for (const Monitor& monitor : monitors()) {
        if (cost.name != monitor.function) continue;
        costs.push_back({{"monitor", monitor.title},
                         {"calls", cost.calls},
                         {"instructions", cost.instructions},
                         {"cycles", cost.cycles}});
      }
    }
    json["monitors"] = costs;
  }
  return dumped(json, 2) + "\n";
}

}  // namespace sengi::collar
