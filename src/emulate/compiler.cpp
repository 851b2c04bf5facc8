// SPDX-License-Identifier: Apache-2.0
#include "emulate/compiler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <regex>
#include <sstream>

#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/text.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

using Command = std::vector<std::string>;

constexpr double serial_baud = 115'200;

void append(Command& command, const Command& more) {
  command.insert(command.end(), more.begin(), more.end());
}

fs::path with_suffix(fs::path path, const char* suffix) { return path += suffix; }

// The files that a dependency file of the compiler ("object: source header \ header ...") names.
std::vector<fs::path> dependencies(const fs::path& file) {
  const auto text = read_text(file);
  if (!text) return {};
  std::vector<fs::path> files;
  std::string path;
  bool target = true;  // before the colon
  const std::string& all = text.value();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool escaped = all[i] == '\\' && i + 1 < all.size();
    if (escaped && all[i + 1] == ' ') {
      path += all[++i];
    } else if (escaped && all[i + 1] == '\n') {
      ++i;
    } else if (all[i] == ' ' || all[i] == '\n') {
      if (!path.empty() && !target) files.emplace_back(path);
      if (path.ends_with(':')) target = false;
      path.clear();
    } else {
      path += all[i];
    }
  }
  return files;
}

// A hash of the command and of the files' contents; none where one cannot be read.
std::optional<std::string> fingerprint(const Command& command, const std::vector<fs::path>& files) {
  std::string all = fmt::format("{}\n", fmt::join(command, "\n"));
  for (const fs::path& file : files) {
    const auto bytes = read_file(file);
    if (!bytes) return std::nullopt;
    all += fmt::format("{} {}\n", file.string(), sha256(bytes.value()));
  }
  return sha256(all);
}

bool up_to_date(const fs::path& result, const Command& command,
                const std::vector<fs::path>& files) {
  std::error_code ignored;
  if (!fs::exists(result, ignored) || files.empty()) return false;
  const auto made = read_text(with_suffix(result, ".made"));
  const auto now = fingerprint(command, files);
  return made && now && made.value() == *now;
}

Result<void> note_made(const fs::path& result, const Command& command,
                       const std::vector<fs::path>& files) {
  if (const auto now = fingerprint(command, files)) {
    return write_text(with_suffix(result, ".made"), *now);
  }
  return {};
}

// The first line of `text` that matches, or its first line.
std::string first_line(const std::string& text, const std::string& mark) {
  std::istringstream lines(text);
  std::string first;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(mark) != std::string::npos) return line;
    if (first.empty()) first = line;
  }
  return first;
}

// Runs the compiler; its messages where it failed.
Result<std::optional<std::string>> messages_of_failure(const Board& board, Command command) {
  SENGI_TRY(path, require_program(board.compiler, board.compiler_package));
  command.front() = path.string();
  SENGI_TRY(output, run_process(command));
  if (output.exit_status == 0) return std::optional<std::string>();
  return std::optional(output.err);
}

Command compile_command(const Board& board, const Compilation& compilation) {
  Command command = {board.compiler, "-std=c++20", compilation.optimization};
  append(command, board.cpu_flags);
  if (is_bare(board)) {
    append(command, {"-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics",
                     "-fno-unwind-tables", "-fno-asynchronous-unwind-tables", "-ffunction-sections",
                     "-fdata-sections", "-fcallgraph-info=su"});
  }
  for (const fs::path& folder : compilation.include_folders) {
    append(command, {"-I", folder.string()});
  }
  append(command, {"-MMD", "-MF", with_suffix(compilation.object, ".d").string(), "-c",
                   compilation.source.string(), "-o", compilation.object.string()});
  return command;
}

Error compile_error(const Board& board, const Compilation& compilation,
                    const std::string& messages) {
  const std::string line = first_line(messages, "error:");
  // The compiler is there but its C++ library is not: Debian packages it apart.
  static const std::regex header("fatal error: '?(cstd|array)");
  const bool no_library = std::regex_search(line, header);
  return Error{fmt::format("cannot compile {} for {}: {}{}", compilation.source.string(),
                           board.name, line,
                           no_library ? "; apt install " + board.compiler_package : "")};
}

// All ones: not connected.
std::size_t pin_of(const Board& board, std::size_t which) {
  return which < board.line_pins.size() ? board.line_pins[which] : 0xFFFFFFFF;
}

