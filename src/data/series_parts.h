// SPDX-License-Identifier: Apache-2.0
// What the readers of series and of their tables share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/csv.h"

namespace sengi::data {

// A table read row by row: every row has as many cells as the first line names columns.
class NamedRows {
 public:
  // `text` and `file` outlive the object.
  // Errors: empty; numbers where names should be.
  static Result<NamedRows> open(std::string_view text, std::string_view file);

  // Errors: those of CsvReader; another number of cells.
  Result<bool> next();

  const std::vector<std::string>& names() const { return names_; }  // without blanks around them
  std::string_view cell(std::size_t column) const { return reader_.cells()[column]; }
  std::size_t line() const { return reader_.line(); }

  // The column of this name, upper and lower case as written; else in any case.
  // Errors: none or more than one; says which was probably meant.
  Result<std::size_t> need(std::string_view name) const;

  // A number; between ';' or tabs with a decimal comma or point. None where there is none, or one
  // that float cannot hold.
  std::optional<float> number(std::size_t column) const;
  // Nothing, or a word that stands for it: NA, N/A, NaN, null, none.
  bool blank(std::size_t column) const;

  Error fault(std::string_view what) const;  // in the row read last
  Error no_number(std::size_t column) const;

 private:
  NamedRows(std::string_view text, std::string_view file, char separator)
      : reader_(text, file, separator), file_(file), decimal_comma_(separator != ',') {}

  CsvReader reader_;
  std::string_view file_;
  bool decimal_comma_;
  std::vector<std::string> names_;
};

// Whether a column of this name holds times (series.h says which do), and its rank among those.
std::optional<int> time_rank(std::string_view name);

// The time column: as asked for, or the first of the best rank, if there is one.
Result<std::optional<std::size_t>> time_column(const NamedRows& rows, const std::string& asked);

// Reads the cells of a time column.
class Clock {
 public:
  explicit Clock(std::string_view column) : column_(column) {}

  // Seconds since the first cell that was read, which settles how cells are written.
  // None: no time, or written in another way.
  std::optional<double> since_first(std::string_view cell);

  // Of the first cell, since 1970; none for times that count from anything else.
  std::optional<double> epoch_s() const;

 private:
  std::optional<double> numeric(std::string_view cell);

  std::string_view column_;
  enum class Kind : std::uint8_t { unknown, calendar, number } kind_ = Kind::unknown;
  double unit_s_ = 1;
  bool since_1970_ = false;
  std::int64_t first_second_ = 0;
  double first_ = 0;  // the fraction of its second, or the number
};

// Seconds since 1970 of a date, or of a date and time, in ISO 8601's extended form.
struct Moment {
  std::int64_t second;
  double fraction;
};
std::optional<Moment> moment_in(std::string_view text);

}  // namespace sengi::data
