// SPDX-License-Identifier: Apache-2.0
#include "station/sensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "link/names.h"
#include "station/clock.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t history_ms = 3 * day_ms;
constexpr int history_most = 300;  // readings of a sensor

// What each quantity can be outdoors on Earth, in its unit. Cheap probes read a little below a dry
// soil's 0.
struct Bounds {
  double low, high;
};
constexpr std::array<Bounds, link::quantities> possible = {{{-60, 65},
                                                            {-40, 75},
                                                            {-0.05, 0.7},
                                                            {0, 105},
                                                            {300, 1100},
                                                            {0, 500},
                                                            {0, 100},
                                                            {0, 1800},
                                                            {0, 105},
                                                            {-32'000, 32'767}}};

double in_unit(link::Quantity quantity, std::int64_t value) {
  return static_cast<double>(value) / link::name_of(quantity).steps;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// To what can be told by a sensor, so that JSON has no tails of digits.
double rounded(double value, double steps) { return std::round(value * steps) / steps; }

}  // namespace

std::string_view name_of(ReadingFault fault) {
  constexpr std::array<std::string_view, 3> names = {"", "missing", "impossible"};
  return names[static_cast<std::size_t>(fault)];
}

ReadingFault fault_of(link::Quantity quantity, std::int16_t value) {
  if (value == link::no_value) return ReadingFault::missing;
  const Bounds& bounds = possible[static_cast<std::size_t>(quantity)];
  const double it = in_unit(quantity, value);
  return it < bounds.low || it > bounds.high ? ReadingFault::impossible : ReadingFault::none;
}

std::string sensor_name(link::Quantity quantity, int sensor) {
  return fmt::format("{}.{}", link::name_of(quantity).name, sensor);
}

Result<std::optional<FieldWater>> water_of(Database& database, std::int64_t device_id,
                                           const Settings::Irrigation& settings) {
  if (settings.sensors.empty()) return std::optional<FieldWater>{};
  // Sensors read at one time are one root zone, whose moisture is their mean.
  std::map<std::int64_t, std::vector<double>> by_time;
  std::map<int, std::int64_t> newest;
  Statement select(database,
                   "SELECT time_ms, value FROM readings WHERE device_id = ? AND quantity = ? AND "
                   "sensor = ? AND fault = 0 ORDER BY time_ms DESC LIMIT ?");
  for (const int sensor : settings.sensors) {
    select.bind(device_id)
        .bind(static_cast<int>(link::Quantity::soil_moisture))
        .bind(sensor)
        .bind(history_most);
    while (true) {
      SENGI_TRY(more, select.next());
      if (!more) break;
      const std::int64_t time_ms = select.whole(0);
      newest.try_emplace(sensor, time_ms);
      if (time_ms <= newest[sensor] - history_ms) break;
      by_time[time_ms].push_back(in_unit(link::Quantity::soil_moisture, select.whole(1)));
    }
    select.reset();
  }
  std::vector<Moisture> history;
  for (const auto& [time_ms, values] : by_time) {
    double sum = 0;
    for (const double value : values) sum += value;
    history.push_back({time_ms, sum / static_cast<double>(values.size())});
  }
  const auto advice = advise(settings.soil, history);
  if (!advice) return std::optional<FieldWater>{};
  FieldWater water{*advice, history.back().time_ms, 0};
  for (const auto& [sensor, time_ms] : newest) water.sensors += time_ms > water.time_ms - day_ms;
  return std::optional(water);
}

SensorWatch::SensorWatch(Database& database, const Settings& settings)
    : database_(database),
      settings_(settings),
      keep_(database, "INSERT OR IGNORE INTO readings VALUES (?, ?, ?, ?, ?, ?)"),
      last_(database,
            "SELECT fault FROM readings WHERE device_id = ? AND quantity = ? AND sensor = ? ORDER "
            "BY time_ms DESC LIMIT ?") {}

