// SPDX-License-Identifier: Apache-2.0
// Recordings of numbers: a CSV file whose lines are moments, and tables whose lines are whole
// examples. Cells stand between ',', ';' or tabs, whichever the first line has most of; that line
// names the columns. Between ';' or tabs a decimal comma is a decimal point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::data {

struct Series {
  std::string file;                  // that it was read from, for messages
  std::vector<std::string> columns;  // as the file names them, units and all
  std::optional<double> rate_hz;     // rows a second, gaps aside; none without a time column
  std::size_t rows = 0;
  std::vector<float> values;      // [rows][columns]
  std::vector<double> time_s;     // [rows] since the first row; empty without a time column
  std::optional<double> epoch_s;  // of the first row since 1970-01-01T00:00Z, where the file has it
  std::size_t incomplete = 0;     // rows that were left out as gaps
};

struct SeriesOptions {
  std::vector<std::string> columns = {};  // in this order; empty: all numeric ones that are no time
  std::string time_column = {};           // empty: found by its name
  bool blanks_are_gaps = false;           // where there is a time column, a row without one of its
                                          // values is left out, not a fault
};

// A time column is named time, t, timestamp, datetime, date or epoch, in any case, with a unit or a
// zone behind it or not: time_ms, "Time [s]", timestamp_utc. Of several the first in this list
// counts. It holds ISO 8601 ("2026-03-01T12:00:00.25Z", " " for T; no zone is UTC) or numbers in
// the unit of the name. Without a unit, numbers from 1e8 on are seconds since 1970, from 1e11 on
// milliseconds, from 1e14 on microseconds; smaller ones are seconds, and under the name timestamp
// milliseconds, as Edge Impulse writes them.
//
// Errors, with file and line: not a table; no header; a column that is not there (with the one that
// was probably meant) or there twice; none that is numeric; no rows; a row with more or fewer
// cells; a cell that is blank or no finite number, with its column; a time that is none, that
// repeats or goes back.
Result<Series> parse_series(std::string_view text, std::string_view file,
                            const SeriesOptions& options = {});
Result<Series> read_series(const std::filesystem::path& path, const SeriesOptions& options = {});

// A gap is a step in time of more than this many periods.
inline constexpr double gap_periods = 5;

// A stretch of a recording without rows: between its rows `row` and row + 1.
struct SeriesGap {
  std::size_t row;
  double start_s;
  double end_s;
};
std::vector<SeriesGap> gaps(const Series& series);

// Values [rows][columns] on an even grid: row i at start_s + i / rate_hz seconds after the first
// row, by linear interpolation. A recording of more than twice the rate is averaged over a period
// of the grid around each moment, so that what is too fast for the grid does not fold into it. Half
// a period of the recording before its first row and after its last one those rows hold. Without a
// time column rows are taken to be at the rate.
// Errors: a grid that reaches beyond the recording, or into a gap; a rate that is none.
Result<std::vector<float>> resampled(const Series& series, double rate_hz, double start_s,
                                     std::size_t rows);

// The physical values that the ends of int16 stand for: low for -32767, high for 32767.
struct ValueRange {
  double low;
  double high;
  bool operator==(const ValueRange&) const = default;
};

// round((value - mid) / half * 32767), clamped to -32767 .. 32767; 0 for what is no number.
// Requires: range.low < range.high.
std::int16_t count_of(double value, ValueRange range);

// A range for values that were seen between `lowest` and `highest`: a fifth wider, and outward to
// two significant digits of its width. Where they straddle 0 and neither end is more than three
// times as far from it as the other, symmetric about 0, so that 0 is count 0. Values that are all
// the same get a range around them.
// Requires: both finite, lowest <= highest.
ValueRange fitting(double lowest, double highest);

// A table in which a row is an example.
struct SeriesTableOptions {
  std::string label_column = "label";  // empty: there is none
  std::string group_column = {};       // likewise
  std::string split_column = {};       // likewise
  std::vector<std::string> value_columns =
      {};                        // in this order; "x*" is all x0, x1 ... in the file's;
                                 // empty: all numeric columns but those above
  bool blanks_are_zero = false;  // short examples that end in blank cells are padded
};

struct SeriesTableRow {
  std::size_t line = 0;  // of the file
  std::string label;
  std::string group;
  std::string split;
  std::vector<float> values;        // of value_columns; interleaved axes where these are
  std::vector<std::string> others;  // cells of other_columns
};

struct SeriesTable {
  std::vector<std::string> value_columns;
  std::vector<std::string> other_columns;
  std::vector<SeriesTableRow> rows;
};

// Errors, with file and line: as parse_series(); a blank label.
Result<SeriesTable> parse_series_table(std::string_view text, std::string_view file,
                                       const SeriesTableOptions& options = {});
Result<SeriesTable> read_series_table(const std::filesystem::path& path,
                                      const SeriesTableOptions& options = {});

}  // namespace sengi::data
