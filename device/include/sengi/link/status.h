// SPDX-License-Identifier: Apache-2.0
// How the device is: 11 bytes of what matters most, or up to 51 with versions, what waits to be
// sent, and where the charge goes.
#pragma once

#include "sengi/link/message.h"

namespace sengi::link {

// Bits of Status::errors.
enum class StatusError : std::uint16_t {
  gps = 1U << 0,            // no fix since the last status
  accelerometer = 1U << 1,  // silent, or an axis is stuck
  microphone = 1U << 2,
  radio = 1U << 3,     // nothing acknowledged since the last status
  flash = 1U << 4,     // a sector was given up
  clock = 1U << 5,     // jumped, or is not set
  zones = 1U << 6,     // none in use, or the latest rolled back
  settings = 1U << 7,  // the defaults in use, or the latest rolled back
  lost = 1U << 8,      // messages were dropped for want of room
};

// Versions are 0 where there is none, of firmware major 4 bits, minor 6, patch 6.
struct Status {
  static constexpr std::uint8_t states_max = 13;

  Lead lead;
  std::uint16_t battery_mv = 0;    // 0 .. 8,190, sent in steps of 2
  std::int16_t temperature_c = 0;  // -100 .. 155
  std::uint16_t errors = 0;        // StatusError, 9 bits

  bool full = false;  // whether what follows is sent or was
  std::uint16_t firmware = 0;
  std::uint16_t model = 0;
  std::uint16_t zones = 0;
  std::uint16_t settings = 0;
  std::uint16_t waiting = 0;  // messages not yet acknowledged; 4,095 is that or more
  std::uint16_t lost = 0;     // messages ever dropped; 4,095 is that or more
  std::uint16_t boots = 0;
  std::uint8_t states = 0;                    // 0 .. states_max
  std::uint32_t charge_uah[states_max] = {};  // since the last full status, by state of the device;
                                              // up to 655,350, sent in steps of 10
};

constexpr std::uint16_t firmware_version(unsigned major, unsigned minor, unsigned patch) {
  return static_cast<std::uint16_t>(((major & 15U) << 12) | ((minor & 63U) << 6) | (patch & 63U));
}

// Writes the full form where it is asked for and has room with all its states, else 11 bytes.
// Numbers beyond what they can be sent as (battery, temperature, counts, charge) become the
// nearest. Errors: out_of_range: errors or states; no_room.
constexpr Encoded encode_status(const Status& status, std::span<std::uint8_t> frame) {
  constexpr auto at_most = [](std::uint32_t value, std::uint32_t most) {
    return value < most ? value : most;
  };
  if (status.errors >= 512 || status.states > Status::states_max) return {Error::out_of_range};
  const std::span<std::uint8_t> room = payload_room(frame);
  BitWriter writer(room);
  put_lead(writer, status.lead);
  writer.put(at_most(status.battery_mv / 2U, 4095), 12);
  const int warm = status.temperature_c + 100;
  writer.put(static_cast<std::uint32_t>(warm < 0 ? 0 : (warm > 255 ? 255 : warm)), 8);
  writer.put(status.errors, 9);
  const std::size_t full_bits = writer.bits() + 64 + 12 + 12 + 16 + 4 + 16U * status.states;
  if (status.full && full_bits <= 8 * room.size()) {
    writer.put(status.firmware, 16);
    writer.put(status.model, 16);
    writer.put(status.zones, 16);
    writer.put(status.settings, 16);
    writer.put(at_most(status.waiting, 4095), 12);
    writer.put(at_most(status.lost, 4095), 12);
    writer.put(status.boots, 16);
    writer.put(status.states, 4);
    for (std::uint8_t i = 0; i < status.states; ++i) {
      writer.put(at_most(status.charge_uah[i] / 10, 65'535), 16);
    }
  }
  return seal_frame(frame, Id::status, writer);
}

constexpr Fault decode_status(std::span<const std::uint8_t> frame, Status& status) {
  std::span<const std::uint8_t> payload;
  if (const Fault fault = open_frame(frame, Id::status, payload); !fault.ok()) return fault;
  BitReader reader(payload);
  status = {};
  if (const Fault fault = take_lead(reader, status.lead); !fault.ok()) return fault;
  if (reader.left() < 29) return fault_at(Error::too_short, frame.size());
  status.battery_mv = static_cast<std::uint16_t>(2 * reader.take(12));
  status.temperature_c = static_cast<std::int16_t>(static_cast<std::int32_t>(reader.take(8)) - 100);
  status.errors = static_cast<std::uint16_t>(reader.take(9));
  status.full = reader.left() > 0;
  if (!status.full) return {};
  if (reader.left() < 64 + 12 + 12 + 16 + 4) return fault_at(Error::too_short, frame.size());
  status.firmware = static_cast<std::uint16_t>(reader.take(16));
  status.model = static_cast<std::uint16_t>(reader.take(16));
  status.zones = static_cast<std::uint16_t>(reader.take(16));
  status.settings = static_cast<std::uint16_t>(reader.take(16));
  status.waiting = static_cast<std::uint16_t>(reader.take(12));
  status.lost = static_cast<std::uint16_t>(reader.take(12));
  status.boots = static_cast<std::uint16_t>(reader.take(16));
  const std::size_t at = frame_byte(reader);
  status.states = static_cast<std::uint8_t>(reader.take(4));
  if (status.states > Status::states_max) return fault_at(Error::out_of_range, at);
  if (reader.left() < 16U * status.states) return fault_at(Error::too_short, frame.size());
  for (std::uint8_t i = 0; i < status.states; ++i) status.charge_uah[i] = 10 * reader.take(16);
  return close_frame(reader);
}

}  // namespace sengi::link
