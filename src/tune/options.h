// SPDX-License-Identifier: Apache-2.0
// The words of `sengi tune`, read by sengi for its --help and errors, and again by the program
// that searches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sengi::tune {

struct Options {
  std::string project;
  std::string board;  // empty: the project's
  std::optional<std::uint64_t> ram_bytes;
  std::optional<std::uint64_t> flash_bytes;
  std::optional<double> latency_ms;
  std::optional<double> energy_uj;
  bool no_worse = false;   // than the project
  std::size_t trials = 0;  // 0: as many as the time allows, or most_trials without a time
  std::optional<double> hours;
  std::int32_t epochs = 0;  // of the last rung; 0: the project's
  std::uint64_t seed = 1;
  int threads = 0;  // of each process; 0: its share of the cores
  std::int32_t apply = 0;
  bool force = false;
  bool json = false;
  bool quiet = false;
};

// Candidates that are trained where neither --trials nor --hours says how many.
inline constexpr std::size_t most_trials = 81;

// Without --json and --quiet, which every command has its own way for.
void add_options(CLI::App& command, Options& options);

// Options as words of a command line that gives them again.
std::vector<std::string> arguments_of(const Options& options);

}  // namespace sengi::tune
