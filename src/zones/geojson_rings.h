// SPDX-License-Identifier: Apache-2.0
// The coordinates of one polygon of a GeoJSON file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "zones/geojson.h"

namespace sengi::zones {

// A ring, and which position of the file each of its corners was.
struct SourceRing {
  Ring corners;
  std::vector<std::size_t> positions;
};

struct SourcePolygon {
  std::vector<SourceRing> rings;
  std::string path;  // of its coordinates
  bool good = true;  // no error was found

  Rings corners() const;
};

// Reads "coordinates" of a Polygon; what is wrong is added to `findings`.
SourcePolygon read_polygon(const nlohmann::json& coordinates, const std::string& path,
                           const GeoJsonOptions& options, std::vector<Finding>& findings);

// The path of the corner that begins the side nearest to a place in degrees.
std::string path_near(const std::vector<SourcePolygon>& polygons, double longitude,
                      double latitude);

}  // namespace sengi::zones
