// SPDX-License-Identifier: Apache-2.0
#include "station/reading.h"

#include <cmath>

#include "link/uplink.h"

namespace sengi::station {
namespace {

namespace oc = link::opencollar;

std::int64_t ms_of(std::uint32_t time_s) { return std::int64_t{time_s} * 1000; }

// Collars that are not ours send what their receiver gave, which is nothing before its first fix.
void add_place(Reading& reading, std::uint32_t time_s, std::int32_t latitude_e7,
               std::int32_t longitude_e7) {
  const bool on_earth = std::abs(std::int64_t{latitude_e7}) <= 900'000'000 &&
                        std::abs(std::int64_t{longitude_e7}) <= 1'800'000'000;
  const bool nowhere = latitude_e7 == 0 && longitude_e7 == 0;
  if (time_s == 0 || !on_earth || nowhere) return;
  reading.positions.push_back({ms_of(time_s), latitude_e7, longitude_e7});
}

struct Reader {
  Reading& reading;

  void take_lead(const link::Lead& lead) {
    if (!lead.clock_set) return;
    reading.time_ms = ms_of(lead.time_s);
    reading.unique = true;
  }

  void operator()(const link::Positions& positions) {
    reading.kind = "positions";
    take_lead(positions.lead);
    if (!positions.lead.clock_set || positions.fixes.empty()) return;
    for (const link::Fix& fix : positions.fixes) {
      reading.positions.push_back({ms_of(fix.time_s), fix.latitude_e7, fix.longitude_e7});
    }
    reading.time_ms = reading.positions.back().time_ms;
  }
  void operator()(const link::LonePosition& lone) {
    reading.kind = "position";
    if (!lone.fix.clock_set) return;
    reading.time_ms = ms_of(lone.fix.time_s);
    reading.unique = true;
    reading.positions.push_back({*reading.time_ms, lone.fix.latitude_e7, lone.fix.longitude_e7});
  }
  void operator()(const link::Event& event) {
    reading.kind = "event";
    take_lead(event.lead);
    reading.event = event;
    if (event.kind == link::EventKind::battery_low) reading.battery_mv = event.battery_mv;
    if (event.has_position && event.lead.clock_set) {
      reading.positions.push_back(
          {ms_of(event.lead.time_s), event.position.latitude_e7, event.position.longitude_e7});
    }
  }
  void operator()(const link::Budget& budget) {
    reading.kind = "budget";
    reading.budget = budget;
    take_lead(budget.lead);
  }
  void operator()(const link::Status& status) {
    reading.kind = "status";
    take_lead(status.lead);
    reading.battery_mv = status.battery_mv;
    reading.temperature_c = status.temperature_c;
    reading.status = status;
  }
  void operator()(const link::Readings& readings) {
    reading.kind = "readings";
    take_lead(readings.lead);
    reading.sensors.assign(readings.readings, readings.readings + readings.count);
    // What a thermometer in the soil says is no weather.
    for (const link::SensorReading& one : reading.sensors) {
      if (one.quantity != link::Quantity::air_temperature || one.value == link::no_value) continue;
      reading.temperature_c = static_cast<int>(std::lround(one.value / 100.0));
    }
  }
  void operator()(const link::Clip&) { reading.kind = "clip"; }  // nor does this
  void operator()(const link::Reply& reply) {                    // says no time
    reading.kind = "reply";
    reading.reply = reply;
  }

  void operator()(const oc::GnssNav&) { reading.kind = "opencollar_gnss"; }
  void operator()(const oc::Location& location) {
    reading.kind = "opencollar_location";
    if (location.success != 0) {
      add_place(reading, location.time_s, location.latitude_e7, location.longitude_e7);
    }
  }
  void operator()(const oc::DeviceStatus& status) {
    reading.kind = "opencollar_status";
    reading.battery_mv = status.battery * 10 + 2500;
    reading.temperature_c = static_cast<int>(std::lround(status.temperature * 200 / 255.0 - 100));
  }
  void operator()(const oc::Fence&) { reading.kind = "opencollar_fence"; }
  void operator()(const oc::ShortLocation& location) {
    reading.kind = "opencollar_short_location";
    add_place(reading, location.time_s, location.latitude_e7, location.longitude_e7);
  }
  void operator()(const oc::Timestamp& timestamp) {
    reading.kind = "opencollar_timestamp";
    if (timestamp.time_s != 0) reading.time_ms = ms_of(timestamp.time_s);
  }
  void operator()(const oc::Switch&) { reading.kind = "opencollar_switch"; }
  void operator()(const oc::AirQuality&) { reading.kind = "opencollar_air_quality"; }
  void operator()(const oc::Records&) { reading.kind = "opencollar_records"; }
  // What its flash had kept is of other times; only where it was counts.
  void operator()(const link::FlashLog& log) {
    for (const link::FlashLog::Entry& entry : log.entries) {
      if (entry.message.empty()) continue;
      Reading kept;
      std::visit(Reader{kept}, entry.message.front());
      reading.positions.insert(reading.positions.end(), kept.positions.begin(),
                               kept.positions.end());
    }
    reading.kind = "opencollar_flash_log";
  }
};

}  // namespace

Reading read(const Received& received) {
  Reading reading;
  if (received.payload.empty()) {
    reading.fault = "no payload: the radio's own commands";
    return reading;
  }
  const auto uplink = link::decode_uplink(received.payload, received.port);
  if (!uplink.ok()) {
    reading.fault = uplink.error().message;
    return reading;
  }
  std::visit(Reader{reading}, uplink.value());
  const bool dated = !reading.positions.empty() && reading.kind.starts_with("opencollar_");
  if (dated && !reading.time_ms) reading.time_ms = reading.positions.back().time_ms;
  return reading;
}

}  // namespace sengi::station