Result<void> SensorWatch::heard(const Heard& heard, bool news, Alerts& alerts,
                                std::int64_t now_ms) {
  const auto& readings = heard.reading.sensors;
  if (readings.empty() || heard.kept.as == Kept::As::duplicate) return {};
  const std::int64_t device = heard.device_id;
  const std::int64_t time_ms = heard.reading.time_ms.value_or(heard.heard_ms);
  bool moisture = false;
  for (const link::SensorReading& one : readings) {
    const ReadingFault fault = fault_of(one.quantity, one.value);
    SENGI_CHECK(
        keep_.bind(device)
            .bind(static_cast<int>(one.quantity))
            .bind(int{one.sensor})
            .bind(time_ms)
            .bind(fault == ReadingFault::missing ? std::nullopt : std::optional(int{one.value}))
            .bind(static_cast<int>(fault))
            .run());
    if (!news) continue;
    SENGI_CHECK(look_for_faults(device, one, alerts, now_ms));
    if (one.quantity != link::Quantity::soil_moisture || fault != ReadingFault::none) continue;
    moisture = true;
    SENGI_CHECK(look_at_moisture(device, one, alerts, now_ms));
  }
  return moisture ? look_at_water(device, alerts, now_ms) : Result<void>();
}

Result<void> SensorWatch::look_for_faults(std::int64_t device, const link::SensorReading& reading,
                                          Alerts& alerts, std::int64_t now_ms) {
  const int enough = settings_.sensors.faulty_after;
  if (enough == 0) return {};
  int faulty = 0;
  int seen = 0;
  last_.bind(device)
      .bind(static_cast<int>(reading.quantity))
      .bind(int{reading.sensor})
      .bind(enough);
  while (true) {
    SENGI_TRY(more, last_.next());
    if (!more) break;
    ++seen;
    faulty += last_.whole(0) != 0 ? 1 : 0;
  }
  last_.reset();
  const std::string name = sensor_name(reading.quantity, reading.sensor);
  if (seen < enough) return {};
  if (faulty == 0) return alerts.over(device, "sensor", name, now_ms);
  if (faulty < enough) return {};
  return alerts.signal({device, "sensor", name, settings_.sensors.severity,
                        text_of({{"fault", name_of(fault_of(reading.quantity, reading.value))},
                                 {"in_a_row", enough}})},
                       now_ms);
}

Result<void> SensorWatch::look_at_moisture(std::int64_t device, const link::SensorReading& reading,
                                           Alerts& alerts, std::int64_t now_ms) {
  const Settings::Moisture& bounds = settings_.moisture;
  const double moisture = in_unit(reading.quantity, reading.value);
  const std::string name = sensor_name(reading.quantity, reading.sensor);
  if (moisture < bounds.low || moisture > bounds.high) {
    return alerts.signal(
        {device, "moisture", name, bounds.severity,
         text_of({{"moisture", moisture}, {"low", bounds.low}, {"high", bounds.high}})},
        now_ms);
  }
  const bool back =
      moisture >= bounds.low + bounds.margin && moisture <= bounds.high - bounds.margin;
  return back ? alerts.over(device, "moisture", name, now_ms) : Result<void>();
}

Result<void> SensorWatch::look_at_water(std::int64_t device, Alerts& alerts, std::int64_t now_ms) {
  SENGI_TRY(water, water_of(database_, device, settings_.irrigation));
  if (!water) return {};
  const WaterAdvice& advice = water->advice;
  if (advice.water == Water::due) {
    return alerts.signal({device, "water", "", settings_.irrigation.severity,
                          text_of({{"moisture", rounded(advice.moisture, 1e4)},
                                   {"missing_mm", rounded(advice.missing_mm, 10)},
                                   {"readily_mm", rounded(advice.readily_mm, 10)},
                                   {"give_mm", rounded(advice.give_mm, 10)},
                                   {"time", to_rfc3339(water->time_ms)}})},
                         now_ms);
  }
  const bool watered = advice.missing_mm <= advice.readily_mm / 2;
  return watered ? alerts.over(device, "water", "", now_ms) : Result<void>();
}

}  // namespace sengi::station
