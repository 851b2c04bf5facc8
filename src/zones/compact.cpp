// SPDX-License-Identifier: Apache-2.0
#include "zones/compact.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "zones/bit_writer.h"

namespace sengi::zones {
namespace {

namespace form = geo::zones_form;
constexpr std::size_t most_u16 = std::numeric_limits<std::uint16_t>::max();

class Bytes {
 public:
  void u8(std::size_t x) { bytes_.push_back(static_cast<std::uint8_t>(x)); }
  void u16(std::size_t x) {
    u8(x & 0xFF);
    u8(x >> 8 & 0xFF);
  }
  void u32(std::size_t x) {
    u16(x & 0xFFFF);
    u16(x >> 16 & 0xFFFF);
  }
  void i32(std::int64_t x) { u32(static_cast<std::uint32_t>(static_cast<std::int32_t>(x))); }
  void add(std::span<const std::uint8_t> more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

struct Box {
  std::int64_t west, south, east, north;
};

Box box_of(const Rings& polygon) {
  Box box{polygon[0][0].longitude_e7, polygon[0][0].latitude_e7, polygon[0][0].longitude_e7,
          polygon[0][0].latitude_e7};
  for (const Ring& ring : polygon) {
    for (const Point& p : ring) {
      box.west = std::min(box.west, p.longitude_e7);
      box.east = std::max(box.east, p.longitude_e7);
      box.south = std::min(box.south, p.latitude_e7);
      box.north = std::max(box.north, p.latitude_e7);
    }
  }
  return box;
}

// The order whose codes are shortest.
unsigned best_order(const std::vector<std::uint32_t>& numbers) {
  unsigned best = 0;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (unsigned order = 0; order < 32; ++order) {
    std::uint64_t bits = 0;
    for (const std::uint32_t number : numbers) bits += golomb_bits(number, order);
    if (bits < least) {
      least = bits;
      best = order;
    }
  }
  return best;
}

void write_ring(const Ring& ring, const Box& box, Bytes& out) {
  std::vector<std::uint32_t> x;
  std::vector<std::uint32_t> y;
  geo::Corner before{0, 0};
  for (const Point& p : ring) {
    const geo::Corner now{static_cast<std::uint32_t>(p.longitude_e7 - box.west),
                          static_cast<std::uint32_t>(p.latitude_e7 - box.south)};
    x.push_back(zigzag(now.x - before.x));
    y.push_back(zigzag(now.y - before.y));
    before = now;
  }
  const unsigned x_order = best_order(x);
  const unsigned y_order = best_order(y);
  out.u16(ring.size());
  out.u8(x_order);
  out.u8(y_order);
  BitWriter bits;
  for (std::size_t i = 0; i < x.size(); ++i) {
    bits.golomb(x[i], x_order);
    bits.golomb(y[i], y_order);
  }
  out.add(bits.bytes());
}

std::string named(const ZoneArea& zone) {
  return zone.name.empty() ? fmt::format("zone {}", zone.id)
                           : fmt::format("zone {} ({})", zone.id, zone.name);
}

Result<void> write_polygon(const ZoneArea& zone, const Rings& polygon, Bytes& out) {
  if (polygon.empty() || polygon.size() > most_u16) {
    return Error{fmt::format("{}: a polygon of {} rings; it takes 1 to 65,535", named(zone),
                             polygon.size())};
  }
  for (const Ring& ring : polygon) {
    if (ring.size() < 3 || ring.size() > most_u16) {
      return Error{
          fmt::format("{}: a ring of {} corners; it takes 3 to 65,535", named(zone), ring.size())};
    }
  }
  const Box box = box_of(polygon);
  if (box.south < -geo::pole_e7 || box.north > geo::pole_e7 || box.east - box.west > geo::turn_e7) {
    return Error{fmt::format("{}: beyond a pole, or more than once round the Earth", named(zone))};
  }
  Bytes rings;
  for (const Ring& ring : polygon) write_ring(ring, box, rings);
  std::int64_t west = (box.west + geo::half_turn_e7) % geo::turn_e7;
  if (west < 0) west += geo::turn_e7;
  out.i32(west - geo::half_turn_e7);
  out.i32(box.south);
  out.u32(static_cast<std::size_t>(box.east - box.west));
  out.u32(static_cast<std::size_t>(box.north - box.south));
  out.u16(polygon.size());
  out.u32(rings.bytes().size());
  out.add(rings.bytes());
  return {};
}

// Where each zone begins is left in `starts`.
Result<std::vector<std::uint8_t>> write(const ZoneMap& map, const CompactOptions& options,
                                        std::vector<std::size_t>& starts) {
  if (map.zones.size() > most_u16) {
    return Error{fmt::format("{} zones; at most 65,535 can be", map.zones.size())};
  }
  Bytes body;
  std::int32_t before = -1;
  for (const ZoneArea& zone : map.zones) {
    if (zone.id <= before) return Error{fmt::format("{}: ids must rise", named(zone))};
    before = zone.id;
    const std::string name = options.names ? zone.name : "";
    if (name.size() > 255) {
      return Error{
          fmt::format("zone {}: a name of {} bytes; at most 255 can be", zone.id, name.size())};
    }
    if (zone.polygons.empty() || zone.polygons.size() > most_u16) {
      return Error{
          fmt::format("{}: {} polygons; it takes 1 to 65,535", named(zone), zone.polygons.size())};
    }
    if (zone.kinds == 0 || (zone.kinds & ~unsigned{geo::every_kind}) != 0) {
      return Error{fmt::format("{}: it is of no kind", named(zone))};
    }
    Bytes polygons;
    for (const Rings& polygon : zone.polygons) {
      SENGI_CHECK(write_polygon(zone, polygon, polygons));
    }
    starts.push_back(form::header_bytes + body.bytes().size());
    body.u16(zone.id);
    body.u8(zone.kinds);
    body.u8(name.size());
    body.u16(zone.polygons.size());
    body.u32(polygons.bytes().size());
    body.add({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
    body.add(polygons.bytes());
  }
  Bytes whole;
  whole.add(form::magic);
  whole.u8(form::version);
  whole.u8(0);
  whole.u16(map.revision);
  whole.u16(map.zones.size());
  whole.u32(form::header_bytes + body.bytes().size() + form::checksum_bytes);
  whole.add(body.bytes());
  whole.u32(crc32(whole.bytes()));
  return whole.bytes();
}

Rings rings_of(const geo::Polygon& polygon) {
  Rings rings(polygon.rings());
  polygon.for_each_corner([&](std::uint32_t ring, std::uint32_t, geo::Corner corner) {
    rings[ring].push_back(
        {std::int64_t{polygon.west_e7()} + corner.x, std::int64_t{polygon.south_e7()} + corner.y});
    return true;
  });
  return rings;
}

}  // namespace

Result<std::vector<std::uint8_t>> to_compact(const ZoneMap& map, const CompactOptions& options) {
  std::vector<std::size_t> starts;
  return write(map, options, starts);
}

std::string words_of(geo::ZonesFault fault) {
  switch (fault) {
    case geo::ZonesFault::none:
      return "nothing is wrong";
    case geo::ZonesFault::too_short:
      return "shorter than a header and a checksum";
    case geo::ZonesFault::no_zones:
      return "no zones: it does not begin with SZ";
    case geo::ZonesFault::unknown_version:
      return "of a version that is not known here";
    case geo::ZonesFault::wrong_length:
      return "not as long as it says";
    case geo::ZonesFault::wrong_checksum:
      return "damaged: the checksum does not fit";
    case geo::ZonesFault::cut_short:
      return "a zone, polygon or ring goes beyond what holds it";
    case geo::ZonesFault::left_over:
      return "bytes that belong to no zone";
    case geo::ZonesFault::bad_kinds:
      return "a zone of no kind, or of one that does not exist";
    case geo::ZonesFault::bad_box:
      return "a polygon beyond a pole, or more than once round the Earth";
    case geo::ZonesFault::bad_ring:
      return "a ring of fewer than three corners, or of codes that are none";
    case geo::ZonesFault::outside_box:
      return "a corner outside of its polygon's box";
    case geo::ZonesFault::repeated_id:
      return "ids that do not rise";
  }
  return "a fault without a name";
}

Result<ZoneMap> from_compact(std::span<const std::uint8_t> bytes, const std::string& file) {
  if (const geo::ZonesFault fault = geo::check(bytes); fault != geo::ZonesFault::none) {
    return Error{fmt::format("{}: {}", file, words_of(fault))};
  }
  const geo::Zones zones(bytes);
  ZoneMap map{zones.revision(), {}};
  for (const geo::Zone zone : zones) {
    ZoneArea area{zone.id(), {}, zone.kinds(), {}};
    area.name.assign(zone.name().begin(), zone.name().end());
    for (const geo::Polygon polygon : zone.polygons()) area.polygons.push_back(rings_of(polygon));
    map.zones.push_back(std::move(area));
  }
  return map;
}

Result<std::string> compact_as_cpp(const ZoneMap& map, const std::string& name,
                                   const CompactOptions& options) {
  constexpr std::size_t width = 100;
  std::vector<std::size_t> starts;
  SENGI_TRY(bytes, write(map, options, starts));
  std::string text = fmt::format(
      "// SPDX-License-Identifier: Apache-2.0\n"
      "// Made by sengi zones build; do not edit. Revision {}: zones {}, polygons {}, corners {}, "
      "bytes {}.\n"
      "// To use: sengi::geo::Zones zones({});\n"
      "#pragma once\n\n#include <cstdint>\n\ninline constexpr std::uint8_t {}[{}] = {{",
      map.revision, map.zones.size(), polygons_in(map), corners_in(map), bytes.size(), name, name,
      bytes.size());
  const auto put = [&](std::size_t from, std::size_t to) {
    std::string line = "\n   ";
    for (std::size_t i = from; i < to; ++i) {
      const std::string word = fmt::format(" {},", bytes[i]);
      if (line.size() + word.size() > width) {
        text += line;
        line = "\n   ";
      }
      line += word;
    }
    text += line;
  };
  put(0, form::header_bytes);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const ZoneArea& zone = map.zones[i];
    const std::size_t end =
        i + 1 < starts.size() ? starts[i + 1] : bytes.size() - form::checksum_bytes;
    // A name may hold anything; a comment ends with its line.
    std::string shown = zone.name;
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; },
        ' ');
    std::size_t corners = 0;
    for (const Rings& polygon : zone.polygons) {
      for (const Ring& ring : polygon) corners += ring.size();
    }
    text += fmt::format("\n    // {}{}{}: {}, {:.2f} km2, {} corners, {} bytes", zone.id,
                        shown.empty() ? "" : " ", shown, words_of_kinds(zone.kinds), area_km2(zone),
                        corners, end - starts[i]);
    put(starts[i], end);
  }
  text += "\n    // CRC-32";
  put(bytes.size() - form::checksum_bytes, bytes.size());
  return text + "\n};\n";
}

}  // namespace sengi::zones
