// SPDX-License-Identifier: Apache-2.0
// The bytes of one of the two copies of a blob (SPEC.md, "Store").
//
//   magic | version | length | CRC-32 of the blob | kind u8, piece bytes u8, pieces u16
//         | CRC-32 of these five | sealed | confirmed | rejected | trial starts [6] | abandoned
//   a mark for each piece that has arrived
//   the blob, from a whole number of 16 bytes on
#pragma once

#include "sengi/crc.h"
#include "sengi/store/flash.h"

namespace sengi::store {

inline constexpr std::uint32_t copy_magic = 0x31424E53;  // "SNB1"
inline constexpr std::uint32_t copy_fields_bytes = 24;
inline constexpr std::uint32_t copy_sealed_at = 24;
inline constexpr std::uint32_t copy_confirmed_at = 28;
inline constexpr std::uint32_t copy_rejected_at = 32;
inline constexpr std::uint32_t copy_trials_at = 36;
inline constexpr std::uint32_t copy_trials_max = 6;
inline constexpr std::uint32_t copy_abandoned_at = 60;
inline constexpr std::uint32_t copy_head_bytes = 64;
inline constexpr std::uint32_t piece_bytes_max = 44;

// What a blob is: enough to know whether a transfer is the one that was begun.
struct BlobHead {
  std::uint32_t version = 0;
  std::uint32_t length = 0;
  std::uint32_t crc = 0;
  std::uint8_t kind = 0;
  std::uint8_t piece_bytes = 0;  // a multiple of 4, 4 .. piece_bytes_max

  constexpr bool operator==(const BlobHead&) const = default;
  constexpr std::uint32_t pieces() const { return (length + piece_bytes - 1) / piece_bytes; }
};

constexpr void write_blob_head(std::span<std::uint8_t> bytes, const BlobHead& head) {
  put_u32(bytes, 0, copy_magic);
  put_u32(bytes, 4, head.version);
  put_u32(bytes, 8, head.length);
  put_u32(bytes, 12, head.crc);
  put_u32(bytes, 16,
          head.kind | static_cast<std::uint32_t>(head.piece_bytes) << 8 | head.pieces() << 16);
  put_u32(bytes, 20, crc32(bytes.first(20)));
}

// False where there is none that is sound.
template <typename Flash>
bool read_blob_head(Flash& flash, std::uint32_t at, BlobHead& head) {
  std::uint8_t bytes[copy_fields_bytes];
  if (!flash.read(at, bytes)) return false;
  const std::span<const std::uint8_t> all(bytes);
  head.version = get_u32(all, 4);
  head.length = get_u32(all, 8);
  head.crc = get_u32(all, 12);
  head.kind = bytes[16];
  head.piece_bytes = bytes[17];
  return get_u32(all, 0) == copy_magic && get_u32(all, 20) == crc32(all.first(20)) &&
         head.piece_bytes > 0 && !is_set(read_word(flash, at + copy_abandoned_at));
}

template <typename Flash>
std::uint32_t crc_of(Flash& flash, std::uint32_t at, std::uint32_t length) {
  std::uint8_t bytes[32];
  std::uint32_t crc = 0;
  while (length > 0) {
    const std::span<std::uint8_t> some(bytes, length < sizeof bytes ? length : sizeof bytes);
    if (!flash.read(at, some)) return ~crc;
    crc = crc32(some, crc);
    at += static_cast<std::uint32_t>(some.size());
    length -= static_cast<std::uint32_t>(some.size());
  }
  return crc;
}

}  // namespace sengi::store
