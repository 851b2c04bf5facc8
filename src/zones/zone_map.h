// SPDX-License-Identifier: Apache-2.0
// Zones as the host holds them: the corners that a device will see, at 1e-7 degree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sengi/geo/zones.h"

namespace sengi::zones {

// Longitude goes on over the date line within a polygon: a field from 179 to 181 degrees east.
struct Point {
  std::int64_t longitude_e7;
  std::int64_t latitude_e7;

  bool operator==(const Point&) const = default;
};

using Ring = std::vector<Point>;  // three corners or more; the first is not repeated at the end
using Rings = std::vector<Ring>;  // of one polygon: its outline, then its holes

struct ZoneArea {
  std::uint16_t id = 0;
  std::string name;
  std::uint8_t kinds = 0;  // of geo::Kind
  std::vector<Rings> polygons;

  bool operator==(const ZoneArea&) const = default;
};

struct ZoneMap {
  std::uint16_t revision = 0;
  std::vector<ZoneArea> zones;  // by rising id

  bool operator==(const ZoneMap&) const = default;
};

// "farm", "risk and farm"
std::string words_of_kinds(std::uint8_t kinds);
// Each kind's word, lowest bit first.
std::vector<std::string> names_of_kinds(std::uint8_t kinds);
// The kind that a word stands for: its own, or one that maps use ("farmland", "crop", "poaching").
std::optional<std::uint8_t> kind_named(std::string_view word);
// The words that kinds have of their own.
const std::vector<std::string>& kind_names();

std::size_t polygons_in(const ZoneMap& map);
std::size_t corners_in(const ZoneMap& map);

// Square kilometres within outlines less those within holes, on the sphere that has the Earth's
// surface (an equal-area projection of its corners).
double area_km2(const ZoneArea& zone);

}  // namespace sengi::zones
