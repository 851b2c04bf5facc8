// SPDX-License-Identifier: Apache-2.0
// Whether polygons are sound, and how to mend them: GEOS, in the whole numbers that devices see.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "zones/zone_map.h"

namespace sengi::zones {

struct GeometryFault {
  std::string reason;  // GEOS's: "Self-intersection", "Hole lies outside shell" ...
  double longitude;    // degrees, where it is
  double latitude;
};

// What is wrong with these as a multipolygon by the rules of OGC Simple Features (ISO 19125-1):
// sides that cross or lie on one another, holes outside, polygons that overlap. None where nothing
// is. Errors: GEOS cannot answer.
Result<std::optional<GeometryFault>> fault_in(const std::vector<Rings>& polygons);

// The same surface as sound polygons, by GEOS's MakeValid with the structure method: crossing
// outlines are split, overlapping polygons united, what has no surface is left out. May be empty.
// Corners that it makes are rounded to 1e-7 degree, and the outcome is looked at again.
// Errors: rounding makes it unsound each time.
Result<std::vector<Rings>> repaired(const std::vector<Rings>& polygons);

// GeoJSON cuts what crosses the date line into polygons that end there (RFC 7946, section 3.1.9).
// Those that touch along it are joined again, so that the cut is no edge. Others stay as they are.
Result<std::vector<Rings>> joined_at_date_line(std::vector<Rings> polygons);

// Twice the surface in the plane of the coordinates, positive where it turns to the left.
double turning(const Ring& ring);

}  // namespace sengi::zones
