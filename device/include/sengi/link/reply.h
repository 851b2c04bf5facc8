// SPDX-License-Identifier: Apache-2.0
// What a device answers to a downlink: how far the transfer is, and which pieces are missing. It is
// about now, so it has no time of its own.
#pragma once

#include "sengi/link/message.h"

namespace sengi::link {

enum class BlobKind : std::uint8_t { settings = 0, zones = 1 };
inline constexpr std::uint8_t blob_kinds = 2;

enum class TransferState : std::uint8_t {
  none = 0,       // nothing begun
  receiving = 1,  // pieces are missing
  complete = 2,   // all are there, not yet checked
  trial = 3,      // in use, and rolled back unless confirmed
  in_use = 4,     // in use for good
  refused = 5,    // see the reason
};
inline constexpr std::uint8_t transfer_states = 6;

enum class Reason : std::uint8_t {
  none = 0,
  malformed = 1,       // not a downlink that this device knows
  old_version = 2,     // not newer than what is there
  too_large = 3,       // for the place it goes to
  other_transfer = 4,  // not of the transfer that was begun, or none was
  bad_piece = 5,       // a piece's index, length or checksum
  incomplete = 6,      // committed before all pieces were there
  bad_checksum = 7,    // of the whole; begin again
  bad_content = 8,     // the whole arrived and is not what a device can use
  on_trial = 9,        // what came before has yet to be confirmed
  flash_fault = 10,    // the memory would not take it
  bad_setting = 11,    // no such setting, or a value out of its bounds
};
inline constexpr std::uint8_t reasons = 12;

struct Reply {
  static constexpr std::uint16_t shown_max = 338;

  std::uint8_t sequence = 0;
  BlobKind kind = BlobKind::settings;
  TransferState state = TransferState::none;
  Reason reason = Reason::none;
  std::uint16_t version = 0;
  std::uint16_t first = 0;  // the piece of missing bit 0
  std::uint16_t shown = 0;  // pieces that have a bit
  std::uint8_t missing[(shown_max + 7) / 8] = {};

  constexpr bool is_missing(std::size_t i) const { return ((missing[i / 8] >> (i % 8)) & 1U) != 0; }
  constexpr void set_missing(std::size_t i) {
    missing[i / 8] = static_cast<std::uint8_t>(missing[i / 8] | (1U << (i % 8)));
  }
};

// Writes as many of the bits as fit: 18 into 11 bytes, 338 into 51. Errors: no_room, out_of_range.
constexpr Encoded encode_reply(const Reply& reply, std::span<std::uint8_t> frame) {
  if (reply.shown > Reply::shown_max) return {Error::out_of_range};
  const std::span<std::uint8_t> room = payload_room(frame);
  BitWriter writer(room);
  writer.put(format_version, 2);
  writer.put(reply.sequence, 8);
  writer.put(static_cast<std::uint8_t>(reply.kind), 3);
  writer.put(static_cast<std::uint8_t>(reply.state), 3);
  writer.put(static_cast<std::uint8_t>(reply.reason), 5);
  writer.put(reply.version, 16);
  writer.put(reply.first, 16);
  // The bits end with a one that is no piece, so that their number can be told.
  std::uint16_t put = 0;
  while (put < reply.shown && writer.bits() + 2 <= 8 * room.size()) {
    writer.put(reply.is_missing(put) ? 1 : 0, 1);
    ++put;
  }
  writer.put(1, 1);
  return seal_frame(frame, Id::reply, writer);
}

constexpr Fault decode_reply(std::span<const std::uint8_t> frame, Reply& reply) {
  std::span<const std::uint8_t> payload;
  if (const Fault fault = open_frame(frame, Id::reply, payload); !fault.ok()) return fault;
  BitReader reader(payload);
  reply = {};
  if (reader.left() < 54) return fault_at(Error::too_short, frame.size());
  if (reader.take(2) != format_version) return fault_at(Error::wrong_version, header_bytes);
  reply.sequence = static_cast<std::uint8_t>(reader.take(8));
  const std::size_t at = frame_byte(reader);
  reply.kind = static_cast<BlobKind>(reader.take(3));
  reply.state = static_cast<TransferState>(reader.take(3));
  reply.reason = static_cast<Reason>(reader.take(5));
  if (static_cast<std::uint8_t>(reply.kind) >= blob_kinds ||
      static_cast<std::uint8_t>(reply.state) >= transfer_states ||
      static_cast<std::uint8_t>(reply.reason) >= reasons) {
    return fault_at(Error::out_of_range, at);
  }
  reply.version = static_cast<std::uint16_t>(reader.take(16));
  reply.first = static_cast<std::uint16_t>(reader.take(16));
  // The last one in the frame ends the bits; it stands in the last byte.
  const std::uint8_t last = payload.back();
  if (last == 0) return fault_at(Error::padding, frame.size() - 1);
  const auto end = 8 * (payload.size() - 1) + static_cast<std::size_t>(std::bit_width(last)) - 1;
  const std::size_t start = 53;
  if (end < start || end - start > Reply::shown_max) return fault_at(Error::wrong_length, 1);
  reply.shown = static_cast<std::uint16_t>(end - start);
  for (std::size_t i = 0; i < reply.shown; ++i) {
    if (reader.take(1) != 0) reply.set_missing(i);
  }
  return {};
}

}  // namespace sengi::link
