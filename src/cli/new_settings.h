// SPDX-License-Identifier: Apache-2.0
// The sengi.toml that a new project of each kind begins with: every setting that a person may want
// to change, with its default and what it does.
#pragma once

#include <string>
#include <string_view>

namespace sengi::cli {

struct KindSettings {
  std::string_view name;
  std::string_view is;     // "sounds to listen for (words, calls, machines)"
  const char* text;        // {} is the project's name; keys behind "# " have their defaults
  const char* first_step;  // {0} is the folder
};

// Requires: one of project::kind_names().
const KindSettings& settings_for(std::string_view kind);

// "keyword: sounds to listen for ...; motion: ..."
std::string kinds_in_words();

}  // namespace sengi::cli
