// SPDX-License-Identifier: Apache-2.0
// Aligned columns on a terminal.
#pragma once

#include <string>
#include <vector>

namespace sengi::cli {

class Table {
 public:
  // A title that starts with '>' aligns its column right.
  explicit Table(const std::vector<std::string>& titles);
  // Requires: as many cells as titles.
  void add(std::vector<std::string> cells);
  // Two spaces before each line and between the columns; no line where no row was added.
  std::string text() const;

 private:
  std::vector<std::string> titles_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sengi::cli
