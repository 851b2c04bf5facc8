// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/files.h"
#include "emulate/emulate.h"
#include "emulate/machine.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

constexpr char end_of_transmission = 4;

Error failure(const Program& program, int status, const fs::path& folder) {
  std::string words = fmt::format("it ended with status {}", status);
  for (const char* name : {errors_name, console_name}) {
    std::string text = read_text(folder / name).ok() ? read_text(folder / name).value() : "";
    text.erase(text.find_last_not_of("\r\n") + 1);
    if (!text.empty()) words = text.substr(text.rfind('\n') + 1);
  }
  return Error{
      fmt::format("{} on {}: {}", program.elf.filename().string(), program.board.name, words)};
}

Result<std::string> start_talk(const Program& program, bool attached, const std::string& sent) {
  SENGI_CHECK(require_serial_line(program.board));
  SENGI_TRY(folder, TemporaryFolder::make());
  SENGI_CHECK(write_text(folder.path() / input_name, ""));
  SENGI_CHECK(write_text(folder.path() / sent_name, sent + end_of_transmission));
  SENGI_TRY(output, start_serial(program, attached, folder.path()));
  if (output.exit_status != 0) return failure(program, output.exit_status, folder.path());
  return output.out;
}

}  // namespace

Result<void> require_serial_line(const Board& board) {
  if (!board.serial_port.empty() || board.port == "host") return {};
  return Error{board.name + ": this board has no serial line; give another (sengi boards)"};
}

Result<std::string> talk(const Program& program, const std::string& sent) {
  return start_talk(program, false, sent);
}

Result<void> talk_attached(const Program& program) {
  SENGI_TRY(nothing, start_talk(program, true, ""));
  return {};
}

}  // namespace sengi::emulate
