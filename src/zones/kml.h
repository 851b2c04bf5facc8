// SPDX-License-Identifier: Apache-2.0
// Zones as KML (OGC 12-007r2), as Google Earth and its like draw and export them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "zones/geojson.h"

namespace sengi::zones {

// Whether a text is XML rather than JSON.
bool looks_like_kml(std::string_view text);

// Each Placemark with polygons becomes a zone; what has no inside is passed over with a warning.
//
//   name   the Placemark's
//   kinds  its ExtendedData "kind" (a word of kind_named(), or several with commas between), else
//          the innermost Folder or Document that has such a word as its name, else options.kinds
//   id     its ExtendedData "id"
//
// Altitudes are left out. What is found is what parse_geojson() finds in the same shapes, with the
// Placemark's line and name instead of a path. Entities of the file's own are not expanded, and
// nothing is fetched. Errors of its own: no XML (with the line), no KML; folders in folders beyond
// all reason.
Result<GeoJsonZones> parse_kml(std::string_view text, std::string_view file,
                               const GeoJsonOptions& options = {});

// One or the other, whichever it is.
Result<GeoJsonZones> parse_zones(std::string_view text, std::string_view file,
                                 const GeoJsonOptions& options = {});

}  // namespace sengi::zones
