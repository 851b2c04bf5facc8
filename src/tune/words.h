// SPDX-License-Identifier: Apache-2.0
// A search as people read it: on a terminal, in a log, in JSON, and as a page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tune/search.h"

namespace sengi::tune {

// What a search is of, beside what it found.
struct About {
  std::string project;  // its name
  std::string folder;   // as the person named it
  std::string board;
  std::string board_title;
  std::string power_source;  // where the current is from; empty: no energy is known
  std::string version;
};

// "1 h 02 min", "3 min 05 s", "42 s"
std::string duration(double seconds);

// The Pareto set with the project below it; before a last training is done, what stands best so far
// on the highest rung that was reached. At most `rows` lines beside the project's.
std::string table_of(const Search& search, std::size_t rows = SIZE_MAX);

// "41 candidates, 9 beyond the limits; trained 32 for 2 epochs, 10 for 6, 3 for 18"
std::string counts_of(const Search& search);

// One line about what a worker has just come to.
std::string line_of(const Search& search, const Trial& trial, const Answer& answer);

// Everything, redrawn in place while it goes on.
std::string live_view(const Search& search, const About& about, double seconds,
                      std::optional<double> seconds_left);

// How the best stands beside the project, in a sentence or two.
std::string verdict_of(const Search& search, const About& about);

std::string to_json(const Search& search, const About& about, double seconds);

// out/tune/report.html
std::string report_page(const Search& search, const About& about);

}  // namespace sengi::tune
