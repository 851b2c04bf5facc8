// SPDX-License-Identifier: Apache-2.0
// Parts of sengi station.
#pragma once

#include "cli/command.h"

namespace sengi::cli {

// account and token. `folder`: of the station, known when the command line was read.
void add_station_accounts(CLI::App& group, const std::string& folder, Session& session);
void add_station_export(CLI::App& group, const std::string& folder, Session& session);

}  // namespace sengi::cli
