// SPDX-License-Identifier: Apache-2.0
#include "station/alert_words.h"

#include <fmt/format.h>

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

std::string text_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>()
                            : found->dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What is so, of whom.
std::string said(const std::string& who, const Json& alert, const Json& detail) {
  const std::string kind = text_in(alert, "kind");
  const std::string zone = text_in(detail, "zone");
  if (kind == "zone_inside") return fmt::format("{} is in {}", who, zone);
  if (kind == "zone_approach") {
    const std::string minutes = text_in(detail, "minutes_to_entry");
    if (!minutes.empty()) return fmt::format("{} heads into {}, {} min away", who, zone, minutes);
    return fmt::format("{} is {} m from {}", who, text_in(detail, "distance_m"), zone);
  }
  if (kind == "still") {
    return fmt::format("{} has not moved for {} min", who, text_in(detail, "still_min"));
  }
  if (kind == "silent") {
    return fmt::format("{} is silent since {}", who, text_in(detail, "last_heard"));
  }
  if (kind == "battery") {
    return fmt::format("the battery of {} is at {} mV", who, text_in(detail, "battery_mv"));
  }
  if (kind == "temperature") {
    return fmt::format("{} has {} C", who, text_in(detail, "temperature_c"));
  }
  if (kind == "moisture") {
    return fmt::format("the soil at {} has {} of water ({})", who, text_in(detail, "moisture"),
                       text_in(alert, "subject"));
  }
  if (kind == "water") {
    return fmt::format("{} wants water: {} mm", who, text_in(detail, "give_mm"));
  }
  if (kind == "sensor") {
    return fmt::format("a sensor of {} fails: {}", who, text_in(alert, "subject"));
  }
  if (kind == "call") {
    return fmt::format("{} heard a call of class {}, score {}", who, text_in(detail, "class"),
                       text_in(detail, "score"));
  }
  if (kind == "drift") {
    return fmt::format("{} is no longer as in the first weeks of {}", text_in(alert, "subject"),
                       who);
  }
  return fmt::format("{}: {}", who, kind);
}

}  // namespace

AlertWords words_of(const Json& letter) {
  const Json none = Json::object();
  const Json& alert = letter.is_object() && letter.contains("data") ? letter["data"] : none;
  const auto held = alert.find("detail");
  const Json& detail = held != alert.end() && held->is_object() ? *held : none;
  const std::string name = text_in(alert, "name");
  const std::string who = name.empty() ? text_in(alert, "device") : name;
  const std::string type = text_in(letter, "type");
  AlertWords words;
  words.title = said(who, alert, detail);
  if (type == "alert.cleared") words.title = "over: " + words.title;
  if (type == "alert.acknowledged") words.title = "seen to: " + words.title;
  if (type == "alert.escalated") words.title = "still: " + words.title;

  words.text =
      fmt::format("{}\n\ndevice      {}\nseverity    {}\nsince       {}\n", words.title,
                  text_in(alert, "device"), text_in(alert, "severity"), text_in(alert, "raised"));
  if (const auto at = alert.find("position"); at != alert.end() && at->is_object()) {
    words.text +=
        fmt::format("position    {}, {} at {}\n            geo:{},{}\n", text_in(*at, "latitude"),
                    text_in(*at, "longitude"), text_in(*at, "time"), text_in(*at, "latitude"),
                    text_in(*at, "longitude"));
  }
  words.text += fmt::format("last heard  {}\n", text_in(alert, "last_heard"));
  if (const std::string by = text_in(alert, "acknowledged_by"); !by.empty()) {
    words.text += fmt::format("seen to by  {}\n", by);
  }
  return words;
}

}  // namespace sengi::station
