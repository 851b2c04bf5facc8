// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
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

}  // namespace sengi::data
