// SPDX-License-Identifier: Apache-2.0
// Where every device is, in one answer: a map of a hundred thousand is one question.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "station/accounts.h"
#include "station/sql.h"

namespace sengi::station {

// GeoJSON (RFC 7946): a point a device that has been somewhere, by name, with its time, and but for
// guests when it was last heard and its battery. A guest sees where it was yesterday, coarsely
// (api.h).
//
// Thread rule: with the database, which may be open to read alone.
Result<std::string> latest_positions(Database& database, Role role, std::int64_t now_ms);

}  // namespace sengi::station
