// SPDX-License-Identifier: Apache-2.0
// The bytes of a ring (SPEC.md, "Store").
//
//   sector:  magic | generation | first sequence | CRC-32 of these | emptied | 12 spare
//            record, record, ...
//            four marks: the first to the fourth sector after this one is no longer valid
//   record:  length u8 | tag u8 | CRC-16 of length, tag, sequence | sequence | CRC-32 |
//   acknowledged
//            payload, filled up to a word
#pragma once

#include "sengi/crc.h"
#include "sengi/store/flash.h"

namespace sengi::store {

inline constexpr std::uint32_t ring_magic = 0x31474E53;  // "SNG1"
inline constexpr std::uint32_t ring_head_bytes = 32;
inline constexpr std::uint32_t ring_emptied_at = 16;
inline constexpr std::uint32_t ring_successors = 4;
inline constexpr std::uint32_t record_head_bytes = 16;
inline constexpr std::uint32_t record_acknowledged_at = 12;
inline constexpr std::size_t record_payload_max = 240;

struct SectorHead {
  bool valid = false;
  bool blank = false;    // nothing was ever programmed
  bool emptied = false;  // all in it is acknowledged
  std::uint32_t generation = 0;
  std::uint32_t first_sequence = 0;
};

struct RecordHead {
  std::uint8_t length = 0;
  std::uint8_t tag = 0;
  std::uint32_t sequence = 0;
  std::uint32_t crc = 0;
  bool acknowledged = false;

  constexpr std::uint32_t bytes() const { return record_head_bytes + padded(length); }
};

constexpr void write_sector_head(std::span<std::uint8_t> bytes, std::uint32_t generation,
                                 std::uint32_t first_sequence) {
  put_u32(bytes, 0, ring_magic);
  put_u32(bytes, 4, generation);
  put_u32(bytes, 8, first_sequence);
  put_u32(bytes, 12, crc32(bytes.first(12)));
}

template <typename Flash>
SectorHead read_sector_head(Flash& flash, std::uint32_t at) {
  std::uint8_t bytes[20];
  SectorHead head;
  if (!flash.read(at, bytes)) return head;
  const std::span<const std::uint8_t> all(bytes);
  head.blank = true;
  for (const std::uint8_t byte : all) head.blank = head.blank && byte == 0xFF;
  head.valid = get_u32(all, 0) == ring_magic && get_u32(all, 12) == crc32(all.first(12));
  head.generation = get_u32(all, 4);
  head.first_sequence = get_u32(all, 8);
  head.emptied = is_set(get_u32(all, 16));
  return head;
}

// The CRC-32 of a record covers its first 8 bytes and its payload.
constexpr void write_record_head(std::span<std::uint8_t> bytes, std::uint8_t tag,
                                 std::uint32_t sequence, std::span<const std::uint8_t> payload) {
  bytes[0] = static_cast<std::uint8_t>(payload.size());
  bytes[1] = tag;
  put_u32(bytes, 4, sequence);
  const std::uint16_t check = crc16(bytes.subspan(4, 4), crc16(bytes.first(2)));
  bytes[2] = static_cast<std::uint8_t>(check);
  bytes[3] = static_cast<std::uint8_t>(check >> 8);
  put_u32(bytes, 8, crc32(payload, crc32(bytes.first(8))));
}

enum class Found : std::uint8_t { record, garbage, end };

// What stands at a place of a sector that ends (before its four marks) at `limit`.
template <typename Flash>
Found read_record_head(Flash& flash, std::uint32_t at, std::uint32_t limit, RecordHead& head) {
  std::uint8_t bytes[record_head_bytes];
  if (at + record_head_bytes > limit || !flash.read(at, bytes)) return Found::end;
  const std::span<const std::uint8_t> all(bytes);
  bool blank = true;
  for (const std::uint8_t byte : all) blank = blank && byte == 0xFF;
  if (blank) return Found::end;
  const std::uint16_t check = crc16(all.subspan(4, 4), crc16(all.first(2)));
  head.length = bytes[0];
  head.tag = bytes[1];
  head.sequence = get_u32(all, 4);
  head.crc = get_u32(all, 8);
  head.acknowledged = is_set(get_u32(all, record_acknowledged_at));
  const bool sound = check == (bytes[2] | bytes[3] << 8) && head.length <= record_payload_max &&
                     at + head.bytes() <= limit;
  return sound ? Found::record : Found::garbage;
}

// Whether head and payload are what was written. Reads the payload.
template <typename Flash>
bool record_is_whole(Flash& flash, std::uint32_t at, const RecordHead& head) {
  std::uint8_t bytes[32];
  if (!flash.read(at, {bytes, 8})) return false;
  std::uint32_t crc = crc32({bytes, 8});
  for (std::uint32_t done = 0; done < head.length;) {
    const std::uint32_t left = head.length - done;
    const std::span<std::uint8_t> some(bytes, left < sizeof bytes ? left : sizeof bytes);
    if (!flash.read(at + record_head_bytes + done, some)) return false;
    crc = crc32(some, crc);
    done += static_cast<std::uint32_t>(some.size());
  }
  return crc == head.crc;
}

}  // namespace sengi::store
