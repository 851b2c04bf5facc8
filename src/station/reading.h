// SPDX-License-Identifier: Apache-2.0
// What an uplink says, as far as the station acts on it: whose message, of what time, from where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sengi/link/budget.h"
#include "sengi/link/event.h"
#include "sengi/link/readings.h"
#include "sengi/link/reply.h"
#include "sengi/link/status.h"
#include "station/received.h"

namespace sengi::station {

struct Position {
  std::int64_t time_ms = 0;
  std::int32_t latitude_e7 = 0;
  std::int32_t longitude_e7 = 0;

  bool operator==(const Position&) const = default;
};

struct Reading {
  std::string kind;   // as in its JSON: "positions", "opencollar_location"; empty where it is none
  std::string fault;  // why it cannot be read
  // When the device says it was made, where its clock was set.
  std::optional<std::int64_t> time_ms;
  // The device's own count and time stand in it, so that no other message has the same bytes.
  bool unique = false;
  std::vector<Position> positions;  // of known times
  std::optional<int> battery_mv;
  std::optional<int> temperature_c;
  std::optional<link::Event> event;
  std::vector<link::SensorReading> sensors;
  std::optional<link::Status> status;  // ours, of either length
  std::optional<link::Reply> reply;
  std::optional<link::Budget> budget;
};

// A payload that cannot be read is one more answer, no error: it is kept as it came.
Reading read(const Received& received);

}  // namespace sengi::station
