// SPDX-License-Identifier: Apache-2.0
#include "zones/compact.h"

#include <gmock/gmock.h>

#include <iostream>
#include <set>

#include "base/files.h"
#include "base/process.h"
#include "sengi/geo/nearest.h"
#include "zones/bit_writer.h"
#include "zones/test_shapes.h"

namespace sengi::zones {
namespace {

using geo::ZonesFault;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

ZoneMap some_zones() {
  std::mt19937 random(4);
  ZoneMap map{77, {}};
  map.zones.push_back({3,
                       "Mnyamba's maize",
                       geo::farm,
                       {holed_blob(random, {317'000'000, -249'000'000}, 9e4, 20, 1)}});
  map.zones.push_back({9,
                       "",
                       geo::risk | geo::settlement,
                       {holed_blob(random, {-1'799'990'000, -170'000'000}, 3e5, 33, 0),
                        holed_blob(random, {-1'750'000'000, -170'000'000}, 3e5, 12, 2)}});
  map.zones.push_back({65535, "naïve", geo::other, {{{{0, 0}, {1, 0}, {0, 1}}}}});
  return map;
}

void seal(Bytes& bytes) {
  const std::uint32_t crc = crc32(std::span(bytes).first(bytes.size() - 4));
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[bytes.size() - 4 + i] = static_cast<std::uint8_t>(crc >> 8 * i);
  }
}

TEST(Crc32, IsTheStandardOne) {
  const std::string_view text = "123456789";
  EXPECT_EQ(crc32({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}), 0xCBF43926U);
  EXPECT_EQ(crc32({}), 0U);
}

TEST(Golomb, ReadsWhatWasWritten) {
  std::mt19937 random(8);
  std::vector<std::pair<std::uint32_t, unsigned>> numbers;
  for (unsigned order = 0; order < 32; ++order) {
    for (const std::uint32_t n : {0U, 1U, 2U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFEU, 0xFFFFFFFFU}) {
      numbers.emplace_back(n, order);
    }
    for (int i = 0; i < 300; ++i) numbers.emplace_back(random() >> random() % 32, order);
  }
  BitWriter writer;
  std::size_t bits = 0;
  for (const auto& [number, order] : numbers) {
    writer.golomb(number, order);
    bits += golomb_bits(number, order);
  }
  EXPECT_EQ(writer.bytes().size(), (bits + 7) / 8);
  geo::BitReader reader(writer.bytes());
  for (const auto& [number, order] : numbers) ASSERT_EQ(reader.golomb(order), number);
  EXPECT_FALSE(reader.failed());
  EXPECT_EQ(reader.bytes_used(), writer.bytes().size());
  reader.bits(8);
  EXPECT_TRUE(reader.failed());
}

// Bits as in Teuhola's paper, by hand: order 2 of 9 is q = 2, so "011", then 9 mod 4 = "01".
TEST(Golomb, HasTheBitsOfThePaper) {
  BitWriter writer;
  writer.golomb(9, 2);
  EXPECT_EQ(writer.bytes(), Bytes{0b01101000});
}

TEST(Compact, ComesBackAsItWas) {
  const ZoneMap map = some_zones();
  const auto bytes = to_compact(map);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const auto back = from_compact(bytes.value(), "b");
  ASSERT_TRUE(back.ok()) << back.error().message;
  // The second zone's first polygon begins west of the date line.
  ZoneMap seen = map;
  for (Point& p : seen.zones[1].polygons[0][0]) p.longitude_e7 += geo::turn_e7;
  EXPECT_EQ(back.value(), seen);
  EXPECT_EQ(to_compact(back.value()).value(), bytes.value());
  EXPECT_EQ(geo::Zones(bytes.value()).revision(), 77);

  ZoneMap nameless = seen;
  for (ZoneArea& zone : nameless.zones) zone.name.clear();
  EXPECT_EQ(from_compact(to_compact(map, {.names = false}).value(), "b").value(), nameless);
}

TEST(Compact, NoZonesAreZonesToo) {
  const Bytes bytes = to_compact({}).value();
  EXPECT_EQ(bytes.size(), 16U);
  EXPECT_EQ(geo::check(bytes), ZonesFault::none);
  EXPECT_TRUE(geo::Zones(bytes).empty());
  geo::Near found[1];
  EXPECT_EQ(geo::nearest(geo::Zones(bytes), geo::every_kind, {0, 0}, 1000, found, 1), 0U);
  EXPECT_EQ(geo::nearest(geo::Zones(), geo::every_kind, {0, 0}, 1000, found, 1), 0U);
}

// The example of SPEC.md.
TEST(Compact, HasTheBytesOfTheSpecification) {
  const ZoneMap map{1, {{7, "A", geo::farm, {{{{0, 0}, {10, 0}, {10, 10}, {0, 10}}}}}}};
  const Bytes expected = {
      'S',        'Z',        1,          0,          1, 0, 1,  0, 57, 0, 0,   0,  // header
      7,          0,          2,          1,          1, 0, 30, 0, 0,  0, 'A',     // zone
      0,          0,          0,          0,          0, 0, 0,  0, 10, 0, 0,   0,
      10,         0,          0,          0,          1, 0, 8,  0, 0,  0,  // polygon
      4,          0,          0,          0,                               // ring
      0b11000010, 0b10111000, 0b01010100, 0b00101001,                      // corners
      0x00,       0x00,       0x00,       0x00,                            // CRC-32
  };
  const Bytes bytes = to_compact(map).value();
  ASSERT_EQ(bytes.size(), expected.size());
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end() - 4, expected.begin()))
      << testing::PrintToString(bytes);
}

// 200 polygons with 10,000 corners, of the sizes that fields, villages and parks have, 30 to 500 m
// between corners.
TEST(Compact, TwoHundredPolygonsOfTenThousandCornersFitIn64KiB) {
  std::mt19937 random(6);
  ZoneMap map;
  std::size_t corners = 0;
  for (std::uint16_t id = 1; id <= 200; ++id) {
    const Point centre{300'000'000 + static_cast<std::int64_t>(random() % 30'000'000),
                       -250'000'000 + static_cast<std::int64_t>(random() % 30'000'000)};
    // Metres between corners; a degree of latitude is 111 km.
    const double step_m = 30 * std::exp2(static_cast<double>(id % 5));
    const double radius_e7 = step_m * 50 / 6.28 * 90;
    map.zones.push_back({id,
                         "Field " + std::to_string(id),
                         geo::farm,
                         {holed_blob(random, centre, radius_e7, 50, 0)}});
    corners += map.zones.back().polygons[0][0].size();
  }
  ASSERT_EQ(corners, 10'000U);
  const Bytes bytes = to_compact(map).value();
  EXPECT_LE(bytes.size(), 64U * 1024);
  const double each = static_cast<double>(bytes.size()) / static_cast<double>(corners);
  RecordProperty("bytes_a_corner", std::to_string(each));
  EXPECT_LT(each, 5.5);
  // With a zigzag varint for each coordinate instead, as protocol buffers have it.
  std::size_t varints = 0;
  for (const ZoneArea& zone : map.zones) {
    const Ring& ring = zone.polygons[0][0];
    for (std::size_t i = 1; i < ring.size(); ++i) {
      for (const std::int64_t step : {ring[i].longitude_e7 - ring[i - 1].longitude_e7,
                                      ring[i].latitude_e7 - ring[i - 1].latitude_e7}) {
        const auto number = static_cast<std::uint64_t>(2 * std::abs(step));
        varints += static_cast<std::size_t>((std::bit_width(number | 1) + 6) / 7);
      }
    }
  }
  std::size_t others = geo::zones_form::header_bytes + geo::zones_form::checksum_bytes;
  for (const ZoneArea& zone : map.zones) {
    others += geo::zones_form::zone_bytes + zone.name.size() + geo::zones_form::polygon_bytes +
              geo::zones_form::ring_bytes;
  }
  EXPECT_LT(10 * (bytes.size() - others), 9 * varints);
  std::cout << bytes.size() - others << " of them for corners; varints would take " << varints
            << '\n';
  std::cout << bytes.size() << " bytes, " << each << " a corner\n";
}

TEST(Compact, WhatIsCutIsRefused) {
  const Bytes bytes = to_compact(some_zones()).value();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(geo::check(cut), ZonesFault::none);
    if (size < 16) continue;
    // Even with a length and a checksum that fit.
    for (std::size_t i = 0; i < 4; ++i) cut[8 + i] = static_cast<std::uint8_t>(size >> 8 * i);
    seal(cut);
    EXPECT_NE(geo::check(cut), ZonesFault::none) << size;
  }
}

TEST(Compact, EveryBitThatFlipsIsNoticed) {
  Bytes bytes = to_compact(some_zones()).value();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_NE(geo::check(bytes), ZonesFault::none);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  }
}

// Bytes whose checksum fits are refused, or can be asked anything. Run under AddressSanitizer this
// finds what reads beyond them.
TEST(Compact, HostileBytesDoNoHarm) {
  const Bytes good = to_compact(some_zones()).value();
  std::mt19937 random(12);
  std::set<ZonesFault> seen;
  for (int i = 0; i < 60'000; ++i) {
    Bytes bytes = good;
    for (int changes = 1 + static_cast<int>(random() % 4); changes > 0; --changes) {
      const std::size_t at = random() % bytes.size();
      constexpr std::uint8_t extremes[] = {0, 1, 0x7F, 0x80, 0xFF};
      bytes[at] = random() % 2 == 0 ? extremes[random() % 5] : static_cast<std::uint8_t>(random());
    }
    seal(bytes);
    const ZonesFault fault = geo::check(bytes);
    seen.insert(fault);
    if (fault != ZonesFault::none) continue;
    geo::Near found[2];
    geo::nearest(geo::Zones(bytes), geo::every_kind, {-249'000'000, 317'000'000}, 1'000'000, found,
                 2);
    for (const geo::Zone zone : geo::Zones(bytes)) geo::place_in(zone, {0, 0});
  }
  EXPECT_TRUE(seen.contains(ZonesFault::none));
  for (const ZonesFault fault :
       {ZonesFault::cut_short, ZonesFault::left_over, ZonesFault::bad_kinds, ZonesFault::bad_box,
        ZonesFault::bad_ring, ZonesFault::outside_box, ZonesFault::repeated_id}) {
    EXPECT_TRUE(seen.contains(fault)) << words_of(fault);
  }
}

TEST(Compact, RefusesWhatDevicesCannotHave) {
  const auto message = [](const ZoneMap& map) {
    const auto bytes = to_compact(map);
    return bytes.ok() ? "" : bytes.error().message;
  };
  const Rings triangle{{{0, 0}, {10, 0}, {0, 10}}};
  EXPECT_THAT(message({0, {{2, "", geo::farm, {triangle}}, {2, "b", geo::farm, {triangle}}}}),
              HasSubstr("zone 2 (b): ids must rise"));
  EXPECT_THAT(message({0, {{2, "", 0, {triangle}}}}), HasSubstr("of no kind"));
  EXPECT_THAT(message({0, {{2, std::string(256, 'x'), geo::farm, {triangle}}}}),
              HasSubstr("a name of 256 bytes"));
  EXPECT_THAT(message({0, {{2, "", geo::farm, {{{{0, 0}, {10, 0}}}}}}}), HasSubstr("2 corners"));
  EXPECT_THAT(message({0, {{2, "", geo::farm, {{{{0, 0}, {10, 0}, {0, 900'000'001}}}}}}}),
              HasSubstr("beyond a pole"));
}

TEST(Compact, TheHeaderCompilesAndHoldsTheBytes) {
  ZoneMap map = some_zones();
  map.zones[0].name = "a */ line\nthat breaks \\";
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const auto header = compact_as_cpp(map, "park_zones");
  ASSERT_TRUE(header.ok());
  EXPECT_THAT(header.value(), HasSubstr("// 3 a */ line that breaks \\: farm, "));
  for (std::size_t at = 0; at < header.value().size();) {
    const std::size_t end = header.value().find('\n', at);
    EXPECT_LE(end - at, 120U);
    at = end + 1;
  }
  ASSERT_TRUE(write_text(folder.path() / "park_zones.h", header.value()).ok());
  std::string program = "#include \"park_zones.h\"\nconstexpr unsigned char expected[] = {";
  const Bytes bytes = to_compact(map).value();
  for (const std::uint8_t byte : bytes) program += std::to_string(byte) + ",";
  program +=
      "};\nconstexpr bool same() {\n  if (sizeof expected != sizeof park_zones) return false;\n"
      "  for (unsigned i = 0; i < sizeof expected; ++i)\n"
      "    if (expected[i] != park_zones[i]) return false;\n  return true;\n}\n"
      "static_assert(same());\n";
  ASSERT_TRUE(write_text(folder.path() / "a.cpp", program).ok());
  const auto compiled = run_process({"c++", "-std=c++20", "-Wall", "-Werror", "-fsyntax-only",
                                     (folder.path() / "a.cpp").string()});
  ASSERT_TRUE(compiled.ok()) << compiled.error().message;
  EXPECT_EQ(compiled.value().exit_status, 0) << compiled.value().err;
}

}  // namespace
}  // namespace sengi::zones
