// SPDX-License-Identifier: Apache-2.0
// What sensors of a station in a field read at one moment: a few numbers, each of a kind of
// quantity and of a numbered sensor. What stands where the number is (a depth, a row of trees) the
// station's people know.
#pragma once

#include "sengi/link/message.h"

namespace sengi::link {

// The unit of one step is in the name's comment.
enum class Quantity : std::uint8_t {
  air_temperature = 0,   // 0.01 degrees Celsius
  soil_temperature = 1,  // likewise
  soil_moisture = 2,     // 0.0001 cubic metres of water a cubic metre of soil
  humidity = 3,          // 0.01 % relative
  pressure = 4,          // 0.1 hPa
  rain = 5,              // 0.1 mm since the reading before
  wind_speed = 6,        // 0.01 m/s
  irradiance = 7,        // 0.1 W/m2
  leaf_wetness = 8,      // 0.01 %
  water_level = 9,       // 1 mm
};
inline constexpr std::uint8_t quantities = 10;
inline constexpr std::uint8_t sensors_max = 16;  // of one quantity

// A sensor that is there and gave nothing.
inline constexpr std::int16_t no_value = -32'768;

struct SensorReading {
  Quantity quantity = Quantity::air_temperature;
  std::uint8_t sensor = 0;  // 0 .. sensors_max - 1
  std::int16_t value = no_value;
};

inline constexpr unsigned reading_bits = 5 + 4 + 16;
inline constexpr std::uint8_t readings_max = 13;  // in one message; 1 in 11 bytes

struct Readings {
  Lead lead;  // its time is when they were read
  std::uint8_t count = 0;
  SensorReading readings[readings_max] = {};
};

// Writes the readings that fit; `taken` says how many, and the rest is for the next message.
// Errors: out_of_range: a quantity or sensor; no_room, also for no readings.
constexpr Encoded encode_readings(const Lead& lead, std::span<const SensorReading> readings,
                                  std::span<std::uint8_t> frame) {
  const std::span<std::uint8_t> room = payload_room(frame);
  BitWriter writer(room);
  put_lead(writer, lead);
  std::uint8_t taken = 0;
  while (taken < readings.size() && taken < readings_max &&
         writer.bits() + reading_bits <= 8 * room.size()) {
    const SensorReading& one = readings[taken];
    const auto quantity = static_cast<std::uint8_t>(one.quantity);
    if (quantity >= quantities || one.sensor >= sensors_max) return {Error::out_of_range};
    writer.put(quantity, 5);
    writer.put(one.sensor, 4);
    writer.put(static_cast<std::uint16_t>(one.value), 16);
    ++taken;
  }
  if (taken == 0) return {Error::no_room};
  return seal_frame(frame, Id::readings, writer, taken);
}

constexpr Fault decode_readings(std::span<const std::uint8_t> frame, Readings& out) {
  std::span<const std::uint8_t> payload;
  if (const Fault fault = open_frame(frame, Id::readings, payload); !fault.ok()) return fault;
  BitReader reader(payload);
  out = Readings{};
  if (const Fault fault = take_lead(reader, out.lead); !fault.ok()) return fault;
  if (reader.left() < reading_bits) return fault_at(Error::too_short, frame.size());
  while (reader.left() >= reading_bits) {
    const std::size_t at = frame_byte(reader);
    const std::uint32_t quantity = reader.take(5);
    if (quantity >= quantities || out.count == readings_max) {
      return fault_at(Error::out_of_range, at);
    }
    SensorReading& one = out.readings[out.count++];
    one.quantity = static_cast<Quantity>(quantity);
    one.sensor = static_cast<std::uint8_t>(reader.take(4));
    one.value = static_cast<std::int16_t>(static_cast<std::uint16_t>(reader.take(16)));
  }
  return close_frame(reader);
}

}  // namespace sengi::link
