// SPDX-License-Identifier: Apache-2.0
#include "emulate/machine.h"

#include <fmt/format.h>

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
  return argument;
}

Result<Command> qemu_command(const Program& program, const std::optional<Counting>& counting) {
  SENGI_TRY(qemu, require_program(program.board.qemu_program, program.board.qemu_package));
  Command command = {qemu.string(),
                     "-machine",
                     program.board.qemu_machine,
                     "-nodefaults",
                     "-display",
                     "none",
                     "-chardev",
                     "stdio,id=console",
                     "-semihosting-config",
                     fmt::format("enable=on,target=native,chardev=console,arg={},arg={},arg={}",
                                 "program", input_name, output_name),
                     "-kernel",
                     program.elf.string()};
  const Command& more = program.board.qemu_arguments;
  command.insert(command.end(), more.begin(), more.end());
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

Result<ProcessOutput> start(const Program& program, const std::optional<Counting>& counting,
                            const fs::path& folder) {
  if (program.board.qemu_machine.empty()) {
    SENGI_TRY(command, native_command(program));
    return run_process(command, time_limit, folder);
  }
  SENGI_TRY(command, qemu_command(program, counting));
  return run_process(command, time_limit, folder);
}

}  // namespace sengi::emulate
