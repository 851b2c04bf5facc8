// SPDX-License-Identifier: Apache-2.0
// What a device can be told, in at most 51 bytes: single settings, and blobs in pieces. Byte 0
// holds the operation in its low half and the kind of blob in its high one; numbers are little
// endian.
//
//   begin     version u16, length u24, piece bytes u8, CRC-32 of the whole
//   piece     version u16, index u16, CRC-16 of byte 0 to here and of the data, data
//   commit    version u16                 check it and take it into use
//   query     version u16, first u16      which pieces from `first` on are missing?
//   confirm   version u16                 it works: keep it
//   roll_back version u16                 it does not: go back
//   set       version u16, settings of 5 bytes each
#pragma once

#include "sengi/crc.h"
#include "sengi/link/reply.h"

namespace sengi::link {

enum class Operation : std::uint8_t {
  begin = 1,
  piece = 2,
  commit = 3,
  query = 4,
  confirm = 5,
  roll_back = 6,
  set = 7,
};

inline constexpr std::size_t downlink_bytes_max = 51;
inline constexpr std::size_t downlink_piece_bytes_max = 44;

// Only the fields of its operation count.
struct Downlink {
  Operation operation = Operation::query;
  BlobKind kind = BlobKind::settings;
  std::uint16_t version = 0;
  std::uint32_t length = 0;                 // begin: 1 .. 2^24 - 1
  std::uint8_t piece_bytes = 0;             // begin
  std::uint32_t crc = 0;                    // begin
  std::uint16_t index = 0;                  // piece; query: first
  std::span<const std::uint8_t> data = {};  // piece: 1 .. 44 bytes; set: 1 .. 9 settings
};

namespace downlink_parts {

constexpr std::uint16_t piece_check(std::span<const std::uint8_t> frame) {
  return crc16(frame.subspan(7), crc16(frame.first(5)));
}

}  // namespace downlink_parts

// `downlink.data` stays in `frame`.
constexpr Fault decode_downlink(std::span<const std::uint8_t> frame, Downlink& downlink) {
  constexpr auto number = [](std::span<const std::uint8_t> bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      value |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
    }
    return value;
  };
  if (frame.size() < 3) return fault_at(Error::too_short, frame.size());
  if (frame.size() > downlink_bytes_max) return fault_at(Error::wrong_length, downlink_bytes_max);
  const std::uint8_t operation = frame[0] & 15U;
  const std::uint8_t kind = frame[0] >> 4;
  if (operation < 1 || operation > 7 || kind >= blob_kinds) return fault_at(Error::out_of_range, 0);
  downlink = {};
  downlink.operation = static_cast<Operation>(operation);
  downlink.kind = static_cast<BlobKind>(kind);
  downlink.version = static_cast<std::uint16_t>(number(frame.subspan(1, 2)));

  constexpr std::uint8_t least_bytes[] = {0, 11, 8, 3, 5, 3, 3, 8};
  const std::size_t least = least_bytes[operation];
  if (frame.size() < least) return fault_at(Error::too_short, frame.size());
  switch (downlink.operation) {
    case Operation::begin:
      downlink.length = number(frame.subspan(3, 3));
      downlink.piece_bytes = frame[6];
      downlink.crc = number(frame.subspan(7, 4));
      break;
    case Operation::piece:
      downlink.index = static_cast<std::uint16_t>(number(frame.subspan(3, 2)));
      downlink.data = frame.subspan(7);
      if (number(frame.subspan(5, 2)) != downlink_parts::piece_check(frame)) {
        return fault_at(Error::wrong_check, 5);
      }
      return {};
    case Operation::set:
      if (downlink.kind != BlobKind::settings) return fault_at(Error::out_of_range, 0);
      downlink.data = frame.subspan(3);
      return downlink.data.size() % 5 == 0 ? Fault{} : fault_at(Error::wrong_length, frame.size());
    case Operation::query:
      downlink.index = static_cast<std::uint16_t>(number(frame.subspan(3, 2)));
      break;
    case Operation::commit:
    case Operation::confirm:
    case Operation::roll_back:
      break;
  }
  return frame.size() == least ? Fault{} : fault_at(Error::wrong_length, least);
}

// Requires: what the fields above say. Errors: no_room; out_of_range.
constexpr Encoded encode_downlink(const Downlink& downlink, std::span<std::uint8_t> frame) {
  std::size_t at = 0;
  bool room = true;
  const auto put = [&](std::uint32_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, ++at) {
      if (at >= frame.size() || at >= downlink_bytes_max) room = false;
      if (room) frame[at] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  };
  put(static_cast<std::uint32_t>(downlink.operation) | static_cast<std::uint32_t>(downlink.kind)
                                                           << 4,
      1);
  put(downlink.version, 2);
  switch (downlink.operation) {
    case Operation::begin:
      if (downlink.length == 0 || downlink.length > 0xFFFFFF) return {Error::out_of_range};
      put(downlink.length, 3);
      put(downlink.piece_bytes, 1);
      put(downlink.crc, 4);
      break;
    case Operation::piece:
      if (downlink.data.empty()) return {Error::out_of_range};
      put(downlink.index, 2);
      put(0, 2);
      for (const std::uint8_t byte : downlink.data) put(byte, 1);
      break;
    case Operation::set:
      if (downlink.data.empty() || downlink.data.size() % 5 != 0) return {Error::out_of_range};
      for (const std::uint8_t byte : downlink.data) put(byte, 1);
      break;
    case Operation::query:
      put(downlink.index, 2);
      break;
    case Operation::commit:
    case Operation::confirm:
    case Operation::roll_back:
      break;
  }
  if (!room) return {Error::no_room};
  if (downlink.operation == Operation::piece) {
    const std::uint16_t check = downlink_parts::piece_check(frame.first(at));
    frame[5] = static_cast<std::uint8_t>(check);
    frame[6] = static_cast<std::uint8_t>(check >> 8);
  }
  return {Error::none, static_cast<std::uint8_t>(at), 1};
}

}  // namespace sengi::link
