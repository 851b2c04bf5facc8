// SPDX-License-Identifier: Apache-2.0
#include "data/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/files.h"
#include "data/series_parts.h"

namespace sengi::data {
namespace {

// Requires: a first row was read, by which numeric columns are known.
Result<std::vector<std::size_t>> find_values(const NamedRows& rows, const SeriesOptions& options,
                                             std::optional<std::size_t> time) {
  std::vector<std::size_t> columns;
  for (const std::string& name : options.columns) {
    SENGI_TRY(column, rows.need(name));
    if (std::ranges::find(columns, column) != columns.end()) {
      return Error{fmt::format("column '{}' is asked for twice", name)};
    }
    columns.push_back(column);
  }
  if (!columns.empty()) return columns;
  for (std::size_t i = 0; i < rows.names().size(); ++i) {
    const std::string& name = rows.names()[i];
    if (i == time || name.empty() || time_rank(name)) continue;
    if (!rows.number(i) && !rows.blank(i)) continue;
    SENGI_TRY(column, rows.need(name));  // there once
    columns.push_back(column);
  }
  if (columns.empty()) return rows.fault("no column of numbers");
  return columns;
}

// Rows a second: one over the mean of the steps between which no row seems to be lost, those up to
// one and a half times the median.
std::optional<double> rate_of(const std::vector<double>& time_s) {
  if (time_s.size() < 2) return std::nullopt;
  std::vector<double> steps;
  steps.reserve(time_s.size() - 1);
  for (std::size_t i = 1; i < time_s.size(); ++i) steps.push_back(time_s[i] - time_s[i - 1]);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::ranges::nth_element(steps, middle);
  const double longest = 1.5 * *middle;
  double sum = 0;
  std::size_t count = 0;
  for (const double step : steps) {
    if (step > longest) continue;
    sum += step;
    ++count;
  }
  const double rate = static_cast<double>(count) / sum;
  if (!std::isfinite(rate) || rate <= 0) return std::nullopt;
  return rate;
}

}  // namespace

Result<Series> parse_series(std::string_view text, std::string_view file,
                            const SeriesOptions& options) {
  SENGI_TRY(rows, NamedRows::open(text, file));
  SENGI_TRY(time, time_column(rows, options.time_column));
  SENGI_TRY(any, rows.next());
  if (!any) return Error{fmt::format("{}: no rows below the names of the columns", file)};
  SENGI_TRY(columns, find_values(rows, options, time));

  Series series;
  series.file = file;
  for (const std::size_t column : columns) series.columns.push_back(rows.names()[column]);
  Clock clock(time ? std::string_view(rows.names()[*time]) : std::string_view());
  double before = 0;
  bool first = true;
  while (true) {
    if (time) {
      const auto now = clock.since_first(rows.cell(*time));
      if (!now) {
        return rows.fault(fmt::format("'{}' in column '{}' is no time, or not one as above",
                                      rows.cell(*time), rows.names()[*time]));
      }
      if (!first && !(*now > before)) {
        return rows.fault(fmt::format("the time '{}' {} that of the row before", rows.cell(*time),
                                      *now == before ? "repeats" : "is earlier than"));
      }
      before = *now;
      first = false;
    }
    bool complete = true;
    for (const std::size_t column : columns) {
      const auto value = rows.number(column);
      if (!value) {
        // Without a time nobody would see that a row is missing.
        const bool gap = options.blanks_are_gaps && time && rows.blank(column);
        if (!gap) return rows.no_number(column);
        complete = false;
      }
      series.values.push_back(value.value_or(0));
    }
    if (complete) {
      ++series.rows;
      if (time) series.time_s.push_back(before);
    } else {
      ++series.incomplete;
      series.values.resize(series.rows * columns.size());
    }
    SENGI_TRY(more, rows.next());
    if (!more) break;
  }
  if (series.rows == 0) return Error{fmt::format("{}: no row has all of its values", file)};
  if (!time) return series;
  series.epoch_s = clock.epoch_s();
  // Rows that were left out may have been the first.
  const double start_s = series.time_s.front();
  for (double& at : series.time_s) at -= start_s;
  if (series.epoch_s) *series.epoch_s += start_s;
  series.rate_hz = rate_of(series.time_s);
  return series;
}

Result<Series> read_series(const std::filesystem::path& path, const SeriesOptions& options) {
  SENGI_TRY(text, read_text(path));
  return parse_series(text, path.string(), options);
}

}  // namespace sengi::data
