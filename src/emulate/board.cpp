// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "emulate/emulate.h"
#include "project/config_reader.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

// What the file says in other types than Board holds.
struct Draft {
  Board board;
  std::uint64_t flash_origin = 0, flash_bytes = 0;
  std::uint64_t ram_origin = 0, ram_bytes = 0;
  std::uint64_t serial_origin = 0;
  std::uint64_t line_in_origin = 0, line_in_interrupt = 0;
  std::uint64_t line_out_origin = 0, line_out_interrupt = 0;
  std::uint64_t storage_origin = 0, storage_bytes = 0;
  std::string lines_source, storage_source;
  std::string flash_source, ram_source, clock_source, serial_source;  // for those who read the file
};

// Every key of a board's file, once.
std::vector<project::Key> keys_of(Draft& draft) {
  using project::Choice, project::Number, project::Seed, project::Text, project::Texts;
  Board& board = draft.board;
  return {
      {"board", "title", Text{&board.title}},
      {"board", "port", Text{&board.port}},
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
      {"lines", "port", Choice{&board.lines_port, {"cmsdk_lines"}}},
      {"lines", "in_origin", Seed{&draft.line_in_origin}},
      {"lines", "in_interrupt", Seed{&draft.line_in_interrupt}},
      {"lines", "out_origin", Seed{&draft.line_out_origin}},
      {"lines", "out_interrupt", Seed{&draft.line_out_interrupt}},
      {"lines", "hz", Number{&board.lines_clock_hz, 1, 1e10}},
      {"lines", "source", Text{&draft.lines_source}},
      {"storage", "origin", Seed{&draft.storage_origin}},
      {"storage", "bytes", Seed{&draft.storage_bytes}},
      {"storage", "source", Text{&draft.storage_source}},
      {"power", "active_ma", Number{&board.active_ma, 0, 1e5}},
      {"power", "volts", Number{&board.supply_v, 0, 1000}},
      {"power", "source", Text{&board.power_source}},
  };
}

// A board's memory that an emulator is to have lies within 32 bits of addresses.
bool is_memory(std::uint64_t origin, std::uint64_t bytes) {
  constexpr std::uint64_t addresses = std::uint64_t{1} << 32;
  return bytes > 0 && bytes < addresses && origin <= addresses - bytes;
}

Result<Board> finished(const Draft& draft, const std::string& name, const fs::path& file) {
  const bool whole = is_memory(draft.flash_origin, draft.flash_bytes) &&
                     is_memory(draft.ram_origin, draft.ram_bytes);
  if (!draft.board.qemu_machine.empty() && !whole) {
    return Error{fmt::format("{}: [flash] and [ram] each need an origin and bytes within 32 bits",
                             file.string())};
  }
  Board board = draft.board;
  board.name = name;
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

Result<Board> load_board(const std::string& name) {
  SENGI_TRY(folder, shipped("boards"));
  const std::vector<std::string> names = board_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) return unknown_board(name, names);
  const fs::path file = folder / (name + ".toml");
  SENGI_TRY(text, read_text(file));
  Draft draft;
  SENGI_CHECK(project::read_config(text, file.string(), keys_of(draft)));
  return finished(draft, name, file);
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
