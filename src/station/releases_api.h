// SPDX-License-Identifier: Apache-2.0
// The pages about releases: /api/v1/releases.
#pragma once

#include "station/http_routes.h"

namespace sengi::station {

void route_releases(const Routes& routes);

}  // namespace sengi::station
