// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "emulate/consumption.h"
#include "emulate/emulate.h"
#include "project/config_reader.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

// What the file says in other types than Board holds.
struct Draft {
  Board board;
  Consumption consumption;
  std::uint64_t flash_origin = 0, flash_bytes = 0;
  std::uint64_t ram_origin = 0, ram_bytes = 0;
  std::uint64_t serial_origin = 0;
  std::uint64_t line_in_origin = 0, line_in_interrupt = 0;
  std::uint64_t line_out_origin = 0, line_out_interrupt = 0;
  std::uint64_t storage_origin = 0, storage_bytes = 0;
  std::vector<double> line_pins;
  std::string lines_source, storage_source;
  std::string flash_source, ram_source, clock_source, serial_source;  // for those who read the file
};

// Every key of a board's file, once.
std::vector<project::Key> keys_of(Draft& draft) {
  using project::Choice, project::Number, project::Numbers, project::Seed, project::Text,
      project::Texts;
  Board& board = draft.board;
  std::vector<project::Key> keys = {
      {"board", "title", Text{&board.title}},
      {"board", "port", Text{&board.port}},
      {"board", "files", Choice{&board.files, {"semihosting", "nrf52840"}}},
      {"board", "compiler", Text{&board.compiler}},
      {"board", "compiler_package", Text{&board.compiler_package}},
      {"board", "cpu_flags", Texts{&board.cpu_flags}},
      {"board", "link_flags", Texts{&board.link_flags}},
      {"board", "cycle_rule", Choice{&board.cycle_rule, {"cortex-m4"}}},
      {"qemu", "machine", Text{&board.qemu_machine}},
      {"qemu", "program", Text{&board.qemu_program}},
      {"qemu", "package", Text{&board.qemu_package}},
      {"qemu", "arguments", Texts{&board.qemu_arguments}},
      {"launcher", "program", Text{&board.launcher}},
      {"launcher", "package", Text{&board.launcher_package}},
      {"launcher", "script", Text{&board.launcher_script}},
      {"flash", "origin", Seed{&draft.flash_origin}},
      {"flash", "bytes", Seed{&draft.flash_bytes}},
      {"flash", "source", Text{&draft.flash_source}},
      {"ram", "origin", Seed{&draft.ram_origin}},
      {"ram", "bytes", Seed{&draft.ram_bytes}},
      {"ram", "source", Text{&draft.ram_source}},
      {"clock", "hz", Number{&board.clock_hz, 1, 1e10}},
      {"clock", "source", Text{&draft.clock_source}},
      {"serial", "port", Choice{&board.serial_port, {"cmsdk_uart", "ns16550"}}},
      {"serial", "origin", Seed{&draft.serial_origin}},
      {"serial", "hz", Number{&board.serial_clock_hz, 1, 1e10}},
      {"serial", "source", Text{&draft.serial_source}},
      {"lines", "port", Choice{&board.lines_port, {"cmsdk_lines", "nrf_lines"}}},
      {"lines", "in_origin", Seed{&draft.line_in_origin}},
      {"lines", "in_interrupt", Seed{&draft.line_in_interrupt}},
      {"lines", "out_origin", Seed{&draft.line_out_origin}},
      {"lines", "out_interrupt", Seed{&draft.line_out_interrupt}},
      {"lines", "hz", Number{&board.lines_clock_hz, 1, 1e10}},
      {"lines", "pins", Numbers{&draft.line_pins}},
      {"lines", "source", Text{&draft.lines_source}},
      {"storage", "origin", Seed{&draft.storage_origin}},
      {"storage", "bytes", Seed{&draft.storage_bytes}},
      {"storage", "source", Text{&draft.storage_source}},
      {"power", "active_ma", Number{&board.active_ma, 0, 1e5}},
      {"power", "volts", Number{&board.supply_v, 0, 1000}},
      {"power", "source", Text{&board.power_source}},
  };
  const std::vector<project::Key> more = keys_of(draft.consumption);
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

struct Loaded {
  Draft draft;
  fs::path file;
};

// Of a chip with two ports of 32 and 16 pins; two of the line's pins, or all four.
bool are_pins(const std::vector<double>& pins) {
  constexpr double pins_end = 48;
  const bool count = pins.empty() || pins.size() == 2 || pins.size() == 4;
  return count && std::all_of(pins.begin(), pins.end(), [](double pin) {
           return pin >= 0 && pin < pins_end && pin == std::floor(pin);
         });
}

// A board's memory that an emulator is to have lies within 32 bits of addresses.
bool is_memory(std::uint64_t origin, std::uint64_t bytes) {
  constexpr std::uint64_t addresses = std::uint64_t{1} << 32;
  return bytes > 0 && bytes < addresses && origin <= addresses - bytes;
}

Result<Board> finished(const Draft& draft, const std::string& name, const fs::path& file) {
  const bool whole = is_memory(draft.flash_origin, draft.flash_bytes) &&
                     is_memory(draft.ram_origin, draft.ram_bytes);
  const bool bare = !draft.board.qemu_machine.empty() || draft.flash_bytes > 0;
  if (bare && !whole) {
    return Error{fmt::format("{}: [flash] and [ram] each need an origin and bytes within 32 bits",
                             file.string())};
  }
  if (!are_pins(draft.line_pins)) {
    return Error{
        fmt::format("{}: [lines] pins are numbers from 0 to 47 (32 times the port and the "
                    "pin): [send, receive], or [send, receive, RTS, CTS]",
                    file.string())};
  }
  Board board = draft.board;
  board.name = name;
  if (board.files.empty()) board.files = "semihosting";
  for (const double pin : draft.line_pins) {
    board.line_pins.push_back(static_cast<std::size_t>(pin));
  }
  board.flash_origin = static_cast<std::size_t>(draft.flash_origin);
  board.flash_bytes = static_cast<std::size_t>(draft.flash_bytes);
  board.ram_origin = static_cast<std::size_t>(draft.ram_origin);
  board.ram_bytes = static_cast<std::size_t>(draft.ram_bytes);
  board.serial_origin = static_cast<std::size_t>(draft.serial_origin);
  board.line_in_origin = static_cast<std::size_t>(draft.line_in_origin);
  board.line_in_interrupt = static_cast<std::size_t>(draft.line_in_interrupt);
  board.line_out_origin = static_cast<std::size_t>(draft.line_out_origin);
  board.line_out_interrupt = static_cast<std::size_t>(draft.line_out_interrupt);
  board.storage_origin = static_cast<std::size_t>(draft.storage_origin);
  board.storage_bytes = static_cast<std::size_t>(draft.storage_bytes);
  return board;
}

Error unknown_board(const std::string& name, const std::vector<std::string>& names) {
  const auto meant = nearest(name, names);
  return Error{fmt::format("no board is called '{}'{}; there are: {}", name,
                           meant ? fmt::format(", did you mean '{}'?", *meant) : "",
                           fmt::join(names, ", "))};
}

// Whether the compiler finds its C++ library, which Debian packages apart.
bool has_library(const Board& board) {
  std::vector<std::string> command = {board.compiler};
  command.insert(command.end(), board.cpu_flags.begin(), board.cpu_flags.end());
  for (const char* word : {"-std=c++20", "-E", "-x", "c++", "-include", "cstdint", "/dev/null"}) {
    command.emplace_back(word);
  }
  const auto output = run_process(command);
  return output.ok() && output.value().exit_status == 0;
}

Result<Loaded> read_draft(const std::string& name) {
  SENGI_TRY(folder, shipped("boards"));
  const std::vector<std::string> names = board_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) return unknown_board(name, names);
  Loaded loaded{{}, folder / (name + ".toml")};
  SENGI_TRY(text, read_text(loaded.file));
  SENGI_CHECK(project::read_config(text, loaded.file.string(), keys_of(loaded.draft)));
  return loaded;
}

}  // namespace

