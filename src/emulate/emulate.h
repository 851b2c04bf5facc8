// SPDX-License-Identifier: Apache-2.0
// Building generated code with a firmware's main program for a board, running it (natively, or in
// QEMU under the cycle plugin), and what it was measured to cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace sengi::emulate {

// boards/NAME.toml. "host" is a board too, this machine, and so is "wasm"; nothing is counted
// there.
struct Board {
  std::string name;
  std::string title;
  std::string port;              // folder below firmware/ports
  std::string files;             // likewise: what stands between a bare processor and the world
  std::string compiler;          // arm-none-eabi-g++, or c++ for the host
  std::string compiler_package;  // Debian packages that bring it and its C++ library
  std::vector<std::string> cpu_flags;
  std::vector<std::string> link_flags;
  std::string cycle_rule;    // processor whose cycle rule holds here; empty: instructions alone
  std::string qemu_machine;  // empty where the program is not emulated
  std::string qemu_program;
  std::string qemu_package;
  std::vector<std::string> qemu_arguments;  // beside those that every machine needs
  std::string launcher;  // program that runs the built one here ("node"); empty: it runs by itself
  std::string launcher_package;
  std::string launcher_script;   // the launcher's, in the port's folder
  std::size_t flash_origin = 0;  // address of the first byte
  std::size_t flash_bytes = 0;
  std::size_t ram_origin = 0;
  std::size_t ram_bytes = 0;
  double clock_hz = 0;
  std::string serial_port;  // folder below firmware/ports; empty: no serial line but the host's own
  std::size_t serial_origin = 0;
  double serial_clock_hz = 0;
  // Two serial lines that work by interrupts (firmware/ports/lines.h), and what stands for flash
  // beside the processor.
  std::string lines_port;  // folder below firmware/ports; empty: none but the host's own
  std::size_t line_in_origin = 0;
  std::size_t line_in_interrupt = 0;
  std::size_t line_out_origin = 0;
  std::size_t line_out_interrupt = 0;
  double lines_clock_hz = 0;
  // Send, receive, and of flow control "may send" (RTS) and "ask" (CTS); empty: none to choose.
  std::vector<std::size_t> line_pins;
  std::size_t storage_origin = 0;
  std::size_t storage_bytes = 0;
  // What the processor takes while it computes, by the maker's document; 0 where the file has no
  // figures, as for boards whose processor is not a product's.
  double active_ma = 0;
  double supply_v = 0;
  std::string power_source;  // the document, and under which conditions
};
Result<Board> load_board(const std::string& name);

// Without an operating system.
inline bool is_bare(const Board& board) { return board.flash_bytes > 0; }

// Where both lines are one peripheral's.
inline bool has_one_line(const Board& board) {
  return !board.lines_port.empty() && board.line_in_origin == board.line_out_origin;
}

// Flash of the processor behind the program's, not memory or a chip beside it.
inline bool stores_in_flash(const Board& board) {
  return board.storage_bytes > 0 && board.storage_origin == board.flash_origin + board.flash_bytes;
}

// Programs can be built for every board; QEMU does not have all of them.
inline bool can_run(const Board& board) { return !is_bare(board) || !board.qemu_machine.empty(); }

// The first thing that building for a board and running there needs and this machine lacks, and the
// Debian packages that bring it.
struct MissingTool {
  std::string program;  // or "its C++ library"
  std::string packages;
};
std::optional<MissingTool> missing_tool(const Board& board);
std::vector<std::string> board_names();
std::vector<std::string> runnable_board_names();

// A program to build: one firmware folder, generated code, a board.
struct Build {
  Board board;
  std::string firmware;                     // folder below firmware/, such as "model_runner"
  std::vector<std::filesystem::path> code;  // folders of generated code: all their .cpp are built
  std::string optimization = "-O2";
  // Layers to name where it does not fit: at which the arena is fullest, with the most constants.
  std::string fullest_layer = {};
  std::string heaviest_layer = {};
  bool lines = false;  // the firmware uses ports/lines.h
};

struct Sections {
  std::size_t flash_code_bytes = 0;   // instructions
  std::size_t flash_const_bytes = 0;  // read-only data and initial values
  std::size_t static_bytes = 0;       // RAM fixed at link time, without the arena
  std::size_t arena_bytes = 0;        // the generated code's arena
};

struct Program {
  std::filesystem::path elf;
  Board board;
  Sections sections;
  // How deep the stack can get: the deepest path through the compiler's call graph. None where a
  // function calls itself or takes stack by the run, and on this machine.
  std::optional<std::size_t> stack_bound_bytes;
};

// Compiles into `folder` (kept; what is up to date is not built again).
// Errors: compiler missing (names the package), compilation failed (the compiler's first error),
// does not fit the board, its stack included (Outcome::no; says what needs how much, and what to
// do).
Result<Program> build(const Build& what, const std::filesystem::path& folder);

// A section of a bare program, in the order of addresses.
struct Placed {
  std::string name;
  std::uint32_t address = 0;
  std::size_t bytes = 0;
  bool in_flash = false;  // initial values of variables too
  bool in_ram = false;
};
Result<std::vector<Placed>> placed_sections(const Program& program);

// The program in Intel's hexadecimal format, by the compiler's objcopy.
// Errors: it is missing.
Result<void> write_hex(const Program& program, const std::filesystem::path& file);

struct LayerCost {
  std::string name;
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;
  std::size_t code_bytes = 0;  // of its function
};

// All finished calls of one function together.
struct FunctionCost {
  std::string name;  // what was asked for
  std::uint64_t calls = 0;
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;  // 0 where the board has no cycle rule
};

struct Run {
  std::vector<std::byte> output;  // the program's output file
  std::string console;            // what it printed
  std::size_t stack_bytes = 0;    // peak, from painted memory
  // Of one inference (the last of the run), and by layer, which add up to the whole; none on the
  // host or where not counted. Cycles are modelled (explain_cycle_rule()) and there only for boards
  // with a cycle rule; elsewhere layers have 0.
  std::optional<std::uint64_t> instructions;
  std::optional<std::uint64_t> cycles;
  std::optional<std::uint64_t> most_cycles;  // of any inference of the run
  std::vector<LayerCost> layers;
  // What the firmware's functions named front_end_... cost, where it has such.
  std::vector<FunctionCost> front_end;
  // Of the front end from one run of the network to the next; of a project's firmware on a board
  // with a cycle rule.
  std::optional<std::uint64_t> front_end_cycles;
};

struct RunOptions {
  bool count = true;                // under the cycle plugin (slower)
  std::vector<std::string> layers;  // names of the plan's layers, to attribute cycles to
};

// Runs the program with `input` as its input file.
// Errors: QEMU missing (names the package), the program faulted or ended with an error (says
// which).
Result<Run> run(const Program& program, std::span<const std::byte> input,
                const RunOptions& options = {});

// Runs a program that talks over its board's serial line (firmware/ports/serial.h): sends `sent`
// and then an end of transmission, and returns what came back. Errors: those of run(); the board
// has no serial line.
Result<std::string> talk(const Program& program, const std::string& sent);

// The same with this program's own standard input and output.
Result<void> talk_attached(const Program& program);

// Errors: the board has no serial line.
Result<void> require_serial_line(const Board& board);

// The rule that turns instructions into cycles, for --explain.
std::string explain_cycle_rule();

}  // namespace sengi::emulate
