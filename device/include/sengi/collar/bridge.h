// SPDX-License-Identifier: Apache-2.0
// The sensor bridge: what happens to a collar, and what it wants done, as records over two serial
// lines (SPEC.md, "The sensor bridge"). With it the firmware's logic runs on a board or in an
// emulator whose sensors, radio and time are another machine's. Each record to the collar but `end`
// is answered by one `todo`.
#pragma once

#include "sengi/collar/input.h"
#include "sengi/collar/record.h"
#include "sengi/collar/spec.h"
#include "sengi/link/event.h"

namespace sengi::collar {

struct Begin {
  link::ResetCause cause = link::ResetCause::power_on;
  bool accelerometer = true;
  bool microphone = true;
  link::Region region = link::Region::eu868;
  std::uint8_t data_rate = 0;
  std::uint8_t message_bytes = link::message_bytes_max;
  std::uint16_t fix_for_s = 90;
  std::uint16_t window_every_s = 300;
  std::uint16_t still_below = 100;
  std::uint32_t utc_s = 0;
  power::Currents currents{};
  std::uint8_t key[16] = {};  // AppKey
};

// What stands in the image.
struct Image {
  std::uint16_t firmware_version = 0;
  std::uint16_t model_version = 0;
  std::uint8_t behaviours = 0;
  std::span<const std::uint8_t> zones{};
  Layout layout;
};

inline Spec spec_of(const Begin& begin, const Image& image) {
  Spec spec;
  spec.firmware_version = image.firmware_version;
  spec.model_version = image.model_version;
  spec.behaviours = image.behaviours;
  spec.factory_zones = image.zones;
  spec.layout = image.layout;
  spec.accelerometer = begin.accelerometer;
  spec.microphone = begin.microphone;
  spec.radio.region = begin.region;
  spec.radio.data_rate = begin.data_rate;
  spec.message_bytes = begin.message_bytes;
  spec.fix_for_s = begin.fix_for_s;
  spec.window_every_s = begin.window_every_s;
  spec.still_below = begin.still_below;
  spec.currents = begin.currents;
  return spec;
}

// A window as the collar judged it, for whoever watches.
struct Judged {
  std::uint8_t label = 0xFF;  // 0xFF: there was no window, or nothing was said of it
  Spread spread;
};

// At the end.
struct Report {
  std::uint32_t collar_bytes = 0;  // RAM of the collar
  std::uint32_t records = 0;       // taken
  std::uint32_t sleeps = 0;        // how often the processor slept
  std::uint32_t wakes = 0;         // interrupts that woke it, or came while it was awake
  std::uint32_t erasures = 0;      // of flash sectors
  std::uint32_t programmed = 0;    // bytes
  std::uint32_t charge_uah[power::consumers] = {};
};

namespace bridge_form {

inline void put_currents(RecordWriter& writer, const power::Currents& currents) {
  for (const std::uint32_t current : currents.microamps_x100) writer.put(current, 4);
  writer.put(currents.gps_backup_x100, 4);
}

}  // namespace bridge_form

inline std::span<const std::uint8_t> write_begin(const Begin& begin, std::span<std::uint8_t> out) {
  RecordWriter writer(out, RecordKind::begin);
  writer.put(static_cast<std::uint8_t>(begin.cause), 1);
  writer.put((begin.accelerometer ? 1U : 0U) | (begin.microphone ? 2U : 0U), 1);
  writer.put(static_cast<std::uint8_t>(begin.region), 1);
  writer.put(begin.data_rate, 1);
  writer.put(begin.message_bytes, 1);
  writer.put(begin.fix_for_s, 2);
  writer.put(begin.window_every_s, 2);
  writer.put(begin.still_below, 2);
  writer.put(begin.utc_s, 4);
  bridge_form::put_currents(writer, begin.currents);
  writer.put(begin.key);
  return writer.finish();
}

// false where it is none that a collar can be made by.
inline bool read_begin(std::span<const std::uint8_t> payload, Begin& begin) {
  RecordFields fields(payload);
  const std::uint8_t cause = fields.byte();
  const std::uint8_t fitted = fields.byte();
  const std::uint8_t region = fields.byte();
  begin.data_rate = fields.byte();
  begin.message_bytes = fields.byte();
  begin.fix_for_s = fields.half();
  begin.window_every_s = fields.half();
  begin.still_below = fields.half();
  begin.utc_s = fields.take(4);
  for (std::uint32_t& current : begin.currents.microamps_x100) current = fields.take(4);
  begin.currents.gps_backup_x100 = fields.take(4);
  const std::span<const std::uint8_t> key = fields.bytes(sizeof begin.key);
  if (!fields.ok() || cause >= link::reset_causes || fitted > 3 || region > 1) return false;
  for (std::size_t i = 0; i < key.size(); ++i) begin.key[i] = key[i];
  begin.cause = static_cast<link::ResetCause>(cause);
  begin.accelerometer = (fitted & 1U) != 0;
  begin.microphone = (fitted & 2U) != 0;
  begin.region = static_cast<link::Region>(region);
  const std::uint8_t room = link::uplink_data_rate(begin.region, begin.data_rate).payload_max;
  return begin.window_every_s > 0 && begin.fix_for_s > 0 &&
         begin.message_bytes >= link::floor_bytes &&
         begin.message_bytes <= link::message_bytes_max && begin.message_bytes <= room;
}

inline std::span<const std::uint8_t> write_input(const Input& input, std::span<std::uint8_t> out) {
  RecordWriter writer(out, RecordKind::input);
  writer.put(static_cast<std::uint8_t>(input.what), 1);
  writer.put(input.uptime_s, 4);
  switch (input.what) {
    case What::fix:
      writer.put(input.spent_ms, 4);
      writer.put(input.utc_s, 4);
      writer.put(static_cast<std::uint32_t>(input.position.latitude_e7), 4);
      writer.put(static_cast<std::uint32_t>(input.position.longitude_e7), 4);
      break;
    case What::no_fix:
    case What::listened:
      writer.put(input.spent_ms, 4);
      break;
    case What::call:
      writer.put(input.label, 1);
      writer.put(input.score, 1);
      writer.put(input.duration_ds, 1);
      break;
    case What::battery:
      writer.put(input.battery_mv, 2);
      writer.put(input.battery_permille, 2);
      writer.put(static_cast<std::uint16_t>(input.temperature_c), 2);
      break;
    case What::downlink:
      writer.put(input.bytes);
      break;
    case What::timer:
    case What::window:  // comes as rows
    case What::acknowledged:
    case What::silent:
      break;
  }
  return writer.finish();
}

// `input.bytes` stays in the payload.
inline bool read_input(std::span<const std::uint8_t> payload, Input& input) {
  RecordFields fields(payload);
  input = {};
  const std::uint8_t what = fields.byte();
  if (what >= whats || static_cast<What>(what) == What::window) return false;
  input.what = static_cast<What>(what);
  input.uptime_s = fields.take(4);
  switch (input.what) {
    case What::fix:
      input.spent_ms = fields.take(4);
      input.utc_s = fields.take(4);
      input.position.latitude_e7 = static_cast<std::int32_t>(fields.take(4));
      input.position.longitude_e7 = static_cast<std::int32_t>(fields.take(4));
      break;
    case What::no_fix:
    case What::listened:
      input.spent_ms = fields.take(4);
      break;
    case What::call:
      input.label = fields.byte();
      input.score = fields.byte();
      input.duration_ds = fields.byte();
      break;
    case What::battery:
      input.battery_mv = fields.half();
      input.battery_permille = fields.half();
      input.temperature_c = static_cast<std::int16_t>(fields.half());
      break;
    case What::downlink:
      input.bytes = fields.bytes(fields.left());
      break;
    case What::timer:
    case What::window:
    case What::acknowledged:
    case What::silent:
      break;
  }
  return fields.ok();
}

// Rows [rows][axes] of a window that ended at that uptime.
inline std::span<const std::uint8_t> write_rows(std::uint32_t uptime_s, std::uint8_t axes,
                                                std::span<const std::int16_t> rows,
                                                std::span<std::uint8_t> out) {
  RecordWriter writer(out, RecordKind::rows);
  writer.put(uptime_s, 4);
  writer.put(axes, 1);
  for (const std::int16_t value : rows) writer.put(static_cast<std::uint16_t>(value), 2);
  return writer.finish();
}

// `count` numbers into `values`; false where there are more than fit, or none, or no whole rows.
inline bool read_rows(std::span<const std::uint8_t> payload, std::uint32_t& uptime_s,
                      std::uint8_t& axes, std::span<std::int16_t> values, std::size_t& count) {
  RecordFields fields(payload);
  uptime_s = fields.take(4);
  axes = fields.byte();
  count = fields.left() / 2;
  if (axes == 0 || axes > axes_max || count == 0 || count > values.size() || count % axes != 0) {
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<std::int16_t>(fields.half());
  return fields.ok();
}

// Samples that fit into a record.
inline constexpr std::size_t sound_samples_most = (record_payload_most - 4) / 2;

// What the microphone gave up to that uptime; none: listening is over for now, or calls that wait
// are asked for.
inline std::span<const std::uint8_t> write_sound(std::uint32_t uptime_s,
                                                 std::span<const std::int16_t> samples,
                                                 std::span<std::uint8_t> out) {
  RecordWriter writer(out, RecordKind::sound);
  writer.put(uptime_s, 4);
  for (const std::int16_t sample : samples) writer.put(static_cast<std::uint16_t>(sample), 2);
  return writer.finish();
}

// Gives each sample to hear(sample), in order. false where it is no such record.
template <typename Hear>
bool read_sound(std::span<const std::uint8_t> payload, std::uint32_t& uptime_s, Hear hear) {
  if (payload.size() < 4 || payload.size() % 2 != 0) return false;
  RecordFields fields(payload);
  uptime_s = fields.take(4);
  while (fields.left() > 0) hear(static_cast<std::int16_t>(fields.half()));
  return true;
}

inline std::span<const std::uint8_t> write_todo(const Todo& todo, const Judged& judged,
                                                std::span<std::uint8_t> out) {
  RecordWriter writer(out, RecordKind::todo);
  writer.put((todo.refused ? 1U : 0U) | (todo.measure ? 2U : 0U) | (todo.gps_ready ? 4U : 0U) |
                 (todo.more_calls ? 8U : 0U),
             1);
  writer.put(todo.fix_for_s, 2);
  writer.put(todo.listen_for_s, 2);
  writer.put(todo.wake_s, 4);
  writer.put(judged.label, 1);
  writer.put(judged.spread.axes, 1);
  for (const std::uint16_t value : judged.spread.value) writer.put(value, 2);
  writer.put(todo.send.port, 1);
  writer.put(todo.send.airtime_us, 4);
  writer.put({todo.send.frame, todo.send.bytes});
  return writer.finish();
}

inline bool read_todo(std::span<const std::uint8_t> payload, Todo& todo, Judged& judged) {
  RecordFields fields(payload);
  const std::uint8_t flags = fields.byte();
  todo = {};
  todo.refused = (flags & 1U) != 0;
  todo.measure = (flags & 2U) != 0;
  todo.gps_ready = (flags & 4U) != 0;
  todo.more_calls = (flags & 8U) != 0;
  todo.fix_for_s = fields.half();
  todo.listen_for_s = fields.half();
  todo.wake_s = fields.take(4);
  judged.label = fields.byte();
  judged.spread.axes = fields.byte();
  for (std::uint16_t& value : judged.spread.value) value = fields.half();
  todo.send.port = fields.byte();
  todo.send.airtime_us = fields.take(4);
  if (fields.left() > sizeof todo.send.frame) return false;
  todo.send.bytes = static_cast<std::uint8_t>(fields.left());
  const std::span<const std::uint8_t> frame = fields.bytes(fields.left());
  for (std::size_t i = 0; i < frame.size(); ++i) todo.send.frame[i] = frame[i];
  return fields.ok();
}

inline std::span<const std::uint8_t> write_report(const Report& report,
                                                  std::span<std::uint8_t> out) {
  RecordWriter writer(out, RecordKind::report);
  for (const std::uint32_t count : {report.collar_bytes, report.records, report.sleeps,
                                    report.wakes, report.erasures, report.programmed}) {
    writer.put(count, 4);
  }
  for (const std::uint32_t charge : report.charge_uah) writer.put(charge, 4);
  return writer.finish();
}

inline bool read_report(std::span<const std::uint8_t> payload, Report& report) {
  RecordFields fields(payload);
  for (std::uint32_t* count : {&report.collar_bytes, &report.records, &report.sleeps, &report.wakes,
                               &report.erasures, &report.programmed}) {
    *count = fields.take(4);
  }
  for (std::uint32_t& charge : report.charge_uah) charge = fields.take(4);
  return fields.ok();
}

}  // namespace sengi::collar