std::vector<std::string> board_names() {
  std::vector<std::string> names;
  const auto folder = shipped("boards");
  if (!folder) return names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder.value(), ignored)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> runnable_board_names() {
  std::vector<std::string> names;
  for (const std::string& name : board_names()) {
    const auto board = load_board(name);
    if (!board || can_run(board.value())) names.push_back(name);  // a broken file is told of
  }
  return names;
}

Result<Board> load_board(const std::string& name) {
  SENGI_TRY(loaded, read_draft(name));
  return finished(loaded.draft, name, loaded.file);
}

Result<Consumption> load_consumption(const std::string& name) {
  SENGI_TRY(loaded, read_draft(name));
  const Consumption& c = loaded.draft.consumption;
  const std::string file = loaded.file.string();
  if (c.processor.microamps <= 0) {
    return Error{fmt::format("{}: no [consumers]: what its parts take is not known", file)};
  }
  const auto& rates = c.accelerometer.rates_hz;
  if (rates.empty() || rates.size() != c.accelerometer.microamps.size() ||
      !std::is_sorted(rates.begin(), rates.end())) {
    return Error{fmt::format(
        "{}: [accelerometer] needs rates_hz, rising, and a current of microamps for each", file)};
  }
  if (c.battery.names.size() != c.battery.capacities_mah.size()) {
    return Error{fmt::format("{}: [battery] needs a capacity for each name", file)};
  }
  return c;
}

std::optional<MissingTool> missing_tool(const Board& board) {
  const MissingTool tools[] = {{board.compiler, board.compiler_package},
                               {board.qemu_program, board.qemu_package},
                               {board.launcher, board.launcher_package}};
  for (const MissingTool& tool : tools) {
    if (!tool.program.empty() && !find_program(tool.program)) return tool;
  }
  if (!has_library(board)) return MissingTool{"its C++ library", board.compiler_package};
  return std::nullopt;
}

}  // namespace sengi::emulate
