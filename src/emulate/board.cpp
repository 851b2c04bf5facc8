// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "emulate/emulate.h"
#include "project/config_reader.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();

// What the file says in other types than Board holds.
struct Draft {
  Board board;
  std::int32_t flash_origin = 0, flash_bytes = 0;
  std::int32_t ram_origin = 0, ram_bytes = 0;
  std::string flash_source, ram_source, clock_source;  // for those who read the file
};

// Every key of a board's file, once.
std::vector<project::Key> keys_of(Draft& draft) {
  using project::Choice, project::Number, project::Text, project::Texts, project::Whole;
  Board& board = draft.board;
  return {
      {"board", "title", Text{&board.title}},
      {"board", "port", Text{&board.port}},
      {"board", "compiler", Text{&board.compiler}},
      {"board", "compiler_package", Text{&board.compiler_package}},
      {"board", "cpu_flags", Texts{&board.cpu_flags}},
      {"board", "cycle_rule", Choice{&board.cycle_rule, {"cortex-m4"}}},
      {"qemu", "machine", Text{&board.qemu_machine}},
      {"qemu", "package", Text{&board.qemu_package}},
      {"flash", "origin", Whole{&draft.flash_origin, 0, most}},
      {"flash", "bytes", Whole{&draft.flash_bytes, 1, most}},
      {"flash", "source", Text{&draft.flash_source}},
      {"ram", "origin", Whole{&draft.ram_origin, 0, most}},
      {"ram", "bytes", Whole{&draft.ram_bytes, 1, most}},
      {"ram", "source", Text{&draft.ram_source}},
      {"clock", "hz", Number{&board.clock_hz, 1, 1e10}},
      {"clock", "source", Text{&draft.clock_source}},
  };
}

Board finished(const Draft& draft, const std::string& name) {
  Board board = draft.board;
  board.name = name;
  board.flash_origin = static_cast<std::size_t>(draft.flash_origin);
  board.flash_bytes = static_cast<std::size_t>(draft.flash_bytes);
  board.ram_origin = static_cast<std::size_t>(draft.ram_origin);
  board.ram_bytes = static_cast<std::size_t>(draft.ram_bytes);
  return board;
}

Error unknown_board(const std::string& name, const std::vector<std::string>& names) {
  const auto meant = nearest(name, names);
  return Error{fmt::format("no board is called '{}'{}; there are: {}", name,
                           meant ? fmt::format(", did you mean '{}'?", *meant) : "",
                           fmt::join(names, ", "))};
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
  return finished(draft, name);
}

}  // namespace sengi::emulate
