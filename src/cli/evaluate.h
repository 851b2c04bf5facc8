// SPDX-License-Identifier: Apache-2.0
// What sengi evaluate is made of beside the answers of a project to clips.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/command.h"

namespace sengi::cli {

// Adds the options of judging what was found in whole recordings. What comes back does so, where
// --events was given; `found` is the command's own argument.
struct EventsCommand {
  std::function<bool()> asked;
  std::function<Result<Status>(const std::string& found, const Session& session)> act;
};
EventsCommand add_evaluate_events(CLI::App& command);

}  // namespace sengi::cli
