// SPDX-License-Identifier: Apache-2.0
// GET and PUT /api/v1/zones: the zones that alerts go by and devices are sent.
#pragma once

#include "station/http_routes.h"

namespace sengi::station {

// GET answers the newest set as GeoJSON, its version in the member "version" and the ETag. PUT
// takes a whole new one; with If-Match it is refused (412) unless that version is still the newest.
// Alerts go by it from the next uplink on.
void route_zones(const Routes& routes);

}  // namespace sengi::station
