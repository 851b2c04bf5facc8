// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "base/files.h"
#include "compile/listener_writer.h"
#include "emulate/budget.h"
#include "emulate/call_graph.h"
#include "emulate/compiler.h"
#include "emulate/elf.h"
#include "emulate/emulate.h"

namespace sengi::emulate {
namespace fs = std::filesystem;
namespace {

// All .cpp of a folder, by name.
Result<std::vector<fs::path>> sources_in(const fs::path& folder) {
  std::vector<fs::path> sources;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".cpp") sources.push_back(entry.path());
  }
  if (failed) return Error{folder.string() + ": cannot read this folder: " + failed.message()};
  if (sources.empty()) return Error{folder.string() + ": holds no .cpp file to build"};
  std::sort(sources.begin(), sources.end());
  return sources;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// The namespace that a generated model.h puts the network in.
Result<std::string> network_name(const fs::path& header) {
  SENGI_TRY(text, read_text(header));
  static const std::regex opening(R"(^namespace (\w+) \{$)", std::regex::multiline);
  std::smatch match;
  if (std::regex_search(text, match, opening)) return match[1].str();
  return Error{header.string() + ": not a model.h that sengi wrote: it opens no namespace"};
}

// application.h, through which a firmware's main program reaches the network it is built with,
// where the code does not bring it. A firmware without a network needs none.
Result<void> write_application(const std::vector<fs::path>& code, const fs::path& folder) {
  const auto holder_of = [&](const std::string& header) {
    return std::find_if(code.begin(), code.end(),
                        [&](const fs::path& part) { return is_there(part / header); });
  };
  const auto network = holder_of("model.h");
  if (holder_of("application.h") != code.end() || network == code.end()) return {};
  SENGI_TRY(name, network_name(*network / "model.h"));
  std::string beside;
  for (const std::string& one : compile::listener_names()) {
    if (holder_of(one + ".h") != code.end()) beside = one;
  }
  return write_text(folder / "application.h", compile::generate_application_header(name, beside));
}

Sections sections_of(const Elf& elf) {
  Sections sizes;
  for (const ElfSection& section : elf.sections) {
    if (!section.loaded || section.name == ".stack") continue;
    if (section.name == ".arena") {
      sizes.arena_bytes += section.bytes;
    } else if (section.executable) {
      sizes.flash_code_bytes += section.bytes;
    } else {
      if (section.in_file) sizes.flash_const_bytes += section.bytes;
      if (section.written) sizes.static_bytes += section.bytes;
    }
  }
  return sizes;
}

constexpr const char* semihosting = "semihosting";

// Left for the stack where nothing bounds it.
constexpr std::size_t least_stack_bytes = 1024;

class Builder {
 public:
  Builder(const Build& what, fs::path folder, fs::path firmware)
      : what_(what), folder_(std::move(folder)), firmware_(std::move(firmware)) {}

  // The include folders: the device library, what firmware shares, the port's interface, the code.
  Result<void> prepare() {
    SENGI_TRY(device, shipped("device/include"));
    SENGI_CHECK(make_folder(folder_));
    SENGI_CHECK(write_application(what_.code, folder_));
    const fs::path ports = firmware_ / "ports";
    includes_ = {device, firmware_, ports, ports / what_.board.port, ports / "bare"};
    if (is_bare(what_.board)) includes_.push_back(ports / what_.board.files);
    for (const fs::path& code : what_.code) includes_.push_back(fs::absolute(code));
    includes_.push_back(folder_);
    return {};
  }

  // Objects are named after the part they belong to: code_model.o, port_startup.o.
  Result<void> compile(const fs::path& sources_folder, const std::string& part) {
    SENGI_TRY(sources, sources_in(sources_folder));
    for (const fs::path& source : sources) {
      const fs::path object = folder_ / (part + "_" + source.stem().string() + ".o");
      SENGI_CHECK(compile_file(what_.board, {source, object, includes_, what_.optimization}));
      objects_.push_back(object);
    }
    return {};
  }

