// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/table.h"
#include "emulate/emulate.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string kibibytes(std::size_t bytes) {
  return bytes == 0 ? "–" : with_thousands(bytes / 1024) + " KiB";
}

std::string how_it_runs(const emulate::Board& board) {
  if (!emulate::is_bare(board)) return "runs here";
  return emulate::can_run(board) ? "QEMU " + board.qemu_machine : "built only";
}

Json json_of(const emulate::Board& board) {
  return {{"name", board.name},
          {"title", board.title},
          {"flash_bytes", board.flash_bytes},
          {"ram_bytes", board.ram_bytes},
          {"clock_hz", board.clock_hz},
          {"compiler", board.compiler},
          {"emulated_by", board.qemu_machine}};
}

Result<Status> act(const Session& session) {
  Json list = Json::array();
  Table table({"board", "what it is", ">flash", ">RAM", ">clock", "emulated by"});
  for (const std::string& name : emulate::board_names()) {
    SENGI_TRY(board, emulate::load_board(name));
    list.push_back(json_of(board));
    table.add({board.name, board.title, kibibytes(board.flash_bytes), kibibytes(board.ram_bytes),
               board.clock_hz > 0 ? fmt::format("{:.0f} MHz", board.clock_hz / 1e6) : "–",
               how_it_runs(board)});
  }
  if (session.json) {
    SENGI_CHECK(say(list.dump(2) + "\n"));
  } else {
    SENGI_CHECK(say(table.text() + "Flash, RAM and clock are from the boards' datasheets.\n"));
  }
  return Status::done;
}

}  // namespace

void add_boards(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("boards", "The boards that programs can be built for");
  add_json(*command, session);
  command->footer("Examples:\n  sengi boards\n  sengi run keywords --on mps2-an386");
  command->callback([&session] { session.action = [&session] { return act(session); }; });
}

}  // namespace sengi::cli
