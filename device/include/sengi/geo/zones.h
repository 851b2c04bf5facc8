// SPDX-License-Identifier: Apache-2.0
// Zones on a map, read where they lie in flash. SPEC.md has their bytes; sengi zones build writes
// them, and check() in zones_check.h says whether bytes from elsewhere may be used.
//
//   Zones zones(bytes);                               // checked before
//   for (const Zone zone : zones) {
//     if ((zone.kinds() & farm) != 0 && place_in(zone, here) != Place::outside) ...
//   }
//
// A zone is one or more polygons, and a polygon is rings: its outline and its holes. Corners are at
// 1e-7 degree, and between two corners a side is straight in latitude and longitude. A polygon may
// lie across the date line. What is inside is a matter of whole numbers, exact to the last bit:
//
//   - A position on a side or a corner of any ring, a hole's too, is on the edge, and counts as in
//     the zone, as in GEOS's covers().
//   - Else it is inside a polygon whose sides a line to the east crosses an odd number of times, so
//     holes are outside. This needs no order of corners, and says something of any rings whatever.
//   - A zone is all that is in any of its polygons.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sengi/geo/bit_reader.h"
#include "sengi/geo/position.h"

namespace sengi::geo {

// What a zone is, a bit each; a zone may be several.
enum Kind : std::uint8_t {
  risk = 1,        // where an animal is in danger
  farm = 2,        // where an animal does damage
  settlement = 4,  // where people live
  safe = 8,        // where it may be
  water = 16,
  road = 32,
  other = 64,
};
inline constexpr std::uint8_t every_kind = 0x7F;

enum class Place : std::uint8_t { outside, edge, inside };

namespace zones_form {

inline constexpr std::uint8_t magic[2] = {'S', 'Z'};
inline constexpr std::uint8_t version = 1;
inline constexpr std::uint32_t header_bytes = 12;
inline constexpr std::uint32_t zone_bytes = 10;     // before its name
inline constexpr std::uint32_t polygon_bytes = 22;  // before its rings
inline constexpr std::uint32_t ring_bytes = 4;      // before its corners
inline constexpr std::uint32_t checksum_bytes = 4;

constexpr std::uint16_t u16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>(p[0] | p[1] << 8);
}
constexpr std::uint32_t u32(const std::uint8_t* p) {
  return u16(p) | std::uint32_t{u16(p + 2)} << 16;
}
constexpr std::int32_t i32(const std::uint8_t* p) { return static_cast<std::int32_t>(u32(p)); }

}  // namespace zones_form

// A corner, in 1e-7 degree to the east and north of its polygon's southwestern end. Longitude goes
// on over the date line, so it spans up to 3,600,000,000.
struct Corner {
  std::uint32_t x;
  std::uint32_t y;

  constexpr bool operator==(const Corner&) const = default;
};

// A polygon's bytes, which outlive it.
class Polygon {
 public:
  explicit Polygon(const std::uint8_t* bytes) : bytes_(bytes) {}

  // The box of latitude and longitude that holds it. East of the date line begins west's side
  // again.
  std::int32_t west_e7() const { return zones_form::i32(bytes_); }
  std::int32_t south_e7() const { return zones_form::i32(bytes_ + 4); }
  std::uint32_t width_e7() const { return zones_form::u32(bytes_ + 8); }
  std::uint32_t height_e7() const { return zones_form::u32(bytes_ + 12); }
  std::uint16_t rings() const { return zones_form::u16(bytes_ + 16); }

  const std::uint8_t* end() const {
    return bytes_ + zones_form::polygon_bytes + zones_form::u32(bytes_ + 18);
  }

  // Calls corner(ring, i, Corner) for each corner of each ring in turn, until it returns false.
  template <typename Visitor>
  void for_each_corner(Visitor&& corner) const {
    const std::uint8_t* at = bytes_ + zones_form::polygon_bytes;
    for (std::uint32_t ring = 0; ring < rings(); ++ring) {
      const std::uint32_t corners = zones_form::u16(at);
      const std::uint32_t x_order = at[2];
      const std::uint32_t y_order = at[3];
      at += zones_form::ring_bytes;
      BitReader reader({at, static_cast<std::size_t>(end() - at)});
      Corner now{0, 0};
      for (std::uint32_t i = 0; i < corners; ++i) {
        now.x += reader.golomb_difference(x_order);  // modulo 2^32
        now.y += reader.golomb_difference(y_order);
        if (!corner(ring, i, now)) return;
      }
      at += reader.bytes_used();
    }
  }

  // Calls side(a, b) for each side of each ring, the last corner to the first included, until it
  // returns false.
  template <typename Visitor>
  void for_each_side(Visitor&& side) const {
    Corner first{0, 0};
    Corner before{0, 0};
    bool going = true;
    bool any = false;
    for_each_corner([&](std::uint32_t, std::uint32_t i, Corner now) {
      if (i == 0) {
        if (any) going = side(before, first);  // closes the ring before
        first = now;
      } else {
        going = side(before, now);
      }
      before = now;
      any = true;
      return going;
    });
    if (going && any) side(before, first);
  }

 private:
  const std::uint8_t* bytes_;
};

// Forward iteration over things that lie one behind the other, each knowing its end.
template <typename Thing>
class BytesIterator {
 public:
  explicit BytesIterator(const std::uint8_t* at) : at_(at) {}
  Thing operator*() const { return Thing(at_); }
  BytesIterator& operator++() {
    at_ = Thing(at_).end();
    return *this;
  }
  bool operator==(const BytesIterator&) const = default;

