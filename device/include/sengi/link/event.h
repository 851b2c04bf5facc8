// SPDX-License-Identifier: Apache-2.0
// What should not wait: one message each, 11 bytes, or 17 with where it was.
#pragma once

#include "sengi/link/fix.h"

namespace sengi::link {

enum class EventKind : std::uint8_t {
  zone_warning = 0,  // heading into a zone
  zone_entry = 1,
  zone_exit = 2,
  immobility = 3,  // has not moved for longer than it should
  movement = 4,    // moves again after immobility
  call = 5,        // heard; the lead's time is when it began
  battery_low = 6,
  reset = 7,
};
inline constexpr std::uint8_t event_kinds = 8;

enum class ResetCause : std::uint8_t {
  unknown = 0,
  power_on = 1,
  brown_out = 2,
  watchdog = 3,
  software = 4,
  pin = 5,
  lockup = 6,
};
inline constexpr std::uint8_t reset_causes = 7;

// Only the fields of its kind count; the others are neither sent nor set.
struct Event {
  Lead lead;
  EventKind kind = EventKind::reset;
  bool has_position = false;
  Fix position;  // latitude and longitude alone

  std::uint16_t zone = 0;                // zone_*: 0 .. 1,023
  std::uint8_t probability_percent = 0;  // zone_*: 0 .. 100
  std::uint8_t minutes_to_entry = 0;     // zone_*: 255 is that or more
  std::uint16_t still_min = 0;       // immobility, movement: how long it has not moved, or had not
  std::uint8_t call_class = 0;       // call: 0 .. 31
  std::uint8_t score = 0;            // call: as the detector has it, 0 .. 255
  std::uint8_t duration_ds = 0;      // call: tenths of a second; 255 is that or more
  std::uint16_t battery_mv = 0;      // battery_low: 0 .. 8,191
  std::uint8_t battery_percent = 0;  // battery_low: 0 .. 100
  ResetCause cause = ResetCause::unknown;  // reset
  std::uint16_t boots = 0;                 // reset: starts so far
};

namespace event_parts {

inline constexpr unsigned body_bits = 25;  // so that lead, kind and body fill 9 bytes

constexpr bool in_range(const Event& event) {
  switch (event.kind) {
    case EventKind::zone_warning:
    case EventKind::zone_entry:
    case EventKind::zone_exit:
      return event.zone < 1024 && event.probability_percent <= 100;
    case EventKind::call:
      return event.call_class < 32;
    case EventKind::battery_low:
      return event.battery_mv < 8192 && event.battery_percent <= 100;
    case EventKind::reset:
      return static_cast<std::uint8_t>(event.cause) < reset_causes;
    case EventKind::immobility:
    case EventKind::movement:
      return true;
  }
  return false;
}

constexpr void put_body(BitWriter& writer, const Event& event) {
  switch (event.kind) {
    case EventKind::zone_warning:
    case EventKind::zone_entry:
    case EventKind::zone_exit:
      writer.put(event.zone, 10);
      writer.put(event.probability_percent, 7);
      writer.put(event.minutes_to_entry, 8);
      break;
    case EventKind::immobility:
    case EventKind::movement:
      writer.put(event.still_min, 16);
      writer.put(0, 9);
      break;
    case EventKind::call:
      writer.put(event.call_class, 5);
      writer.put(event.score, 8);
      writer.put(event.duration_ds, 8);
      writer.put(0, 4);
      break;
    case EventKind::battery_low:
      writer.put(event.battery_mv, 13);
      writer.put(event.battery_percent, 7);
      writer.put(0, 5);
      break;
    case EventKind::reset:
      writer.put(static_cast<std::uint8_t>(event.cause), 4);
      writer.put(event.boots, 16);
      writer.put(0, 5);
      break;
  }
}

// Returns whether the bits that the kind leaves free are zero.
constexpr bool take_body(BitReader& reader, Event& event) {
  switch (event.kind) {
    case EventKind::zone_warning:
    case EventKind::zone_entry:
    case EventKind::zone_exit:
      event.zone = static_cast<std::uint16_t>(reader.take(10));
      event.probability_percent = static_cast<std::uint8_t>(reader.take(7));
      event.minutes_to_entry = static_cast<std::uint8_t>(reader.take(8));
      return true;
    case EventKind::immobility:
    case EventKind::movement:
      event.still_min = static_cast<std::uint16_t>(reader.take(16));
      return reader.take(9) == 0;
    case EventKind::call:
      event.call_class = static_cast<std::uint8_t>(reader.take(5));
      event.score = static_cast<std::uint8_t>(reader.take(8));
      event.duration_ds = static_cast<std::uint8_t>(reader.take(8));
      return reader.take(4) == 0;
    case EventKind::battery_low:
      event.battery_mv = static_cast<std::uint16_t>(reader.take(13));
      event.battery_percent = static_cast<std::uint8_t>(reader.take(7));
      return reader.take(5) == 0;
    case EventKind::reset:
      event.cause = static_cast<ResetCause>(reader.take(4));
      event.boots = static_cast<std::uint16_t>(reader.take(16));
      return reader.take(5) == 0;
  }
  return false;
}

}  // namespace event_parts

// Writes 17 bytes where there is a position and the frame has room for it, else 11.
// Errors: out_of_range: a field of its kind, or the position; no_room.
constexpr Encoded encode_event(const Event& event, std::span<std::uint8_t> frame) {
  if (!event_parts::in_range(event)) return {Error::out_of_range};
  if (event.has_position && !on_earth(event.position)) return {Error::out_of_range};
  const std::span<std::uint8_t> room = payload_room(frame);
  BitWriter writer(room);
  put_lead(writer, event.lead);
  writer.put(static_cast<std::uint8_t>(event.kind), 4);
  event_parts::put_body(writer, event);
  if (event.has_position && 8 * room.size() >= writer.bits() + row_bits + column_bits) {
    put_point(writer, to_grid(event.position));
  }
  return seal_frame(frame, Id::event, writer);
}

constexpr Fault decode_event(std::span<const std::uint8_t> frame, Event& event) {
  std::span<const std::uint8_t> payload;
  if (const Fault fault = open_frame(frame, Id::event, payload); !fault.ok()) return fault;
  BitReader reader(payload);
  event = {};
  if (const Fault fault = take_lead(reader, event.lead); !fault.ok()) return fault;
  const std::size_t at = frame_byte(reader);
  if (reader.left() < 4 + event_parts::body_bits) return fault_at(Error::too_short, frame.size());
  const std::uint32_t kind = reader.take(4);
  if (kind >= event_kinds) return fault_at(Error::out_of_range, at);
  event.kind = static_cast<EventKind>(kind);
  const std::size_t body_at = frame_byte(reader);
  const bool clear = event_parts::take_body(reader, event);
  if (!event_parts::in_range(event)) return fault_at(Error::out_of_range, body_at);
  if (!clear) return fault_at(Error::padding, body_at);
  if (reader.left() > 0) {
    GridPoint point;
    if (const Fault fault = take_point(reader, point); !fault.ok()) return fault;
    event.position = from_grid(point);
    event.has_position = true;
  }
  return close_frame(reader);
}

}  // namespace sengi::link
