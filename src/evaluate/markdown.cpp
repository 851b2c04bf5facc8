// SPDX-License-Identifier: Apache-2.0
#include "evaluate/markdown.h"

#include <fmt/format.h>

#include "evaluate/utf8.h"

namespace sengi::evaluate::markdown {
namespace {

std::string line(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

}  // namespace

std::string text(std::string_view words) {
  constexpr std::string_view markup = "\\`*_{}[]<>#|!~&";
  std::string safe;
  for (const char c : valid_utf8(words)) {
    if (c == '\n' || c == '\r') {
      safe += ' ';
      continue;
    }
    if (markup.find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string list(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string text = fmt::format("## {}\n\n", title);
  for (const std::string& one : lines) text += "- " + one + "\n";
  return text + "\n";
}

std::string table(const std::vector<std::string>& columns,
                  const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return "";
  std::string text = line(columns) + line(std::vector<std::string>(columns.size(), "---"));
  for (const auto& row : rows) text += line(row);
  return text + "\n";
}

}  // namespace sengi::evaluate::markdown