  // Errors: it does not fit the board.
  Result<Program> link(const fs::path& linker_script) {
    const Board& board = what_.board;
    Program program{folder_ / (what_.firmware + ".elf"), board, {}, std::nullopt};
    const bool bare = is_bare(board);
    if (bare) program.stack_bound_bytes = stack_bound();
    Linking linking{objects_, linker_script, program.stack_bound_bytes.value_or(least_stack_bytes),
                    program.elf};
    SENGI_TRY(overflow, link_program(board, linking));
    if (overflow) return does_not_fit(linking, *overflow);
    if (!bare) return program;
    SENGI_TRY(elf, read_elf(program.elf));
    program.sections = sections_of(elf);
    return program;
  }

 private:
  std::optional<std::size_t> stack_bound() const {
    CallGraph graph;
    for (const fs::path& object : objects_) {
      const auto text = read_text(call_graph_of(object));
      if (!text) return std::nullopt;
      graph.add(text.value());
    }
    return graph.deepest_bytes();
  }

  // Links it for a board with more memory than any program needs, to see what it takes.
  Error does_not_fit(Linking linking, const std::string& overflow) const {
    Board roomy = what_.board;
    roomy.flash_bytes = roomy.ram_bytes = std::size_t{1} << 28;
    linking.program = folder_ / "too_large.elf";
    linking.overlapping = true;
    const auto linked = link_program(roomy, linking);
    const auto elf =
        linked.ok() && !linked.value() ? read_elf(linking.program) : Result<Elf>(Error{overflow});
    if (!elf.ok()) return budget_error(what_, overflow);
    return budget_error(what_, sections_of(elf.value()), linking.stack_bytes);
  }

  const Build& what_;
  fs::path folder_;
  fs::path firmware_;
  std::vector<fs::path> includes_;
  std::vector<fs::path> objects_;
};

}  // namespace

Result<std::vector<Placed>> placed_sections(const Program& program) {
  SENGI_TRY(elf, read_elf(program.elf));
  std::vector<Placed> placed;
  for (const ElfSection& section : elf.sections) {
    if (!section.loaded || section.bytes == 0 || section.name == ".stack") continue;
    const bool in_ram = section.address >= program.board.ram_origin &&
                        section.address - program.board.ram_origin < program.board.ram_bytes;
    placed.push_back({section.name, section.address, section.bytes, section.in_file, in_ram});
  }
  std::sort(placed.begin(), placed.end(),
            [](const Placed& a, const Placed& b) { return a.address < b.address; });
  return placed;
}

Result<Program> build(const Build& what, const fs::path& folder) {
  if (what.lines && what.board.lines_port.empty() && what.board.port != "host") {
    return Error{what.board.name +
                 ": this board has no [lines], over which the program talks; give another "
                 "(mps2-an386, nrf52840, or host)"};
  }
  SENGI_TRY(firmware, shipped("firmware"));
  const fs::path port = firmware / "ports" / what.board.port;
  Builder builder(what, fs::absolute(folder), firmware);
  SENGI_CHECK(builder.prepare());
  SENGI_CHECK(builder.compile(firmware / what.firmware, "firmware"));
  for (std::size_t i = 0; i < what.code.size(); ++i) {
    SENGI_CHECK(
        builder.compile(fs::absolute(what.code[i]), i == 0 ? "code" : fmt::format("code{}", i)));
  }
  SENGI_CHECK(builder.compile(port, "port"));
  const fs::path common = firmware / "ports" / "bare";
  const bool by_itself = is_bare(what.board) && what.board.files != semihosting;
  if (is_bare(what.board)) {
    SENGI_CHECK(builder.compile(common, "bare"));
    SENGI_CHECK(builder.compile(firmware / "ports" / what.board.files, "files"));
  }
  if (!what.board.serial_port.empty()) {
    SENGI_CHECK(builder.compile(firmware / "ports" / what.board.serial_port, "serial"));
  }
  // A chip by itself has its files over the line.
  if ((what.lines || by_itself) && !what.board.lines_port.empty()) {
    SENGI_CHECK(builder.compile(firmware / "ports" / what.board.lines_port, "lines"));
  }
  return builder.link(common / "link.ld");
}

}  // namespace sengi::emulate
