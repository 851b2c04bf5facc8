// SPDX-License-Identifier: Apache-2.0
// The dashboard's files. Anybody gets them, since nothing is in them; what they show needs a name.
#pragma once

#include <httplib.h>

namespace sengi::station {

void route_pages(httplib::Server& server);

}  // namespace sengi::station
