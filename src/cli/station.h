// SPDX-License-Identifier: Apache-2.0
// Parts of sengi station.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command.h"
#include "station/sql.h"

namespace sengi::cli {

// account and token. `folder`: of the station, known when the command line was read.
void add_station_accounts(CLI::App& group, const std::string& folder, Session& session);
void add_station_export(CLI::App& group, const std::string& folder, Session& session);
// device and zones; order.
void add_station_fleet(CLI::App& group, const std::string& folder, Session& session);
void add_station_orders(CLI::App& group, const std::string& folder, Session& session);
// key and release.
void add_station_releases(CLI::App& group, const std::string& folder, Session& session);

// "gps_interval_min_s=600". Errors: a word of another form.
Result<std::map<std::string, std::int32_t>> settings_in_words(
    const std::vector<std::string>& words);

// A station's database, made where it is missing; beside a station that runs, too.
Result<station::Database> open_database(const std::string& folder);

}  // namespace sengi::cli
