// SPDX-License-Identifier: Apache-2.0
// A collar's life, by sengi run; its image, by sengi build; and sengi collar.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "cli/command.h"
#include "collar/collar_project.h"

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
  std::string until;      // the track is moved by whole days to end then: a time, or "now"
  std::string device;     // as the network calls it
  std::string envelopes;  // a file for what the network heard, as a station takes it; empty: none
};

// A model that is named but not trained here is left out, and said so: its recordings may be what
// cannot be had.
Result<std::shared_ptr<const collar::BehaviourModel>> load_behaviours(
    const collar::CollarProject& project, const Session& session);
Result<std::shared_ptr<const collar::EarModel>> load_ear(const collar::CollarProject& project,
                                                         const Session& session);

struct CollarBuild {
  std::string subject;  // the collar's folder
  std::string board;    // empty: no image
  std::string library;  // a kind of export; empty: none
  std::string folder;   // for what is made
};

Result<Status> build_collar(const CollarBuild& build, const Session& session);

Result<Status> run_collar(const CollarOptions& options, const Session& session);

void add_collar(CLI::App& app, Session& session);

}  // namespace sengi::cli
