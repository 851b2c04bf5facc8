// SPDX-License-Identifier: Apache-2.0
#include "emulate/machine.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/files.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

using Command = std::vector<std::string>;

// Far beyond any real run; ends a program that hangs.
constexpr std::chrono::minutes time_limit(30);

// QEMU ends a value at a comma unless it is doubled.
std::string quoted(const std::string& value) {
  std::string text;
  for (const char c : value) text += c == ',' ? ",," : std::string(1, c);
  return text;
}

std::string plugin_argument(const fs::path& plugin, const Counting& counting) {
  std::string argument = fmt::format("{},out={},function={:x}", quoted(plugin.string()),
                                     counts_name, counting.function);
  for (const std::uint32_t part : counting.parts) argument += fmt::format(",part={:x}", part);
  for (const std::uint32_t total : counting.totals) argument += fmt::format(",total={:x}", total);
  return argument;
}

// Where QEMU's standard input and output are.
enum class Standard { console, serial };

Result<Command> qemu_command(const Program& program, const std::optional<Counting>& counting,
                             Standard standard) {
  SENGI_CHECK(require_machine(program.board));
  SENGI_TRY(qemu, require_program(program.board.qemu_program, program.board.qemu_package));
  Command command = {qemu.string(),
                     "-machine",
                     program.board.qemu_machine,
                     "-nodefaults",
                     "-display",
                     "none",
                     "-chardev",
                     standard == Standard::console
                         ? "stdio,id=console"
                         : fmt::format("file,id=console,path={}", console_name),
                     "-semihosting-config",
                     fmt::format("enable=on,target=native,chardev=console,arg={},arg={},arg={}",
                                 "program", input_name, output_name),
                     "-kernel",
                     program.elf.string()};
  const Command& more = program.board.qemu_arguments;
  command.insert(command.end(), more.begin(), more.end());
  if (standard == Standard::serial) command.insert(command.end(), {"-serial", "stdio"});
  if (counting) {
    SENGI_TRY(plugin, shipped("lib/sengi_cycles.so"));
    command.insert(command.end(), {"-plugin", plugin_argument(plugin, *counting)});
  }
  return command;
}

// A program that runs on this machine, by itself or by its launcher.
Result<Command> native_command(const Program& program) {
  const Board& board = program.board;
  Command command = {program.elf.string(), input_name, output_name};
  if (!board.launcher.empty()) {
    SENGI_TRY(launcher, require_program(board.launcher, board.launcher_package));
    SENGI_TRY(ports, shipped("firmware/ports"));
    const fs::path script = ports / board.port / board.launcher_script;
    command.insert(command.begin(), {launcher.string(), script.string()});
  }
  return command;
}

}  // namespace

Result<void> require_machine(const Board& board) {
  if (can_run(board)) return {};
  return Error{fmt::format(
      "{}: QEMU has no machine for this board, so its program is only built here, to be written "
      "into the chip; to run it, give a board that QEMU has (sengi boards)",
      board.name)};
}

Result<std::vector<std::string>> line_command(const Program& program, const std::string& in,
                                              const std::string& out,
                                              const std::vector<std::uint32_t>& totals) {
  const auto id_of = [](const std::string& device) {
    const std::size_t at = device.find("id=") + 3;
    return device.substr(at, device.find(',', at) - at);
  };
  SENGI_TRY(command, qemu_command(program, std::nullopt, Standard::serial));
  // In the place of the one serial line on standard input and output.
  command.resize(command.size() - 2);
  const bool one = has_one_line(program.board);
  for (const std::string& device : one ? std::vector{in} : std::vector{in, out}) {
    command.insert(command.end(), {"-chardev", device, "-serial", "chardev:" + id_of(device)});
  }
  if (one) {
    command.insert(command.end(), {"-chardev", out, "-mon", "chardev=" + id_of(out)});
  }
  if (stores_in_flash(program.board)) {
    command.insert(command.end(),
                   {"-device", fmt::format("loader,file={},addr={:#x},force-raw=on", storage_name,
                                           program.board.storage_origin)});
  }
  if (!totals.empty()) {
    SENGI_TRY(plugin, shipped("lib/sengi_cycles.so"));
    std::string argument = fmt::format("{},out={}", quoted(plugin.string()), counts_name);
    for (const std::uint32_t total : totals) argument += fmt::format(",total={:x}", total);
    command.insert(command.end(), {"-plugin", argument});
  }
  return command;
}

Result<ProcessOutput> start(const Program& program, const std::optional<Counting>& counting,
                            const fs::path& folder) {
  if (!is_bare(program.board)) {
    SENGI_TRY(command, native_command(program));
    return run_process(command, time_limit, folder);
  }
  SENGI_TRY(command, qemu_command(program, counting, Standard::console));
  return run_process(command, time_limit, folder);
}

Result<ProcessOutput> start_serial(const Program& program, bool attached, const fs::path& folder) {
  SENGI_TRY(command, !is_bare(program.board)
                         ? native_command(program)
                         : qemu_command(program, std::nullopt, Standard::serial));
  // The shell does what run_process() and run_attached() do not: choose folder and input.
  std::string script = fmt::format("cd \"$0\" && exec \"$@\" 2> {}", errors_name);
  if (!attached) {
    script += fmt::format(" < {}", sent_name);
  } else if (::isatty(STDIN_FILENO) == 0) {
    // QEMU goes on when its input ends; an end of transmission (4) ends the program.
    script = fmt::format("cd \"$0\" && {{ cat; printf '\\004'; }} | \"$@\" 2> {}", errors_name);
  }
  Command shell = {"/bin/sh", "-c", script, folder.string()};
  shell.insert(shell.end(), command.begin(), command.end());
  if (!attached) return run_process(shell, time_limit);
  SENGI_TRY(status, run_attached(shell));
  return ProcessOutput{status, "", ""};
}

}  // namespace sengi::emulate
