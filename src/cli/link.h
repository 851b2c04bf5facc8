// SPDX-License-Identifier: Apache-2.0
// Parts of sengi link.
#pragma once

#include "cli/command.h"

namespace sengi::cli {

void add_link_readings(CLI::App& group, Session& session);
void add_link_send(CLI::App& group, Session& session);

}  // namespace sengi::cli
