// SPDX-License-Identifier: Apache-2.0
// What a collar's life came to: for people, for programs, and on a map.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collar/image.h"
#include "collar/life.h"
#include "emulate/line_program.h"
#include "movement/track.h"

namespace sengi::collar {

struct Story {
  std::string name;   // of the project
  std::string board;  // where it ran
  std::string track;  // the file, or "made"
  bool made_track = false;
  bool made_accelerometer = false;
  movement::Track path;  // all that is known of the track, for the map
  const Parts* parts = nullptr;
  Life life;
  double battery_mah = 0;
  std::optional<emulate::Sections> sections;  // of a board's program
  emulate::LineRun run;
  double took_s = 0;  // of this machine's time
};

// The monitors whose calls are counted: their functions, and what they are to people.
struct Monitor {
  const char* function;
  const char* title;
};
const std::vector<Monitor>& monitors();
std::vector<std::string> monitor_functions();

// A line a moment: what the network heard, alerts first in mind; positions and statuses are
// counted.
std::string timeline(const Story& story);

// The figures: uplinks, charge by consumer, memory, instructions and cycles by monitor.
std::string figures(const Story& story);

// One line an uplink: {"time","port","bytes" (base64),"heard","message"}.
std::string uplinks_as_lines(const Story& story);

std::string to_json(const Story& story);

// A self-contained page: the map, the days, the figures.
std::string page_of(const Story& story, const std::string& version);

}  // namespace sengi::collar
