// SPDX-License-Identifier: Apache-2.0
#include "compile/text_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "compile/number_table.h"

namespace sengi::compile {
namespace {

std::string without_spaces_at_end(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

TextTable::TextTable(std::vector<std::string> headings) : widths_(headings.size()) {
  for (std::string& heading : headings) {
    to_the_right_.push_back(heading.starts_with('>'));
    if (to_the_right_.back()) heading.erase(0, 1);
  }
  add(std::move(headings));
}

void TextTable::add(std::vector<std::string> cells) {
  cells.resize(widths_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) widths_[i] = std::max(widths_[i], cells[i].size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::line(const std::vector<std::string>& cells) const {
  std::string text = "//";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += to_the_right_[i] ? fmt::format("  {:>{}}", cells[i], widths_[i])
                             : fmt::format("  {:<{}}", cells[i], widths_[i]);
  }
  return without_spaces_at_end(std::move(text)) + "\n";
}

std::string TextTable::text() const {
  std::string text;
  for (const std::vector<std::string>& row : rows_) text += line(row);
  return text;
}

std::string comment_safe(std::string_view text, std::size_t longest) {
  std::string safe;
  for (const char c : text.substr(0, longest)) {
    safe += c >= ' ' && c <= '~' && c != '\\' ? c : '_';
  }
  return safe;
}

std::string comment(std::string_view text) {
  std::string lines;
  std::string line = "//";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (line.size() > 2 && line.size() + 1 + word.size() > page_width) {
      lines += line + "\n";
      line = "//";
    }
    line += fmt::format(" {}", word);
    at = end + 1;
  }
  return lines + line + "\n";
}

}  // namespace sengi::compile
