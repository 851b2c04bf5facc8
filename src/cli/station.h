// SPDX-License-Identifier: Apache-2.0
// Parts of sengi station.
#pragma once

#include "cli/command.h"
#include "station/sql.h"

namespace sengi::cli {

// account and token. `folder`: of the station, known when the command line was read.
void add_station_accounts(CLI::App& group, const std::string& folder, Session& session);
void add_station_export(CLI::App& group, const std::string& folder, Session& session);
// device and zones; order.
void add_station_fleet(CLI::App& group, const std::string& folder, Session& session);
void add_station_orders(CLI::App& group, const std::string& folder, Session& session);

// A station's database, made where it is missing; beside a station that runs, too.
Result<station::Database> open_database(const std::string& folder);

}  // namespace sengi::cli
