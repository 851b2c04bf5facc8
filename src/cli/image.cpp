// SPDX-License-Identifier: Apache-2.0
#include "cli/image.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/table.h"

namespace sengi::cli {
namespace {

struct Totals {
  std::size_t flash = 0;
  std::size_t ram = 0;
};

Totals totals_of(const std::vector<emulate::Placed>& sections) {
  Totals totals;
  for (const emulate::Placed& section : sections) {
    if (section.in_flash) totals.flash += section.bytes;
    if (section.in_ram) totals.ram += section.bytes;
  }
  return totals;
}

std::string place_of(const emulate::Placed& section) {
  if (section.in_flash && section.in_ram) return "flash and RAM";
  return section.in_flash ? "flash" : "RAM";
}

}  // namespace

Result<void> write_image(const emulate::Program& program, const std::filesystem::path& folder,
                         const std::string& name) {
  SENGI_CHECK(make_folder(folder));
  SENGI_TRY(bytes, read_file(program.elf));
  SENGI_CHECK(write_file(folder / (name + ".elf"), bytes));
  return emulate::write_hex(program, folder / (name + ".hex"));
}

Result<std::string> sections_as_text(const emulate::Program& program) {
  SENGI_TRY(sections, emulate::placed_sections(program));
  const emulate::Board& board = program.board;
  Table table({"section", ">address", ">bytes", "in"});
  for (const emulate::Placed& section : sections) {
    table.add({section.name, fmt::format("{:#010x}", section.address),
               with_thousands(section.bytes), place_of(section)});
  }
  const Totals totals = totals_of(sections);
  std::string text = table.text() + "\n";
  text += fmt::format("flash: {} of {} bytes\n", with_thousands(totals.flash),
                      with_thousands(board.flash_bytes));
  text += fmt::format("RAM: {} of {} bytes", with_thousands(totals.ram),
                      with_thousands(board.ram_bytes));
  if (program.stack_bound_bytes) {
    text += fmt::format(", and the stack takes at most {}, by the compiler's call graph",
                        with_thousands(*program.stack_bound_bytes));
  }
  text += "\n";
  if (board.storage_bytes > 0) {
    text += fmt::format("storage: {} bytes at {:#010x}, left as they are\n",
                        with_thousands(board.storage_bytes), board.storage_origin);
  }
  return text;
}

Result<nlohmann::ordered_json> sections_as_json(const emulate::Program& program) {
  SENGI_TRY(sections, emulate::placed_sections(program));
  const Totals totals = totals_of(sections);
  nlohmann::ordered_json json = {{"board", program.board.name},
                                 {"flash_bytes", totals.flash},
                                 {"ram_bytes", totals.ram},
                                 {"stack_bound_bytes", nullptr},
                                 {"sections", nlohmann::ordered_json::array()}};
  if (program.stack_bound_bytes) json["stack_bound_bytes"] = *program.stack_bound_bytes;
  for (const emulate::Placed& section : sections) {
    json["sections"].push_back({{"name", section.name},
                                {"address", section.address},
                                {"bytes", section.bytes},
                                {"in", place_of(section)}});
  }
  return json;
}

}  // namespace sengi::cli
