// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
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

// Rows of separated values one after the other (RFC 4180, with any separator): cells in double
// quotes may hold separators, line ends and doubled quotes. A byte order mark, CRLF or LF, and
// empty lines are taken as they come. Nothing is copied but cells with doubled quotes.
class CsvReader {
 public:
  // `text` and `file`, which errors name, outlive the reader.
  CsvReader(std::string_view text, std::string_view file, char separator = ',');

  // Reads the next row into cells(); false at the end of the text.
  // Errors: a quote that is not closed, text after a closing quote, a zero byte; with file and
  // line.
  Result<bool> next();

  // Of the row that was read last. They stay until the next call of next().
  const std::vector<std::string_view>& cells() const { return cells_; }
  std::size_t line() const { return row_line_; }  // from 1, where the row starts

 private:
  bool take(char c);
  bool take_line_end();
  Result<bool> quoted();
  Error fault(std::string_view what) const;

  std::string_view text_;
  std::string_view file_;
  char separator_;
  std::size_t line_ = 1;
  std::size_t row_line_ = 0;
  std::vector<std::string_view> cells_;
  std::list<std::string> unquoted_;
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

// What separates the cells of a table, by its first line: ',', ';' or a tab, whichever stands there
// most often outside of quotes; ',' where none does.
char separator_of(std::string_view text);

// A finite number, or nothing where the cell holds no such thing.
std::optional<double> number_in(std::string_view cell);

}  // namespace sengi::data
