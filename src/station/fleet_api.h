// SPDX-License-Identifier: Apache-2.0
// The pages about devices as a fleet: /api/v1/fleet, deployments, animals, reference data.
#pragma once

#include "station/http_routes.h"

namespace sengi::station {

void route_fleet(const Routes& routes);

}  // namespace sengi::station
