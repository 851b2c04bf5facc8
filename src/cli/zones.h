// SPDX-License-Identifier: Apache-2.0
// What the subcommands of `sengi zones` share.
#pragma once

#include <string>

#include "cli/command.h"
#include "zones/zone_map.h"

namespace sengi::cli {

// GeoJSON, or the compact form where the bytes begin so.
// Errors: it cannot be read; every error among its findings, in one line.
Result<zones::ZoneMap> read_zones(const std::string& path, const std::string& kind, bool repair);

// The kinds that "--kind farm,risk" names; every kind for "".
Result<std::uint8_t> kinds_named(const std::string& words);

void add_zones_study(CLI::App& zones, Session& session);

}  // namespace sengi::cli
