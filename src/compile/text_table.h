// SPDX-License-Identifier: Apache-2.0
// Tables in comments of generated code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sengi::compile {

// Rows of cells under a heading, columns two spaces apart, each line after `//   ` and without
// spaces at its end. Columns whose heading begins with '>' (not printed) are set to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> headings);
  // Requires: one cell a column; missing ones at the end are empty.
  void add(std::vector<std::string> cells);
  std::string text() const;

 private:
  std::string line(const std::vector<std::string>& cells) const;

  std::vector<bool> to_the_right_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

// What may stand in a comment of generated code, from a file that somebody else wrote: printable
// ASCII without a backslash, at most `longest` characters.
std::string comment_safe(std::string_view text, std::size_t longest);

// Text as comment lines of at most page_width characters, broken between words.
std::string comment(std::string_view text);

}  // namespace sengi::compile
