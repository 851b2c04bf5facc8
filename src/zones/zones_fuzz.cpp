// SPDX-License-Identifier: Apache-2.0
// Any bytes as compact zones, as they are and with a checksum that fits, and as GeoJSON. What is
// accepted can be asked anything, and is the same after a trip through the other form.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "sengi/geo/nearest.h"
#include "zones/compact.h"
#include "zones/geojson.h"

namespace {

using namespace sengi;

void expect(bool holds) {
  if (!holds) std::abort();
}

void ask(const std::vector<std::uint8_t>& bytes) {
  const auto map = zones::from_compact(bytes, "fuzz");
  if (!map.ok()) return;
  const geo::Zones zones(bytes);
  for (const geo::Position p : {geo::Position{0, 0}, geo::Position{-900'000'000, 1'800'000'000},
                                geo::Position{-248'000'000, 316'000'000}}) {
    geo::Near found[3];
    const std::size_t count =
        geo::nearest(zones, geo::every_kind, p, 2'000'000'000, found, std::size(found));
    expect(count <= std::size(found));
    for (const geo::Zone zone : zones) {
      const bool in = geo::place_in(zone, p) != geo::Place::outside;
      expect(!in || geo::distance_dm(zone, p, 1000) == 0);
    }
  }
  const auto again = zones::to_compact(map.value());
  expect(again.ok());
  expect(zones::from_compact(again.value(), "again").value() == map.value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> bytes(data, data + size);
  ask(bytes);
  if (size >= 16) {
    // What lies behind the checksum.
    const auto put = [&](std::size_t at, std::uint32_t word) {
      for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(word >> 8 * i);
    };
    bytes[0] = 'S';
    bytes[1] = 'Z';
    bytes[2] = 1;
    bytes[3] = 0;
    put(8, static_cast<std::uint32_t>(size));
    put(size - 4, crc32(std::span(bytes).first(size - 4)));
    ask(bytes);
  }

  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool repair : {false, true}) {
    const auto read =
        zones::parse_geojson(text, "fuzz.geojson", {.kinds = geo::farm, .repair = repair});
    if (!read.ok()) continue;
    const auto compact = zones::to_compact(read.value().map, {.names = false});
    expect(compact.ok());
    expect(geo::check(compact.value()) == geo::ZonesFault::none);
    static_cast<void>(zones::to_geojson(read.value().map));
  }
  return 0;
}
