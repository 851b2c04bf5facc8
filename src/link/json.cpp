// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "link/names.h"
#include "link/uplink.h"

namespace sengi::link {
namespace {

namespace oc = opencollar;
using Json = nlohmann::ordered_json;

double degrees(std::int32_t e7) { return e7 / 1e7; }

void add_place(Json& json, std::int32_t latitude_e7, std::int32_t longitude_e7) {
  json["latitude"] = degrees(latitude_e7);
  json["longitude"] = degrees(longitude_e7);
}

void add_lead(Json& json, const Lead& lead) {
  json["sequence"] = lead.sequence;
  json["clock_set"] = lead.clock_set;
  json["time"] = utc(lead.time_s);
}

// Infinities and NaN are no JSON.
Json number_from_bits(std::uint32_t bits) {
  const auto value = std::bit_cast<float>(bits);
  return std::isfinite(value) ? Json(static_cast<double>(value)) : Json(nullptr);
}

Json names_of_bits(std::uint32_t bits, std::span<const std::string_view> names) {
  Json list = Json::array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1U) != 0) list.push_back(names[i]);
  }
  return list;
}

struct Writer {
  Json operator()(const Positions& positions) const {
    Json json{{"message", "positions"}};
    add_lead(json, positions.lead);
    json["positions"] = Json::array();
    for (const Fix& fix : positions.fixes) {
      Json place{{"time", utc(fix.time_s)}};
      add_place(place, fix.latitude_e7, fix.longitude_e7);
      json["positions"].push_back(std::move(place));
    }
    return json;
  }

  Json operator()(const LonePosition& lone) const {
    Json json{{"message", "position"}};
    json["sequence"] = lone.sequence;
    json["clock_set"] = lone.fix.clock_set;
    json["time"] = lone.fix.clock_set ? Json(utc(lone.fix.time_s)) : Json(nullptr);
    add_place(json, lone.fix.latitude_e7, lone.fix.longitude_e7);
    return json;
  }

  Json operator()(const Event& event) const {
    Json json{{"message", "event"}};
    add_lead(json, event.lead);
    json["kind"] = name_of(event.kind);
    switch (event.kind) {
      case EventKind::zone_warning:
      case EventKind::zone_entry:
      case EventKind::zone_exit:
        json["zone"] = event.zone;
        json["probability_percent"] = event.probability_percent;
        json["minutes_to_entry"] = event.minutes_to_entry;
        break;
      case EventKind::immobility:
      case EventKind::movement:
        json["still_min"] = event.still_min;
        break;
      case EventKind::call:
        json["call_class"] = event.call_class;
        json["score"] = event.score;
        json["duration_s"] = event.duration_ds / 10.0;
        break;
      case EventKind::battery_low:
        json["battery_mv"] = event.battery_mv;
        json["battery_percent"] = event.battery_percent;
        break;
      case EventKind::reset:
        json["cause"] = name_of(event.cause);
        json["boots"] = event.boots;
        break;
    }
    if (event.has_position) {
      add_place(json, event.position.latitude_e7, event.position.longitude_e7);
    }
    return json;
  }

  Json operator()(const Budget& budget) const {
    Json json{{"message", "budget"}};
    add_lead(json, budget.lead);
    json["first_class"] = budget.first;
    json["minutes"] = Json(std::vector(budget.minutes, budget.minutes + budget.count));
    return json;
  }

  Json operator()(const Status& status) const {
    Json json{{"message", "status"}};
    add_lead(json, status.lead);
    json["battery_mv"] = status.battery_mv;
    json["temperature_c"] = status.temperature_c;
    json["errors"] = names_of_bits(status.errors, status_error_names);
    if (!status.full) return json;
    json["firmware"] = fmt::format("{}.{}.{}", status.firmware >> 12, status.firmware >> 6 & 63,
                                   status.firmware & 63);
    json["model_version"] = status.model;
    json["zones_version"] = status.zones;
    json["settings_version"] = status.settings;
    json["waiting"] = status.waiting;
    json["lost"] = status.lost;
    json["boots"] = status.boots;
    json["charge_uah"] = Json(std::vector(status.charge_uah, status.charge_uah + status.states));
    return json;
  }

  Json operator()(const Readings& readings) const {
    Json json{{"message", "readings"}};
    add_lead(json, readings.lead);
    json["readings"] = Json::array();
    for (const SensorReading& one : std::span(readings.readings, readings.count)) {
      const QuantityName& name = name_of(one.quantity);
      const Json value =
          one.value == no_value ? Json(nullptr) : Json(static_cast<double>(one.value) / name.steps);
      json["readings"].push_back(
          {{"quantity", name.name}, {"sensor", one.sensor}, {"value", value}, {"unit", name.unit}});
    }
    return json;
  }

  Json operator()(const Clip& clip) const {
    return {{"message", "clip"},
            {"clip", clip.number},
            {"piece", clip.piece},
            {"pieces", clip.last + 1},
            {"block", to_hex(std::span(clip.bytes).subspan(clip_head_bytes))}};
  }

  Json operator()(const Reply& reply) const {
    Json json{{"message", "reply"}};
    json["sequence"] = reply.sequence;
    json["kind"] = name_of(reply.kind);
    json["state"] = name_of(reply.state);
    json["reason"] = name_of(reply.reason);
    json["version"] = reply.version;
    json["first"] = reply.first;
    json["shown"] = reply.shown;
    json["missing"] = Json::array();
    for (std::size_t i = 0; i < reply.shown; ++i) {
      if (reply.is_missing(i)) json["missing"].push_back(reply.first + i);
    }
    return json;
  }

