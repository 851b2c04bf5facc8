// SPDX-License-Identifier: Apache-2.0
// The commands below sengi data that have a file of their own.
#pragma once

#include "cli/command.h"

namespace sengi::cli {

void add_data_import(CLI::App& data, Session& session);
void add_data_import_series(CLI::App& data, Session& session);
void add_data_import_forecast(CLI::App& data, Session& session);
void add_data_grounds(CLI::App& data, Session& session);

}  // namespace sengi::cli
