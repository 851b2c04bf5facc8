// SPDX-License-Identifier: Apache-2.0
// Zones as GeoJSON (RFC 7946), looked through for what people draw and export wrongly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "zones/zone_map.h"

namespace sengi::zones {

struct GeoJsonOptions {
  std::optional<std::uint8_t> kinds = {};  // of zones that say none themselves
  bool repair = false;                     // close open rings, and mend what crosses itself
  std::uint16_t revision = 0;              // of the map that is made
};

struct Finding {
  enum class Severity : std::uint8_t { note, warning, error };
  Severity severity;
  std::string path;  // "$.features[3].geometry.coordinates[0][12]"
  std::string what;  // and what to do

  std::string line() const;  // "error: PATH: WHAT"
};

struct GeoJsonZones {
  ZoneMap map;  // what can be used
  std::vector<Finding> findings;

  bool ok() const;  // no finding is an error
};

// A FeatureCollection, a Feature, or a geometry of its own; polygons, multipolygons and collections
// of these become zones, one a feature, and other geometries are passed over with a warning.
//
//   name   properties name, Name, NAME, title or label
//   kinds  properties kind, kinds, type, class, landuse or place: a word of kind_named(), or a list
//   id     the feature's id or properties.id, where that is a whole number up to 65,535 that no
//          other zone has; else the lowest free one, from 1
//
// Corners are rounded to 1e-7 degree, and soundness is judged there. Notes tell what is harmless:
// repeated corners, outlines and holes the wrong way round, sides that jump over the date line
// (read as crossing it). Errors are: longitude or latitude out of range (and whether they were
// probably swapped, or are metres of another reference system), rings that are open or have fewer
// than three corners, sides that cross (and where), no kind.
// Errors of its own: no JSON (with line and column), nothing of GeoJSON.
Result<GeoJsonZones> parse_geojson(std::string_view text, std::string_view file,
                                   const GeoJsonOptions& options = {});

// A FeatureCollection with id, name and kinds of each, outlines anticlockwise. Longitudes go on
// over the date line (a field from 179 to 181) rather than being cut there as RFC 7946 advises, so
// that parse_geojson() gives back the same corners.
std::string to_geojson(const ZoneMap& map);

}  // namespace sengi::zones