 private:
  const std::uint8_t* at_;
};

template <typename Thing>
struct BytesRange {
  BytesIterator<Thing> first;
  BytesIterator<Thing> last;
  BytesIterator<Thing> begin() const { return first; }
  BytesIterator<Thing> end() const { return last; }
};

// A zone's bytes, which outlive it.
class Zone {
 public:
  explicit Zone(const std::uint8_t* bytes) : bytes_(bytes) {}

  std::uint16_t id() const { return zones_form::u16(bytes_); }
  std::uint8_t kinds() const { return bytes_[2]; }  // of Kind
  // UTF-8, perhaps empty, not ended by a zero.
  std::span<const std::uint8_t> name() const {
    return {bytes_ + zones_form::zone_bytes, bytes_[3]};
  }
  BytesRange<Polygon> polygons() const {
    const std::uint8_t* first = bytes_ + zones_form::zone_bytes + bytes_[3];
    return {BytesIterator<Polygon>(first), BytesIterator<Polygon>(end())};
  }
  const std::uint8_t* end() const {
    return bytes_ + zones_form::zone_bytes + bytes_[3] + zones_form::u32(bytes_ + 6);
  }

 private:
  const std::uint8_t* bytes_;
};

class Zones {
 public:
  // No zones.
  Zones() = default;

  // The bytes outlive this object, and may lie at any address.
  // Requires: check(bytes) == ZonesFault::none (zones_check.h).
  explicit Zones(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return size() == 0; }
  std::uint16_t size() const {
    return bytes_.empty() ? std::uint16_t{0} : zones_form::u16(bytes_.data() + 6);
  }
  // A number that whoever made the zones gave them.
  std::uint16_t revision() const {
    return bytes_.empty() ? std::uint16_t{0} : zones_form::u16(bytes_.data() + 4);
  }

  BytesIterator<Zone> begin() const {
    return BytesIterator<Zone>(bytes_.empty() ? nullptr : bytes_.data() + zones_form::header_bytes);
  }
  BytesIterator<Zone> end() const {
    return BytesIterator<Zone>(
        bytes_.empty() ? nullptr : bytes_.data() + bytes_.size() - zones_form::checksum_bytes);
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

namespace zones_form {

// Whether the line from (x, y) to the east crosses the side from a to b; or the point is on it.
enum class Crossing : std::uint8_t { none, crosses, on_side };

constexpr std::uint64_t gap(std::uint32_t a, std::uint32_t b) { return a < b ? b - a : a - b; }

constexpr Crossing crossing(Corner a, Corner b, Corner p) {
  const std::uint32_t west = a.x < b.x ? a.x : b.x;
  const std::uint32_t east = a.x < b.x ? b.x : a.x;
  const bool beside = p.x >= west && p.x <= east;
  if (a.y == b.y) return a.y == p.y && beside ? Crossing::on_side : Crossing::none;
  if (p == a || p == b) return Crossing::on_side;
  // A corner belongs to the side above it, so that each is counted once.
  if ((a.y > p.y) == (b.y > p.y)) return Crossing::none;
  if (p.x < west) return Crossing::crosses;
  if (p.x > east) return Crossing::none;
  // Where the side is as high as p, it has come |bx - ax| |py - ay| / |by - ay| from a. Both
  // products are below 2^63.
  const std::uint64_t side = gap(a.x, b.x) * gap(a.y, p.y);
  const std::uint64_t point = gap(a.x, p.x) * gap(a.y, b.y);
  if (side == point) return Crossing::on_side;
  return (point < side) == (b.x >= a.x) ? Crossing::crosses : Crossing::none;
}

// The position as a corner of the polygon's, or outside its box.
struct Within {
  bool box;
  Corner corner;
};
inline Within within(const Polygon& polygon, Position p) {
  std::int64_t x = std::int64_t{p.longitude_e7} - polygon.west_e7();
  if (x < 0) x += turn_e7;
  if (x >= turn_e7) x -= turn_e7;
  const std::int64_t y = std::int64_t{p.latitude_e7} - polygon.south_e7();
  const bool box = x <= polygon.width_e7() && y >= 0 && y <= polygon.height_e7();
  return {box, {static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)}};
}

}  // namespace zones_form

// Requires: a valid position.
inline Place place_in(const Polygon& polygon, Position p) {
  const zones_form::Within point = zones_form::within(polygon, p);
  if (!point.box) return Place::outside;
  Place place = Place::outside;
  polygon.for_each_side([&](Corner a, Corner b) {
    switch (zones_form::crossing(a, b, point.corner)) {
      case zones_form::Crossing::none:
        return true;
      case zones_form::Crossing::crosses:
        place = place == Place::inside ? Place::outside : Place::inside;
        return true;
      case zones_form::Crossing::on_side:
        break;
    }
    place = Place::edge;
    return false;
  });
  return place;
}

// Inside where it is inside any of the polygons, else on the edge where it is on the edge of any.
inline Place place_in(const Zone& zone, Position p) {
  Place best = Place::outside;
  for (const Polygon polygon : zone.polygons()) {
    const Place place = place_in(polygon, p);
    if (place > best) best = place;
    if (best == Place::inside) break;
  }
  return best;
}

}  // namespace sengi::geo
