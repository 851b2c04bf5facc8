// SPDX-License-Identifier: Apache-2.0
// What the sensors of stations in fields read: kept by sensor, and looked at for
//
//   moisture  a soil moisture is out of bounds, until back in by a margin
//   sensor    a sensor gave nothing, or what cannot be, several times in a row, until it gave as
//   many
//             that can
//   water     the root zone's water is due (water.h), until half of what was readily there is back
//
// A reading that cannot be is kept and marked; nothing is reckoned from it. Late readings fill the
// history and raise nothing.
//
// Thread rule: with the store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "station/alerts.h"
#include "station/settings.h"
#include "station/sql.h"
#include "station/store.h"
#include "station/water.h"

namespace sengi::station {

enum class ReadingFault : std::uint8_t { none, missing, impossible };
std::string_view name_of(ReadingFault fault);

// By what the quantity can be at all (SPEC.md, "Station").
ReadingFault fault_of(link::Quantity quantity, std::int16_t value);

// "soil_moisture.0"
std::string sensor_name(link::Quantity quantity, int sensor);

// The root zone of a device, as it is now.
struct FieldWater {
  WaterAdvice advice;
  std::int64_t time_ms = 0;  // of the newest reading in it
  int sensors = 0;           // that gave something within a day of it
};

// None where the settings name no sensors or none of them has ever given anything.
Result<std::optional<FieldWater>> water_of(Database& database, std::int64_t device_id,
                                           const Settings::Irrigation& settings);

class SensorWatch {
 public:
  // Both outlive this and stay where they are.
  SensorWatch(Database& database, const Settings& settings);

  // Inside the transaction that keeps the uplink. `news`: whether it may raise anything.
  Result<void> heard(const Heard& heard, bool news, Alerts& alerts, std::int64_t now_ms);

 private:
  Result<void> look_for_faults(std::int64_t device, const link::SensorReading& reading,
                               Alerts& alerts, std::int64_t now_ms);
  Result<void> look_at_moisture(std::int64_t device, const link::SensorReading& reading,
                                Alerts& alerts, std::int64_t now_ms);
  Result<void> look_at_water(std::int64_t device, Alerts& alerts, std::int64_t now_ms);

  Database& database_;
  const Settings& settings_;
  Statement keep_;
  Statement last_;
};

}  // namespace sengi::station