Command link_command(const Board& board, const Linking& linking) {
  Command command = {board.compiler};
  append(command, board.cpu_flags);
  for (const fs::path& object : linking.objects) command.push_back(object.string());
  append(command, {"-o", linking.program.string()});
  append(command, board.link_flags);
  if (is_bare(board)) {
    const auto define = [](const char* name, std::size_t value) {
      return fmt::format("-Wl,--defsym={}={:#x}", name, value);
    };
    append(command, {"-nostdlib",
                     "-lgcc",
                     "-Wl,--gc-sections",
                     "-Wl,--no-warn-rwx-segments",
                     define("flash_origin", board.flash_origin),
                     define("flash_bytes", board.flash_bytes),
                     define("ram_origin", board.ram_origin),
                     define("ram_bytes", board.ram_bytes),
                     define("stack_bytes", linking.stack_bytes),
                     define("sengi_serial_origin", board.serial_origin),
                     define("sengi_serial_clocks_a_bit",
                            static_cast<std::size_t>(board.serial_clock_hz / serial_baud)),
                     define("sengi_line_in_origin", board.line_in_origin),
                     define("sengi_line_in_interrupt", board.line_in_interrupt),
                     define("sengi_line_out_origin", board.line_out_origin),
                     define("sengi_line_out_interrupt", board.line_out_interrupt),
                     define("sengi_line_clocks_a_bit",
                            static_cast<std::size_t>(board.lines_clock_hz / serial_baud)),
                     define("sengi_line_pin_send", pin_of(board, 0)),
                     define("sengi_line_pin_receive", pin_of(board, 1)),
                     define("sengi_line_pin_may_send", pin_of(board, 2)),
                     define("sengi_line_pin_ask", pin_of(board, 3)),
                     define("sengi_storage_origin", board.storage_origin),
                     define("sengi_storage_bytes", board.storage_bytes),
                     "-T",
                     linking.linker_script.string()});
    if (linking.overlapping) command.emplace_back("-Wl,--no-check-sections");
  }
  return command;
}

bool is_overflow(const std::string& messages) {
  return messages.find("' overflowed by ") != std::string::npos ||
         messages.find("' will not fit in region ") != std::string::npos;
}

Error link_error(const Board& board, const fs::path& program, const std::string& messages) {
  return Error{fmt::format("cannot link {} for {}: {}", program.string(), board.name,
                           first_line(messages, "undefined reference"))};
}

}  // namespace

Result<void> write_hex(const Program& program, const fs::path& file) {
  // arm-none-eabi-g++ has arm-none-eabi-objcopy beside it.
  const std::string& compiler = program.board.compiler;
  const std::string tool = compiler.substr(0, compiler.rfind('-') + 1) + "objcopy";
  SENGI_TRY(path, require_program(tool, program.board.compiler_package));
  SENGI_TRY(output,
            run_process({path.string(), "-O", "ihex", program.elf.string(), file.string()}));
  if (output.exit_status == 0) return {};
  return Error{fmt::format("cannot write {}: {}", file.string(), first_line(output.err, "error"))};
}

Result<void> compile_file(const Board& board, const Compilation& compilation) {
  const Command command = compile_command(board, compilation);
  const fs::path dependency_file = with_suffix(compilation.object, ".d");
  if (up_to_date(compilation.object, command, dependencies(dependency_file))) return {};
  SENGI_TRY(failure, messages_of_failure(board, command));
  if (failure) return compile_error(board, compilation, *failure);
  return note_made(compilation.object, command, dependencies(dependency_file));
}

fs::path call_graph_of(const fs::path& object) { return fs::path(object).replace_extension(".ci"); }

Result<std::optional<std::string>> link_program(const Board& board, const Linking& linking) {
  const Command command = link_command(board, linking);
  std::vector<fs::path> files = linking.objects;
  if (is_bare(board)) files.push_back(linking.linker_script);
  const std::optional<std::string> fits;
  if (up_to_date(linking.program, command, files)) return fits;
  SENGI_TRY(failure, messages_of_failure(board, command));
  if (failure && is_overflow(*failure)) return failure;
  if (failure) return link_error(board, linking.program, *failure);
  SENGI_CHECK(note_made(linking.program, command, files));
  return fits;
}

}  // namespace sengi::emulate
