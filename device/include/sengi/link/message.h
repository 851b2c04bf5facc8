// SPDX-License-Identifier: Apache-2.0
// What all uplinks share: byte 0 says which message, byte 1 how many bytes follow it, as in the
// messages of OpenCollar Edge, whose free ids and LoRaWAN ports these take. SPEC.md has every bit.
//
// Each message decodes alone. What begins with a Lead says when in full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sengi/link/bits.h"

namespace sengi::link {

inline constexpr std::size_t message_bytes_max = 51;  // EU868 at its slowest rates
inline constexpr std::size_t floor_bytes = 11;        // US915 at its slowest
inline constexpr std::size_t header_bytes = 2;
inline constexpr std::uint32_t format_version = 0;

enum class Id : std::uint8_t {
  positions = 0x96,      // many fixes
  lone_position = 0xFB,  // one fix in 11 bytes
  clip = 0xEF,           // a piece of what was heard
  event = 0x9D,
  budget = 0x9E,
  status = 0x9F,
  readings = 0xE7,  // of sensors
  reply = 0xEE,     // to a downlink
};

// The LoRaWAN port of a message; 0 where the id is none of ours.
constexpr std::uint8_t port_of(std::uint8_t id) {
  switch (static_cast<Id>(id)) {
    case Id::lone_position:
      return 8;
    case Id::reply:
      return 17;
    case Id::positions:
      return 23;
    case Id::clip:
    case Id::event:
      return 24;
    case Id::budget:
      return 25;
    case Id::readings:
    case Id::status:
      return 26;
  }
  return 0;
}

// Downlinks come on the port that their replies go out on.
inline constexpr std::uint8_t downlink_port = 17;

enum class Error : std::uint8_t {
  none,
  too_short,     // ends before what it must hold
  wrong_id,      // another message, or none
  wrong_length,  // byte 1 is not the number of bytes that follow
  wrong_version,
  out_of_range,  // a field holds what it cannot
  padding,       // bits after the last field that are not zero
  no_room,       // the output is smaller than the smallest form
  wrong_check,   // a checksum differs
};

// Where a message is wrong: the byte, counted from 0 of the frame; of one that is too short, the
// one that is missing.
struct Fault {
  Error error = Error::none;
  std::uint8_t byte = 0;

  constexpr bool ok() const { return error == Error::none; }
};

constexpr Fault fault_at(Error error, std::size_t byte) {
  return {error, static_cast<std::uint8_t>(byte < 255 ? byte : 255)};
}

// What an encoder made.
struct Encoded {
  Error error = Error::none;
  std::uint8_t bytes = 0;  // of the frame
  std::uint8_t taken = 0;  // how many of the things it was given are in it
};

// Opens messages: 43 bits.
struct Lead {
  std::uint8_t sequence = 0;  // low 8 bits of the sender's count
  bool clock_set = true;      // false: the clock had not been set since the reset, time is a guess
  std::uint32_t time_s = 0;   // Unix time
};
inline constexpr unsigned lead_bits = 2 + 8 + 1 + 32;

constexpr void put_lead(BitWriter& writer, const Lead& lead) {
  writer.put(format_version, 2);
  writer.put(lead.sequence, 8);
  writer.put(lead.clock_set ? 1 : 0, 1);
  writer.put(lead.time_s, 32);
}

// A frame's two bytes against what it is. On success `payload` is what follows them.
constexpr Fault open_frame(std::span<const std::uint8_t> frame, Id id,
                           std::span<const std::uint8_t>& payload) {
  if (frame.size() < header_bytes) return fault_at(Error::too_short, frame.size());
  if (frame[0] != static_cast<std::uint8_t>(id)) return fault_at(Error::wrong_id, 0);
  if (frame[1] != frame.size() - header_bytes) return fault_at(Error::wrong_length, 1);
  payload = frame.subspan(header_bytes);
  return {};
}

constexpr Fault take_lead(BitReader& reader, Lead& lead) {
  if (reader.left() < lead_bits) {
    return fault_at(Error::too_short, header_bytes + reader.size());
  }
  if (reader.take(2) != format_version) return fault_at(Error::wrong_version, header_bytes);
  lead.sequence = static_cast<std::uint8_t>(reader.take(8));
  lead.clock_set = reader.take(1) != 0;
  lead.time_s = reader.take(32);
  return {};
}

// The byte that a reader of the payload stands at.
constexpr std::size_t frame_byte(const BitReader& reader) { return header_bytes + reader.byte(); }

// After the last field.
constexpr Fault close_frame(BitReader& reader) {
  const std::size_t at = frame_byte(reader);
  return reader.at_end() ? Fault{} : fault_at(Error::padding, at);
}

// Writes the two bytes before a payload that is already in its place.
constexpr Encoded seal_frame(std::span<std::uint8_t> frame, Id id, const BitWriter& payload,
                             std::uint8_t taken = 1) {
  if (!payload.ok()) return {Error::no_room};
  frame[0] = static_cast<std::uint8_t>(id);
  frame[1] = static_cast<std::uint8_t>(payload.bytes());
  return {Error::none, static_cast<std::uint8_t>(payload.bytes() + header_bytes), taken};
}

// Where an encoder may put a payload: at most message_bytes_max of the frame, header excluded.
constexpr std::span<std::uint8_t> payload_room(std::span<std::uint8_t> frame) {
  if (frame.size() < header_bytes) return {};
  const std::size_t bytes = frame.size() < message_bytes_max ? frame.size() : message_bytes_max;
  return frame.subspan(header_bytes, bytes - header_bytes);
}

}  // namespace sengi::link
