// SPDX-License-Identifier: Apache-2.0
// Whether bytes are zones that can be used, wherever they came from. Nothing in them is believed:
// every count and length is held against what is there, and every corner against its box.
#pragma once

#include <cstdint>
#include <span>

#include "sengi/crc.h"
#include "sengi/geo/zones.h"

namespace sengi::geo {

enum class ZonesFault : std::uint8_t {
  none,
  too_short,  // not even a header and a checksum
  no_zones,   // the first two bytes are not "SZ"
  unknown_version,
  wrong_length,  // the length that they give is not theirs
  wrong_checksum,
  cut_short,    // a zone, polygon or ring goes beyond what holds it
  left_over,    // bytes that belong to nothing
  bad_kinds,    // none, or one that does not exist
  bad_box,      // beyond a pole, or more than once round the Earth
  bad_ring,     // fewer than three corners, or codes that are none
  outside_box,  // a corner
  repeated_id,  // two zones of one id
};

namespace zones_form {

inline ZonesFault check_ring(std::span<const std::uint8_t>& rest, std::uint32_t width,
                             std::uint32_t height) {
  if (rest.size() < ring_bytes) return ZonesFault::cut_short;
  const std::uint32_t corners = u16(rest.data());
  const std::uint32_t x_order = rest[2];
  const std::uint32_t y_order = rest[3];
  if (corners < 3 || x_order > 31 || y_order > 31) return ZonesFault::bad_ring;
  rest = rest.subspan(ring_bytes);
  BitReader reader(rest);
  Corner now{0, 0};
  for (std::uint32_t i = 0; i < corners; ++i) {
    now.x += reader.golomb_difference(x_order);
    now.y += reader.golomb_difference(y_order);
    if (reader.failed()) return ZonesFault::bad_ring;
    if (now.x > width || now.y > height) return ZonesFault::outside_box;
  }
  if (!reader.padding_is_zero()) return ZonesFault::bad_ring;
  rest = rest.subspan(reader.bytes_used());
  return ZonesFault::none;
}

// Takes `size` bytes off the front; false where there are not so many.
inline bool take(std::span<const std::uint8_t>& rest, std::uint32_t size,
                 std::span<const std::uint8_t>& taken) {
  if (rest.size() < size) return false;
  taken = rest.first(size);
  rest = rest.subspan(size);
  return true;
}

inline ZonesFault check_polygon(std::span<const std::uint8_t>& rest) {
  std::span<const std::uint8_t> head;
  std::span<const std::uint8_t> rings;
  if (!take(rest, polygon_bytes, head)) return ZonesFault::cut_short;
  if (!take(rest, u32(head.data() + 18), rings)) return ZonesFault::cut_short;
  const std::int32_t west = i32(head.data());
  const std::int32_t south = i32(head.data() + 4);
  const std::uint32_t width = u32(head.data() + 8);
  const std::uint32_t height = u32(head.data() + 12);
  if (west < -half_turn_e7 || west >= half_turn_e7 || south < -pole_e7 || width > turn_e7 ||
      south + std::int64_t{height} > pole_e7) {
    return ZonesFault::bad_box;
  }
  const std::uint32_t count = u16(head.data() + 16);
  if (count == 0) return ZonesFault::bad_ring;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const ZonesFault fault = check_ring(rings, width, height); fault != ZonesFault::none) {
      return fault;
    }
  }
  return rings.empty() ? ZonesFault::none : ZonesFault::left_over;
}

inline ZonesFault check_zone(std::span<const std::uint8_t>& rest) {
  std::span<const std::uint8_t> head;
  std::span<const std::uint8_t> name;
  std::span<const std::uint8_t> polygons;
  if (!take(rest, zone_bytes, head)) return ZonesFault::cut_short;
  if (!take(rest, head[3], name)) return ZonesFault::cut_short;
  if (!take(rest, u32(head.data() + 6), polygons)) return ZonesFault::cut_short;
  if (head[2] == 0 || (head[2] & ~unsigned{every_kind}) != 0) return ZonesFault::bad_kinds;
  const std::uint32_t count = u16(head.data() + 4);
  if (count == 0) return ZonesFault::cut_short;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const ZonesFault fault = check_polygon(polygons); fault != ZonesFault::none) return fault;
  }
  return polygons.empty() ? ZonesFault::none : ZonesFault::left_over;
}

}  // namespace zones_form

// Reads each byte once for the checksum and once for what it says. Needs no memory.
inline ZonesFault check(std::span<const std::uint8_t> bytes) {
  using namespace zones_form;
  if (bytes.size() < header_bytes + checksum_bytes) return ZonesFault::too_short;
  if (bytes[0] != magic[0] || bytes[1] != magic[1]) return ZonesFault::no_zones;
  if (bytes[2] != version || bytes[3] != 0) return ZonesFault::unknown_version;
  if (u32(bytes.data() + 8) != bytes.size()) return ZonesFault::wrong_length;
  const auto body = bytes.first(bytes.size() - checksum_bytes);
  if (crc32(body) != u32(body.data() + body.size())) return ZonesFault::wrong_checksum;

  auto rest = body.subspan(header_bytes);
  const std::uint32_t count = u16(bytes.data() + 6);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const ZonesFault fault = check_zone(rest); fault != ZonesFault::none) return fault;
  }
  if (!rest.empty()) return ZonesFault::left_over;
  // Ids rise, so that no two are alike.
  std::int32_t before = -1;
  for (const Zone zone : Zones(bytes)) {
    if (zone.id() <= before) return ZonesFault::repeated_id;
    before = zone.id();
  }
  return ZonesFault::none;
}

}  // namespace sengi::geo
