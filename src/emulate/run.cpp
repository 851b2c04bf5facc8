// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
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
  std::vector<LayerCost> layers;        // one for each of counting.parts, not counted yet
  std::vector<FunctionCost> front_end;  // likewise of counting.totals
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
    places.layers.push_back({layer, 0, 0, found->bytes});
  }
  // Firmware keeps its front end's parts in functions of such names, so that they can be told from
  // what waits for samples.
  static const std::regex part(R"(\(anonymous namespace\)::(front_end_\w+)\(.*)");
  for (const ElfFunction& function : elf.functions) {
    std::smatch match;
    if (!std::regex_match(function.name, match, part)) continue;
    places.counting.totals.push_back(function.address);
    places.front_end.push_back({match[1].str()});
  }
  return places;
}

// Takes the last line, the port's own, off the console; the peak stack it tells.
std::optional<std::size_t> take_stack_line(std::string& console) {
  constexpr std::string_view start = "peak stack ";
  const std::size_t at = console.rfind(start);
  const bool begins_line = at == 0 || (at != std::string::npos && console[at - 1] == '\n');
  std::size_t bytes = 0;
  if (!begins_line ||
      std::from_chars(&console[at + start.size()], console.data() + console.size(), bytes).ec !=
          std::errc()) {
    return std::nullopt;
  }
  console.resize(at);
  return bytes;
}

std::string last_line(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  const std::size_t end = text.rfind('\n');
  return end == std::string::npos ? text : text.substr(end + 1);
}

// Why a program ended as it should not: what it said last, or what QEMU said of it.
std::string reason(const ProcessOutput& output, const std::string& console) {
  if (output.err.find("Lockup") != std::string::npos) {
    return "a fault within a fault stopped the processor; most often the stack ran out of memory";
  }
  for (const std::string& text : {console, output.err}) {
    if (std::string line = last_line(text); !line.empty()) return line;
  }
  return fmt::format("it ended with status {} without a word", output.exit_status);
}

Error failure(const Program& program, const ProcessOutput& output, const std::string& console) {
  return Error{fmt::format("{} on {}: {}", program.elf.filename().string(), program.board.name,
                           reason(output, console))};
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
      const LayerCost& layer = places.layers[run.layers.size()];
      run.layers.push_back({layer.name, first, cycles_hold ? second : 0, layer.code_bytes});
    } else if (what == "total" && run.front_end.size() < places.front_end.size()) {
      FunctionCost& cost = run.front_end.emplace_back(places.front_end[run.front_end.size()]);
      std::uint64_t cycles = 0;
      words >> cycles;
      cost.calls = first;
      cost.instructions = second;
      cost.cycles = cycles_hold ? cycles : 0;
    } else if (what == "range" && cycles_hold) {
      run.most_cycles = second;
    }
  }
  return {};
}

}  // namespace

Result<Run> run(const Program& program, std::span<const std::byte> input,
                const RunOptions& options) {
  SENGI_CHECK(require_machine(program.board));
  const bool emulated = is_bare(program.board);
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
  if (output.exit_status != 0 || (emulated && !stack)) return failure(program, output, run.console);
  run.stack_bytes = stack.value_or(0);
  SENGI_TRY(bytes, read_file(folder.path() / output_name));
  run.output = std::move(bytes);
  if (places) SENGI_CHECK(read_counts(folder.path() / counts_name, *places, program.board, run));
  return run;
}

}  // namespace sengi::emulate
