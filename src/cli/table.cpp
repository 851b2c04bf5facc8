// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>

namespace sengi::cli {
namespace {

// Characters, counted as UTF-8 code points.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

Table::Table(const std::vector<std::string>& titles) {
  for (const std::string& title : titles) {
    const bool right = title.starts_with('>');
    right_.push_back(right);
    titles_.push_back(right ? title.substr(1) : title);
  }
}

void Table::add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

std::string Table::text() const {
  if (rows_.empty()) return "";
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < titles_.size(); ++column) {
    std::size_t widest = width_of(titles_[column]);
    for (const auto& row : rows_) widest = std::max(widest, width_of(row[column]));
    widths.push_back(widest);
  }
  std::string text;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const std::string space(widths[column] - width_of(cells[column]), ' ');
      line += "  " + (right_[column] ? space + cells[column] : cells[column] + space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  if (std::any_of(titles_.begin(), titles_.end(),
                  [](const auto& title) { return !title.empty(); })) {
    add_line(titles_);
  }
  for (const auto& row : rows_) add_line(row);
  return text;
}

}  // namespace sengi::cli
