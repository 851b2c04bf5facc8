// SPDX-License-Identifier: Apache-2.0
// A collar's life, by sengi run; and sengi collar.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/command.h"

namespace sengi::cli {

struct CollarOptions {
  std::string subject;  // the collar's folder
  std::string board;    // empty: the project's
  std::string track;    // a file; empty: a made one
  std::string accel;    // a recording, or "made"; empty: as the track
  std::string audio;    // a recording, or a table of calls
  std::string zones;    // in the place of the project's
  std::uint32_t days = 30;
  std::uint32_t seed = 1;
  double speed = 0;  // times real time; 0: as fast as it goes
  bool count = false;
};

Result<Status> run_collar(const CollarOptions& options, const Session& session);

void add_collar(CLI::App& app, Session& session);

}  // namespace sengi::cli
