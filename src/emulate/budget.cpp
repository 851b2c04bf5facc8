// SPDX-License-Identifier: Apache-2.0
#include "emulate/budget.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sengi::emulate {
namespace {

// "needs 70,000 bytes of RAM (...) and the board has 16,384"
std::string need(const char* memory, std::size_t needed, const std::string& parts,
                 std::size_t there) {
  return fmt::format("it needs {} bytes of {} ({}) and the board has {}", with_thousands(needed),
                     memory, parts, with_thousands(there));
}

std::string ram_need(const Build& what, const Sections& sections, std::size_t stack_bytes) {
  const std::string parts =
      fmt::format("arena {}, variables {}, stack {}", with_thousands(sections.arena_bytes),
                  with_thousands(sections.static_bytes), with_thousands(stack_bytes));
  std::string text = need("RAM", sections.arena_bytes + sections.static_bytes + stack_bytes, parts,
                          what.board.ram_bytes);
  if (!what.fullest_layer.empty()) {
    text += fmt::format(
        "; the arena is fullest at layer {0}: make what {0} reads and writes smaller "
        "(fewer channels, or a larger stride before it)",
        what.fullest_layer);
  }
  return text + ", or take a board with more RAM (sengi boards)";
}

std::string flash_need(const Build& what, const Sections& sections) {
  const std::string parts =
      fmt::format("code {}, constants {}", with_thousands(sections.flash_code_bytes),
                  with_thousands(sections.flash_const_bytes));
  std::string text = need("flash", sections.flash_code_bytes + sections.flash_const_bytes, parts,
                          what.board.flash_bytes);
  if (!what.heaviest_layer.empty()) {
    text += fmt::format(
        "; layer {0} has the most constants: make {0} narrower (fewer channels or "
        "units)",
        what.heaviest_layer);
  }
  return text + ", or take a board with more flash (sengi boards)";
}

}  // namespace

Error budget_error(const Build& what, const Sections& sections, std::size_t stack_bytes) {
  const bool ram =
      sections.arena_bytes + sections.static_bytes + stack_bytes > what.board.ram_bytes;
  return Error{
      fmt::format("the program does not fit {}: {}", what.board.name,
                  ram ? ram_need(what, sections, stack_bytes) : flash_need(what, sections)),
      Outcome::no};
}

Error budget_error(const Build& what, const std::string& complaint) {
  const std::size_t at = complaint.find("region `");
  const std::string line = complaint.substr(at == std::string::npos ? 0 : at);
  return Error{fmt::format("the program does not fit {}: {}", what.board.name,
                           line.substr(0, line.find('\n'))),
               Outcome::no};
}

}  // namespace sengi::emulate
