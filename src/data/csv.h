// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::data {

struct CsvRow {
  std::size_t line;  // of the file, from 1, where the row starts
  std::vector<std::string> cells;
};

// Rows of comma-separated values (RFC 4180): cells in double quotes may hold commas, line ends and
// doubled quotes. A byte order mark, CRLF or LF, and empty lines are taken as they come.
// Errors: a quote that is not closed, text after a closing quote, a zero byte; with file and line.
Result<std::vector<CsvRow>> parse_csv(std::string_view text, std::string_view file);

// Rows whose cells stand between tabs, as they are: no quotes. A byte order mark, CRLF or LF, and
// blank lines are taken as they come.
// Errors: a zero byte; with file and line.
Result<std::vector<CsvRow>> parse_tab_separated(std::string_view text, std::string_view file);

// A row as parse_csv() reads it back, with its line end.
std::string csv_line(const std::vector<std::string>& cells);

// Without the blanks before and after.
std::string_view trimmed(std::string_view text);

// A finite number, or nothing where the cell holds no such thing.
std::optional<double> number_in(std::string_view cell);

}  // namespace sengi::data
