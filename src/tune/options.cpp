// SPDX-License-Identifier: Apache-2.0
#include "tune/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace sengi::tune {

void add_options(CLI::App& command, Options& options) {
  command.add_option("PROJECT", options.project, "The project's folder, or its sengi.toml")
      ->required();
  command.add_option("--board", options.board,
                     "Board whose memory and clock count; the project's, unless given");
  command
      .add_option("--ram", options.ram_bytes,
                  "Most RAM: arena, static memory and stack; the board's, unless given (64K)")
      ->transform(CLI::AsSizeValue(false));
  command
      .add_option("--flash", options.flash_bytes,
                  "Most flash: code and constants; the board's, unless given (256K)")
      ->transform(CLI::AsSizeValue(false));
  command
      .add_option(
          "--latency-ms", options.latency_ms,
          "Longest inference; [detect] stride_ms, unless given, after which the next is due")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--energy-uj", options.energy_uj,
                  "Most energy of an inference, by the current in the board's file")
      ->check(CLI::PositiveNumber);
  command.add_flag("--no-worse", options.no_worse,
                   "Only what takes no more cycles, RAM and flash than the project does");
  command
      .add_option("--trials", options.trials,
                  "Candidates to train; 81 where neither this nor --hours is given")
      ->check(CLI::PositiveNumber);
  command.add_option("--hours", options.hours, "Time to search for, from now")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--epochs", options.epochs,
                  "Epochs of the longest training; [train] epochs, unless given")
      ->check(CLI::Range(1, 100'000));
  command.add_option("--seed", options.seed, "Of what is drawn")->capture_default_str();
  command
      .add_option("--threads", options.threads,
                  "Threads of each process; its share of the cores, unless given")
      ->check(CLI::Range(1, 1024));
  auto* force = command.add_flag("--force", options.force, "Forget the search that is there");
  command
      .add_option("--apply", options.apply,
                  "Write the keys of this trial into sengi.toml, and show its accuracy on the test "
                  "side")
      ->check(CLI::PositiveNumber)
      ->excludes(force);
}

std::vector<std::string> arguments_of(const Options& options) {
  std::vector<std::string> words = {options.project};
  const auto add = [&](const char* name, const std::string& value) {
    words.emplace_back(name);
    words.push_back(value);
  };
  if (!options.board.empty()) add("--board", options.board);
  if (options.ram_bytes) add("--ram", fmt::to_string(*options.ram_bytes));
  if (options.flash_bytes) add("--flash", fmt::to_string(*options.flash_bytes));
  if (options.latency_ms) add("--latency-ms", fmt::format("{}", *options.latency_ms));
  if (options.energy_uj) add("--energy-uj", fmt::format("{}", *options.energy_uj));
  if (options.no_worse) words.emplace_back("--no-worse");
  if (options.trials > 0) add("--trials", fmt::to_string(options.trials));
  if (options.hours) add("--hours", fmt::format("{}", *options.hours));
  if (options.epochs > 0) add("--epochs", fmt::to_string(options.epochs));
  add("--seed", fmt::to_string(options.seed));
  if (options.threads > 0) add("--threads", fmt::to_string(options.threads));
  if (options.apply > 0) add("--apply", fmt::to_string(options.apply));
  if (options.force) words.emplace_back("--force");
  if (options.json) words.emplace_back("--json");
  if (options.quiet) words.emplace_back("--quiet");
  return words;
}

}  // namespace sengi::tune
