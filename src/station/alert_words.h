// SPDX-License-Identifier: Apache-2.0
// What an alert says to a person: for mail, and for the titles of other systems.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace sengi::station {

struct AlertWords {
  std::string title;  // "Tembo is in Shamba"
  std::string text;   // lines: what, where, when, when last heard
};

// Of a letter's JSON (SPEC.md, "station.toml"). What is missing in it is left out.
AlertWords words_of(const nlohmann::ordered_json& letter);

}  // namespace sengi::station
