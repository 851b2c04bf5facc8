// SPDX-License-Identifier: Apache-2.0
// The pages about what devices are told: /api/v1/orders, /api/v1/devices/DEVICE/downlinks.
#pragma once

#include "station/http_routes.h"

namespace sengi::station {

void route_downlinks(const Routes& routes);

}  // namespace sengi::station
