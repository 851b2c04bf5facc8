// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "base/files.h"
#include "base/text.h"
#include "emulate/elf.h"
#include "emulate/emulate.h"
#include "emulate/machine.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

// Where the network's function and its layers' begin. Layers that a program does not have are left
// out, and so are missing from the counts.
struct Places {
  Counting counting;
  std::vector<std::string> layers;  // one for each of counting.parts
};

// "kws::run(kws::Arena&)": the network's name.
std::optional<std::string> network_of(const ElfFunction& function) {
  static const std::regex run(R"((\w+)::run\(\1::Arena&\))");
  std::smatch match;
  if (std::regex_match(function.name, match, run)) return match[1].str();
  return std::nullopt;
}

Result<Places> places_in(const fs::path& program, const std::vector<std::string>& layers) {
  SENGI_TRY(elf, read_elf(program));
  std::optional<std::string> network;
  Places places;
  for (const ElfFunction& function : elf.functions) {
    const auto name = network_of(function);
    if (!name) continue;
    network = name;
    places.counting.function = function.address;
  }
  if (!network) return Error{program.string() + ": holds no network whose cost could be counted"};
  for (const std::string& layer : layers) {
    const std::string start = fmt::format("{}::(anonymous namespace)::{}(", *network, layer);
    const auto found = std::find_if(elf.functions.begin(), elf.functions.end(),
                                    [&](const auto& f) { return f.name.starts_with(start); });
    if (found == elf.functions.end()) continue;
    places.counting.parts.push_back(found->address);
    places.layers.push_back(layer);
  }
  return places;
}

// Takes the last line, the port's own, off the console; the peak stack it tells.
std::optional<std::size_t> take_stack_line(std::string& console) {
  static const std::regex line(R"((^|\n)peak stack (\d+) bytes\n$)");
  std::smatch match;
  if (!std::regex_search(console, match, line)) return std::nullopt;
  const std::size_t bytes = std::stoull(match[2]);
  console.resize(static_cast<std::size_t>(match.position()) + match[1].str().size());
  return bytes;
}

std::string last_line(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  const std::size_t end = text.rfind('\n');
  return end == std::string::npos ? text : text.substr(end + 1);
}

Error failure(const Program& program, const ProcessOutput& output) {
  std::string why = last_line(output.out);
  if (why.empty()) why = last_line(output.err);
  if (why.empty()) why = fmt::format("it ended with status {}", output.exit_status);
  return Error{
      fmt::format("{} on {}: {}", program.elf.filename().string(), program.board.name, why)};
}

// Reads what the plugin wrote (cycles_plugin.cpp says how).
Result<void> read_counts(const fs::path& file, const Places& places, const Board& board, Run& run) {
  SENGI_TRY(text, read_text(file));
  const bool cycles_hold = !board.cycle_rule.empty();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string what;
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    words >> what >> first >> second;
    if (what == "whole") {
      run.instructions = first;
      if (cycles_hold) run.cycles = second;
    } else if (what == "part" && run.layers.size() < places.layers.size()) {
      run.layers.push_back({places.layers[run.layers.size()], first, cycles_hold ? second : 0});
    } else if (what == "range" && cycles_hold) {
      run.most_cycles = second;
    }
  }
  return {};
}

}  // namespace

Result<Run> run(const Program& program, std::span<const std::byte> input,
                const RunOptions& options) {
  const bool emulated = !program.board.qemu_machine.empty();
  std::optional<Places> places;
  if (options.count && emulated) {
    SENGI_TRY(found, places_in(program.elf, options.layers));
    places = std::move(found);
  }
  SENGI_TRY(folder, TemporaryFolder::make());
  SENGI_CHECK(write_file(folder.path() / input_name, input));
  SENGI_TRY(output,
            start(program, places ? std::optional(places->counting) : std::nullopt, folder.path()));
  Run run;
  run.console = output.out;
  const auto stack = take_stack_line(run.console);
  if (output.exit_status != 0 || (emulated && !stack)) return failure(program, output);
  run.stack_bytes = stack.value_or(0);
  SENGI_TRY(bytes, read_file(folder.path() / output_name));
  run.output = std::move(bytes);
  if (places) SENGI_CHECK(read_counts(folder.path() / counts_name, *places, program.board, run));
  return run;
}

}  // namespace sengi::emulate
