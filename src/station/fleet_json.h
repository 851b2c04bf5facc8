// SPDX-License-Identifier: Apache-2.0
// Devices as a fleet in the JSON that the HTTP server and the command line give.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "station/fleet.h"

namespace sengi::station {

nlohmann::ordered_json to_json(const Deployment& deployment);

// What people say of a device, what wears it now, what it says that it has: its versions, or with
// `all` those that it had before too. None where nobody said anything of it and it was never heard.
Result<std::optional<nlohmann::ordered_json>> fleet_member(Database& database,
                                                           const std::string& device,
                                                           std::int64_t now_ms, bool all);

// Devices that were heard or that somebody said something of, by name from the one after `after`.
Result<nlohmann::ordered_json> fleet_members(Database& database, const std::string& after,
                                             std::int64_t limit, std::int64_t now_ms);

// Animals and sites: what they are, which devices they had, from when to when.
Result<nlohmann::ordered_json> animals(Database& database);

// Where an animal was, whatever device it wore; none where there is no such animal.
Result<std::optional<nlohmann::ordered_json>> animal_positions(Database& database,
                                                               const std::string& animal,
                                                               std::int64_t from_ms,
                                                               std::int64_t to_ms,
                                                               std::int64_t limit);

}  // namespace sengi::station
