// SPDX-License-Identifier: Apache-2.0
// GET /api/v1/devices/{device}/calls and .../calls/{call}/sound, as openapi.h describes them.
#pragma once

#include "station/http_routes.h"

namespace sengi::station {

void route_calls(const Routes& routes);

}  // namespace sengi::station