  Json operator()(const oc::GnssNav& nav) const {
    return {{"message", "opencollar_gnss"}, {"nav", to_hex(nav.message)}};
  }

  Json operator()(const oc::Location& location) const {
    Json json{{"message", "opencollar_location"}, {"time", utc(location.time_s)}};
    add_place(json, location.latitude_e7, location.longitude_e7);
    json["altitude_m"] = location.altitude_mm / 1e3;
    json["success"] = location.success;
    json["hot_retries"] = location.hot_retries;
    json["cold_retries"] = location.cold_retries;
    json["time_to_fix"] = location.time_to_fix;
    json["fix_type"] = location.fix_type;
    json["satellites"] = location.satellites;
    json["accuracy"] = location.accuracy;
    json["pdop"] = location.pdop;
    json["active_tracking"] = location.active_tracking;
    json["course_deg"] = (location.course - 18'000) / 100.0;
    json["speed_km_h"] = location.speed_m_s * 3.6;
    return json;
  }

  Json operator()(const oc::DeviceStatus& status) const {
    const auto around_zero = [](std::uint8_t byte) { return byte * 200 / 255.0 - 100; };
    Json json{{"message", "opencollar_status"}};
    json["reset"] = status.reset;
    json["errors"] = names_of_bits(status.errors, opencollar_error_names);
    json["battery_mv"] = status.battery * 10 + 2500;
    json["charger_mv"] = status.charger > 0 ? status.charger * 100 + 5000 : 0;
    json["temperature_c"] = around_zero(status.temperature);
    json["uptime"] = status.uptime;
    json["acceleration"] = Json::array();
    for (const std::uint8_t axis : status.acceleration) {
      json["acceleration"].push_back(around_zero(axis));
    }
    json["message_waiting"] = (status.operation & 1) != 0;
    json["locked"] = (status.operation & 2) != 0;
    json["join_failed"] = (status.operation & 4) != 0;
    json["satellites"] = status.operation >> 4;
    json["hardware"] = fmt::format("{}.{}", status.hardware >> 4, status.hardware & 15);
    json["firmware"] = fmt::format("{}.{}", status.firmware >> 4, status.firmware & 15);
    json["hardware_type"] = status.types & 15;
    json["firmware_type"] = status.types >> 4;
    json["satellite_support"] = (status.features & 1) != 0;
    json["fence"] = (status.features & 4) != 0;
    json["satellite_tries"] = status.features >> 4;
    return json;
  }

  Json operator()(const oc::Fence& fence) const {
    return {{"message", "opencollar_fence"},
            {"result", fence.result},
            {"pulses", fence.pulses},
            {"voltage", fence.voltage},
            {"energy", fence.energy}};
  }

  Json operator()(const oc::ShortLocation& location) const {
    const char* name = location.id == 0x93   ? "opencollar_short_location"
                       : location.id == 0x95 ? "opencollar_resent_location"
                                             : "opencollar_ping";
    Json json{{"message", name}, {"time", utc(location.time_s)}};
    add_place(json, location.latitude_e7, location.longitude_e7);
    json["accuracy"] = location.accuracy;
    return json;
  }

  Json operator()(const oc::Timestamp& timestamp) const {
    return {{"message", "opencollar_timestamp"}, {"time", utc(timestamp.time_s)}};
  }

  Json operator()(const oc::Switch& one) const {
    if (!one.is_status) {
      return {{"message", "opencollar_switch"}, {"state", one.state}, {"duration_ms", one.value}};
    }
    const char* what = one.state == 2 ? "impulses" : "activations";
    return {{"message", "opencollar_switch_status"}, {"state", one.state}, {what, one.value}};
  }

  Json operator()(const oc::AirQuality& air) const {
    constexpr std::array particles = {"pm2_5_mass",   "pm1_mass",   "pm10_mass",
                                      "pm2_5_number", "pm1_number", "pm10_number"};
    constexpr std::array gas = {"air_quality_index", "temperature_c", "pressure_pa",
                                "humidity_percent", "gas_resistance_ohm"};
    Json json{{"message", "opencollar_air_quality"}};
    for (std::size_t i = 0; air.has_particles && i < particles.size(); ++i) {
      json[particles[i]] = number_from_bits(air.particles[i]);
    }
    if (air.has_particles) json["obstructed"] = air.obstructed;
    for (std::size_t i = 0; air.has_gas && i < gas.size(); ++i) {
      json[gas[i]] = number_from_bits(air.gas[i]);
    }
    return json;
  }

  Json operator()(const oc::Records& records) const {
    constexpr std::array names = {"opencollar_values", "opencollar_messages",
                                  "opencollar_commands"};
    Json json{{"message", names[records.port - 30U]}, {"records", Json::array()}};
    for (const auto& record : records.records) {
      json["records"].push_back(
          {{"id", fmt::format("0x{:02X}", record.id)}, {"bytes", to_hex(record.bytes)}});
    }
    return json;
  }

  Json operator()(const FlashLog& log) const {
    Json json{{"message", "opencollar_flash_log"}, {"entries", Json::array()}};
    for (const FlashLog::Entry& entry : log.entries) {
      Json one{{"port", entry.port}, {"time", utc(entry.time_s)}};
      if (entry.message.empty()) {
        one["bytes"] = to_hex(entry.bytes);
        one["error"] = entry.fault;
      } else {
        one["data"] = std::visit(Writer{}, entry.message.front());
      }
      json["entries"].push_back(std::move(one));
    }
    return json;
  }
};

}  // namespace

std::string utc(std::uint32_t time_s) {
  using namespace std::chrono;
  const sys_seconds moment{seconds{time_s}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string to_json(const Uplink& uplink) { return std::visit(Writer{}, uplink).dump(); }

}  // namespace sengi::link
