// SPDX-License-Identifier: Apache-2.0
#include "station/latest_positions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "station/api.h"
#include "station/clock.h"

namespace sengi::station {
namespace {

std::string quoted(const std::string& text) {
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (plain) return '"' + text + '"';
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

// Written as text: a tree of a hundred thousand objects takes longer to build than to ask for.
Result<std::string> latest_positions(Database& database, Role role, std::int64_t now_ms) {
  const bool guest = role == Role::guest;
  Statement select(
      database,
      guest ? "SELECT device, name, time_ms, positions.latitude_e7, positions.longitude_e7 FROM "
              "devices JOIN positions ON device_id = id AND time_ms = (SELECT max(time_ms) FROM "
              "positions WHERE device_id = devices.id AND time_ms <= ?) ORDER BY device"
            : "SELECT device, name, position_ms, latitude_e7, longitude_e7, last_heard_ms, "
              "battery_mv FROM devices WHERE position_ms IS NOT NULL ORDER BY device");
  if (guest) select.bind(now_ms - guest_delay_ms);
  std::string text = R"({"type":"FeatureCollection","features":[)";
  std::string last;
  const auto out = std::back_inserter(text);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    const std::string device = select.text(0);
    if (device == last) continue;  // two places of one moment
    fmt::format_to(out,
                   "{}{{\"type\":\"Feature\",\"id\":{},\"geometry\":{{\"type\":\"Point\","
                   "\"coordinates\":[{},{}]}},\"properties\":{{\"name\":{},\"time\":\"{}\"",
                   last.empty() ? "" : ",\n", quoted(device), degrees(select.whole(4), role),
                   degrees(select.whole(3), role), quoted(select.text(1)),
                   to_rfc3339(select.whole(2)));
    if (!guest) {
      fmt::format_to(out, ",\"last_heard\":\"{}\",\"battery_mv\":{}", to_rfc3339(select.whole(5)),
                     select.is_null(6) ? "null" : std::to_string(select.whole(6)));
    }
    text += "}}";
    last = device;
  }
  return text + "]}\n";
}

}  // namespace sengi::station
