// SPDX-License-Identifier: Apache-2.0
// How far it is to a zone's edge, and which zones are near.
//
// Distances are in the plane that touches the Earth at the position (position.h, Scale of its own
// latitude), where a zone's sides are straight lines too: exact where the edge is near, and as good
// as that plane far away. A polygon wider than half the Earth is seen from its nearer end alone.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "sengi/geo/zones.h"

namespace sengi::geo {

inline constexpr std::uint32_t beyond_dm = 0xFFFFFFFF;

namespace nearest_detail {

// A polygon seen from a position: its corners as offsets.
class View {
 public:
  View(const Polygon& polygon, Position p, Scale scale)
      : scale_(scale), south_(std::int64_t{polygon.south_e7()} - p.latitude_e7) {
    // The box's western end lies so far to the east; of the ways round, the one by which the box's
    // nearer end is nearest.
    const std::int64_t width = polygon.width_e7();
    west_ = std::int64_t{polygon.west_e7()} - p.longitude_e7;
    while (west_ > half_turn_e7) west_ -= turn_e7;
    while (west_ + width < -std::int64_t{half_turn_e7}) west_ += turn_e7;
    const std::int64_t there = apart(west_, width);
    if (const std::int64_t other = west_ - turn_e7; apart(other, width) < there) west_ = other;
    if (const std::int64_t other = west_ + turn_e7; apart(other, width) < there) west_ = other;
    box_ = {scale_.east_dm(apart(west_, width)),
            scale_.north_dm(apart(south_, polygon.height_e7()))};
  }

  Offset of(Corner c) const { return {scale_.east_dm(west_ + c.x), scale_.north_dm(south_ + c.y)}; }

  // No corner is nearer than this, squared.
  std::uint64_t box_dm2() const { return square_dm2(box_); }

 private:
  // From 0 to the stretch [from, from + length].
  static std::int64_t apart(std::int64_t from, std::int64_t length) {
    return from > 0 ? from : (from + length < 0 ? -(from + length) : 0);
  }

  Scale scale_;
  std::int64_t west_;
  std::int64_t south_;
  Offset box_{};
};

// Squared distance from the origin to the box around a side.
inline std::uint64_t side_box_dm2(Offset a, Offset b) {
  const auto apart = [](std::int32_t u, std::int32_t v) {
    const std::int32_t low = u < v ? u : v;
    const std::int32_t high = u < v ? v : u;
    return low > 0 ? low : (high < 0 ? -high : 0);
  };
  return square_dm2({apart(a.east_dm, b.east_dm), apart(a.north_dm, b.north_dm)});
}

// From the origin to the side from a to b, in decimetres.
inline std::uint32_t side_dm(Offset a, Offset b) {
  const std::int64_t dx = std::int64_t{b.east_dm} - a.east_dm;
  const std::int64_t dy = std::int64_t{b.north_dm} - a.north_dm;
  if (-(a.east_dm * dx + a.north_dm * dy) <= 0) return length_dm(a);
  if (b.east_dm * dx + b.north_dm * dy <= 0) return length_dm(b);
  // The foot of the perpendicular lies between: |cross| / length, with a length in so many more
  // bits that rounding it down says nothing.
  const std::int64_t cross = a.east_dm * dy - a.north_dm * dx;
  const auto size = static_cast<std::uint64_t>(cross < 0 ? -cross : cross);
  const auto square = static_cast<std::uint64_t>(dx * dx + dy * dy);
  const int room = (std::countl_zero(square) - 1) / 2;
  const int more = std::countl_zero(size) - 1 < room ? std::countl_zero(size) - 1 : room;
  return static_cast<std::uint32_t>((size << more) / square_root(square << (2 * more)));
}

inline void polygon_edge_dm(const Polygon& polygon, const View& view, std::uint32_t& best) {
  if (view.box_dm2() >= std::uint64_t{best} * best) return;
  bool any = false;
  Offset before{};
  Corner last{};
  polygon.for_each_side([&](Corner from, Corner to) {
    const Offset a = any && last == from ? before : view.of(from);
    const Offset b = view.of(to);
    if (side_box_dm2(a, b) < std::uint64_t{best} * best) {
      if (const std::uint32_t distance = side_dm(a, b); distance < best) best = distance;
    }
    any = true;
    before = b;
    last = to;
    return best > 0;
  });
}

}  // namespace nearest_detail

// The distance in decimetres to the nearest edge of the zone, from inside or outside; beyond_dm
// where that is `limit_dm` or more.
// Requires: a valid position, limit_dm up to 2,000,000,000.
inline std::uint32_t edge_dm(const Zone& zone, Position p, std::uint32_t limit_dm) {
  const Scale scale = Scale::at(p.latitude_e7);
  std::uint32_t best = limit_dm;
  for (const Polygon polygon : zone.polygons()) {
    nearest_detail::polygon_edge_dm(polygon, nearest_detail::View(polygon, p, scale), best);
  }
  return best < limit_dm ? best : beyond_dm;
}

// The distance in decimetres to the zone: 0 in it or on its edge, else to its nearest edge;
// beyond_dm where that is `limit_dm` or more.
inline std::uint32_t distance_dm(const Zone& zone, Position p, std::uint32_t limit_dm) {
  return place_in(zone, p) != Place::outside ? 0 : edge_dm(zone, p, limit_dm);
}

struct Near {
  Zone zone{nullptr};
  std::uint32_t distance_dm = beyond_dm;  // 0 in it
};

// The zones of the wanted kinds that are nearest to a position, nearest first; of equals the one
// that comes first in the bytes. Fills at most `most` of `found` and returns how many.
inline std::size_t nearest(const Zones& zones, std::uint8_t kinds, Position p,
                           std::uint32_t limit_dm, Near* found, std::size_t most) {
  std::size_t count = 0;
  for (const Zone zone : zones) {
    if ((zone.kinds() & kinds) == 0) continue;
    const std::uint32_t limit = count == most ? found[count - 1].distance_dm : limit_dm;
    const std::uint32_t distance = distance_dm(zone, p, limit);
    if (distance >= limit) continue;
    std::size_t at = count < most ? count++ : count - 1;
    for (; at > 0 && found[at - 1].distance_dm > distance; --at) found[at] = found[at - 1];
    found[at] = {zone, distance};
  }
  return count;
}

}  // namespace sengi::geo
