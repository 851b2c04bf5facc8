// SPDX-License-Identifier: Apache-2.0
#include "station/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "link/uplink.h"
#include "station/clock.h"
#include "station/store.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json time_or_null(const Statement& row, int column) {
  return row.is_null(column) ? Json(nullptr) : Json(to_rfc3339(row.whole(column)));
}

Json whole_or_null(const Statement& row, int column) {
  return row.is_null(column) ? Json(nullptr) : Json(row.whole(column));
}

Json position_of(const Statement& row, int column, Role role) {
  return {{"time", to_rfc3339(row.whole(column))},
          {"latitude", degrees(row.whole(column + 1), role)},
          {"longitude", degrees(row.whole(column + 2), role)}};
}

constexpr const char* device_columns =
    "device, name, network, first_heard_ms, last_heard_ms, battery_mv, position_ms, latitude_e7, "
    "longitude_e7, id";

// For a guest the newest position is that of yesterday.
Result<Json> device_json(Database& database, const Statement& row, Role role, std::int64_t now_ms) {
  Json json{{"device", row.text(0)}, {"name", row.text(1)}};
  if (role == Role::guest) {
    Statement select(database,
                     "SELECT time_ms, latitude_e7, longitude_e7 FROM positions WHERE device_id = ? "
                     "AND time_ms <= ? ORDER BY time_ms DESC LIMIT 1");
    SENGI_TRY(found, select.bind(row.whole(9)).bind(now_ms - guest_delay_ms).next());
    json["position"] = found ? position_of(select, 0, role) : Json(nullptr);
    return json;
  }
  json["network"] = row.text(2);
  json["first_heard"] = to_rfc3339(row.whole(3));
  json["last_heard"] = to_rfc3339(row.whole(4));
  json["battery_mv"] = whole_or_null(row, 5);
  json["position"] = row.is_null(6) ? Json(nullptr) : position_of(row, 6, role);
  return json;
}

Json marks_of(std::int64_t marks) {
  Json list = Json::array();
  if ((marks & Mark::late) != 0) list.push_back("late");
  if ((marks & Mark::out_of_order) != 0) list.push_back("out_of_order");
  if ((marks & Mark::future) != 0) list.push_back("future");
  if ((marks & Mark::unreadable) != 0) list.push_back("unreadable");
  return list;
}

Json said(const link::Bytes& payload, std::int64_t port) {
  const auto uplink = link::decode_uplink(payload, static_cast<int>(port));
  return uplink.ok() ? Json::parse(link::to_json(uplink.value())) : Json(nullptr);
}

}  // namespace

double degrees(std::int64_t e7, Role role) {
  if (role != Role::guest) return static_cast<double>(e7) / 1e7;
  const auto step = static_cast<double>(guest_step_e7);
  return std::round((std::floor(static_cast<double>(e7) / step) + 0.5) * step) / 1e7;
}

Result<std::string> Api::devices(const Page& page) {
  Statement select(database_, fmt::format("SELECT {} FROM devices WHERE device > ? ORDER BY device "
                                          "LIMIT ?",
                                          device_columns));
  select.bind(page.after).bind(std::clamp<std::int64_t>(page.limit, 1, page_max));
  Json list = Json::array();
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    SENGI_TRY(json, device_json(database_, select, role_, now_ms_));
    list.push_back(std::move(json));
  }
  return text_of({{"devices", std::move(list)}});
}

Result<std::optional<std::int64_t>> Api::id_of(const std::string& device) {
  Statement select(database_, "SELECT id FROM devices WHERE device = ?");
  SENGI_TRY(found, select.bind(device).next());
  return found ? std::optional(select.whole(0)) : std::nullopt;
}

Result<std::optional<std::string>> Api::device(const std::string& device) {
  Statement select(database_,
                   fmt::format("SELECT {} FROM devices WHERE device = ?", device_columns));
  SENGI_TRY(found, select.bind(device).next());
  if (!found) return std::optional<std::string>{};
  SENGI_TRY(json, device_json(database_, select, role_, now_ms_));
  return std::optional(text_of(json));
}

Result<std::optional<std::string>> Api::positions(const std::string& device, const Page& page) {
  SENGI_TRY(id, id_of(device));
  if (!id) return std::optional<std::string>{};
  const std::int64_t to_ms =
      role_ == Role::guest ? std::min(page.to_ms, now_ms_ - guest_delay_ms) : page.to_ms;
  Statement select(database_,
                   "SELECT time_ms, latitude_e7, longitude_e7 FROM positions WHERE device_id = ? "
                   "AND time_ms >= ? AND time_ms <= ? ORDER BY time_ms LIMIT ?");
  select.bind(*id)
      .bind(page.from_ms)
      .bind(to_ms)
      .bind(std::clamp<std::int64_t>(page.limit, 1, page_max));
  Json list = Json::array();
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    list.push_back(position_of(select, 0, role_));
  }
  return std::optional(text_of({{"device", device}, {"positions", std::move(list)}}));
}

