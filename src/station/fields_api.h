// SPDX-License-Identifier: Apache-2.0
// What can be asked of a farm, as JSON text (openapi.h describes it).
//
// Thread rule: with the database, which may be open to read alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "station/api.h"
#include "station/settings.h"
#include "station/sql.h"

namespace sengi::station {

// What the sensors of a device read, by time, those that cannot be too. None where there is no such
// device.
Result<std::optional<std::string>> sensor_readings(Database& database, const std::string& device,
                                                   const Page& page);

// The water of each device that reads soil moisture, the driest first.
Result<std::string> field_water(Database& database, const Settings::Irrigation& settings);

}  // namespace sengi::station
