// SPDX-License-Identifier: Apache-2.0
// A sengi.toml on its way into a Project: what it says in other units or words than Project holds.
#pragma once

#include <string>
#include <vector>

#include "project/config_reader.h"
#include "project/project.h"

namespace sengi::project {

struct Draft {
  // With the defaults of a kind. Requires: one of kind_names().
  explicit Draft(const std::string& kind);

  Project project;
  double window_ms = 30;
  double hop_ms = 20;
  std::string audio_feature = "mfcc";
  std::string series_feature = "raw";
  std::string colour = "colour";
};

// Every key that the file of this kind of project may have, once; and those of other kinds, by
// which they are told from words that are no keys at all.
std::vector<Key> keys_of(Draft& draft);

// Turns milliseconds into samples and fills what follows from other keys. `places`: those the file
// sets.
void complete(Draft& draft, const Places& places);

}  // namespace sengi::project