Result<std::optional<std::string>> Api::uplinks(const std::string& device, const Page& page) {
  SENGI_TRY(id, id_of(device));
  if (!id) return std::optional<std::string>{};
  Statement select(database_,
                   "SELECT id, time_ms, heard_ms, arrived_ms, counter, port, payload, marks, "
                   "rssi_dbm, snr_db, gateways, copies FROM uplinks WHERE device_id = ? AND "
                   "time_ms >= ? AND time_ms <= ? ORDER BY time_ms DESC LIMIT ?");
  select.bind(*id)
      .bind(page.from_ms)
      .bind(page.to_ms)
      .bind(std::clamp<std::int64_t>(page.limit, 1, page_max));
  Json list = Json::array();
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    const link::Bytes payload = select.bytes(6);
    list.push_back({{"id", select.whole(0)},
                    {"time", to_rfc3339(select.whole(1))},
                    {"heard", time_or_null(select, 2)},
                    {"arrived", to_rfc3339(select.whole(3))},
                    {"counter", whole_or_null(select, 4)},
                    {"port", select.whole(5)},
                    {"payload", link::to_base64(payload)},
                    {"says", said(payload, select.whole(5))},
                    {"marks", marks_of(select.whole(7))},
                    {"rssi_dbm", whole_or_null(select, 8)},
                    {"snr_db", select.is_null(9) ? Json(nullptr) : Json(select.number(9))},
                    {"gateways", select.whole(10)},
                    {"copies", select.whole(11)}});
  }
  return std::optional(text_of({{"device", device}, {"uplinks", std::move(list)}}));
}

Result<std::string> Api::alerts(const Page& page, bool all) {
  Statement select(database_,
                   fmt::format("SELECT alerts.id, device, name, kind, subject, severity, state, "
                               "level, detail, raised_ms, acknowledged_ms, acknowledged_by, "
                               "cleared_ms, last_heard_ms FROM alerts JOIN devices ON devices.id = "
                               "device_id WHERE alerts.id > CAST(? AS INTEGER) {} ORDER BY "
                               "alerts.id LIMIT ?",
                               all ? "" : "AND state <> 'cleared'"));
  select.bind(page.after).bind(std::clamp<std::int64_t>(page.limit, 1, page_max));
  Json list = Json::array();
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    list.push_back({{"id", select.whole(0)},
                    {"device", select.text(1)},
                    {"name", select.text(2)},
                    {"kind", select.text(3)},
                    {"subject", select.text(4)},
                    {"severity", select.text(5)},
                    {"state", select.text(6)},
                    {"level", select.whole(7)},
                    {"detail", Json::parse(select.text(8), nullptr, false)},
                    {"raised", to_rfc3339(select.whole(9))},
                    {"acknowledged", time_or_null(select, 10)},
                    {"acknowledged_by", select.is_null(11) ? Json(nullptr) : Json(select.text(11))},
                    {"cleared", time_or_null(select, 12)},
                    {"last_heard", to_rfc3339(select.whole(13))},
                    {"unheard_s", std::max<std::int64_t>(now_ms_ - select.whole(13), 0) / 1000}});
  }
  return text_of({{"alerts", std::move(list)}});
}

Result<std::string> metrics(Database& database, std::int64_t now_ms) {
  Statement select(database, R"sql(
SELECT (SELECT count(*) FROM devices),
       (SELECT value FROM counts WHERE name = 'uplinks'),
       (SELECT value FROM counts WHERE name = 'duplicates'),
       (SELECT value FROM counts WHERE name = 'positions'),
       (SELECT value FROM counts WHERE name = 'refused'),
       (SELECT count(*) FROM alerts WHERE state = 'open'),
       (SELECT count(*) FROM alerts WHERE state = 'acknowledged'),
       (SELECT count(*) FROM outbox WHERE delivered_ms IS NULL),
       (SELECT ifnull(max(?1 - min(due_ms), 0), 0) FROM outbox WHERE delivered_ms IS NULL))sql");
  SENGI_CHECK(select.bind(now_ms).next());
  std::string text;
  const auto add = [&](const char* name, const char* type, const char* help, const auto& value) {
    text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
  };
  add("sengi_devices", "gauge", "Devices ever heard.", select.whole(0));
  add("sengi_uplinks_total", "counter", "Uplinks kept.", select.whole(1));
  add("sengi_duplicates_total", "counter", "Uplinks that came again.", select.whole(2));
  add("sengi_positions_total", "counter", "Positions kept.", select.whole(3));
  add("sengi_refused_total", "counter", "What came and was no uplink.", select.whole(4));
  add("sengi_alerts_open", "gauge", "Alerts that nobody acknowledged.", select.whole(5));
  add("sengi_alerts_acknowledged", "gauge", "Alerts that somebody has seen to.", select.whole(6));
  add("sengi_outbox_waiting", "gauge", "Messages that nobody has taken yet.", select.whole(7));
  add("sengi_outbox_overdue_seconds", "gauge", "How long the first of them is overdue.",
      static_cast<double>(select.whole(8)) / 1000);
  return text;
}

}  // namespace sengi::station
