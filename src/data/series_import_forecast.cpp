// SPDX-License-Identifier: Apache-2.0
#include "data/series_import_forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/series_blocks.h"
#include "data/series_files.h"
#include "data/series_parts.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

constexpr double hour_s = 3600;

struct Reading {
  double time_s;
  double value;
};

// What one file says of each input, in the order of time.
struct Log {
  double epoch_s = 0;
  double last_s = 0;
  std::vector<std::vector<Reading>> inputs;
};

std::size_t steps_in(double hours, const ForecastOptions& options) {
  return static_cast<std::size_t>(std::lround(hours / options.step_h));
}

Result<std::size_t> time_column(const std::vector<std::string>& names, std::string_view file) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto rank = time_rank(names[i]);
    if (rank && (!best || *rank < *time_rank(names[*best]))) best = i;
  }
  if (best) return *best;
  return Error{
      fmt::format("{}: no column of time; name it time, timestamp, datetime or date, with a zone "
                  "or unit behind",
                  file)};
}

Result<std::vector<std::size_t>> columns_of(const ForecastInput& input,
                                            const std::vector<std::string>& names,
                                            std::string_view file) {
  std::vector<std::size_t> columns;
  const std::regex pattern(input.columns);
  for (std::size_t i = 0; i < names.size(); ++i) {
    // std::regex takes as many stack frames as a name has letters.
    constexpr std::size_t longest_name = 1000;
    if (names[i].size() <= longest_name && std::regex_match(names[i], pattern)) {
      columns.push_back(i);
    }
  }
  if (!columns.empty()) return columns;
  return Error{
      fmt::format("{}: no column is named like {}, which {} is to be read from; there are {}", file,
                  input.columns, input.name, alternatives(names))};
}

// The mean of the probes that answered. Errors: a cell that is neither a number nor blank.
Result<std::optional<double>> reading_of(const NamedRows& rows,
                                         const std::vector<std::size_t>& columns,
                                         const ForecastInput& input, std::size_t& not_valid) {
  double sum = 0;
  std::size_t count = 0;
  for (const std::size_t column : columns) {
    const auto value = rows.number(column);
    if (!value && !rows.blank(column)) return rows.no_number(column);
    if (!value) continue;
    if (input.valid && (*value < input.valid->low || *value > input.valid->high)) {
      ++not_valid;
      continue;
    }
    sum += *value;
    ++count;
  }
  if (count == 0) return std::optional<double>();
  return std::optional(sum / static_cast<double>(count));
}

Result<Log> read_log(std::string_view text, std::string_view file, const ForecastOptions& options,
                     Forecast& forecast) {
  SENGI_TRY(rows, NamedRows::open(text, file));
  SENGI_TRY(time, time_column(rows.names(), file));
  std::vector<std::vector<std::size_t>> columns;
  for (const ForecastInput& input : options.inputs) {
    SENGI_TRY(found, columns_of(input, rows.names(), file));
    columns.push_back(std::move(found));
  }
  Log log;
  log.inputs.resize(options.inputs.size());
  Clock clock(rows.names()[time]);
  while (true) {
    SENGI_TRY(more, rows.next());
    if (!more) break;
    const auto time_s = clock.since_first(trimmed(rows.cell(time)));
    if (!time_s) return rows.fault(fmt::format("'{}' is no time", trimmed(rows.cell(time))));
    if (*time_s < log.last_s) return rows.fault("its time is before that of the row above");
    log.last_s = *time_s;
    for (std::size_t i = 0; i < options.inputs.size(); ++i) {
      const ForecastInput& input = options.inputs[i];
      SENGI_TRY(value, reading_of(rows, columns[i], input, forecast.not_valid[input.name]));
      if (value) log.inputs[i].push_back({*time_s, *value});
    }
  }
  log.epoch_s = clock.epoch_s().value_or(0);
  return log;
}

// Of the readings in (from_s, to_s]; none where there are none.
std::optional<double> median(const std::vector<Reading>& readings, double from_s, double to_s) {
  const auto after = [](double t, const Reading& reading) { return t < reading.time_s; };
  const auto first = std::upper_bound(readings.begin(), readings.end(), from_s, after);
  const auto last = std::upper_bound(first, readings.end(), to_s, after);
  if (first == last) return std::nullopt;
  std::vector<double> values;
  for (auto it = first; it != last; ++it) values.push_back(it->value);
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// One example, at time_s of its log.
struct Example {
  std::vector<double> values;  // [steps][inputs]
  bool now = false;
  bool comes = false;
};

class Maker {
 public:
  Maker(const Log& log, const ForecastOptions& options)
      : log_(log),
        options_(options),
        history_(steps_in(options.history_h, options)),
        ahead_(steps_in(options.ahead_h, options)),
        step_s_(options.step_h * hour_s) {
    const auto named = std::ranges::find(options.inputs, options.target, &ForecastInput::name);
    target_ = static_cast<std::size_t>(named - options.inputs.begin());
  }

  const std::vector<Reading>& target() const { return log_.inputs[target_]; }

  // None where a step has no reading.
  std::optional<Example> at(double time_s) const {
    Example example;
    for (std::size_t step = history_; step-- > 0;) {
      const double end_s = time_s - static_cast<double>(step) * step_s_;
      for (const std::vector<Reading>& readings : log_.inputs) {
        const auto value = median(readings, end_s - step_s_, end_s);
        if (!value) return std::nullopt;
        example.values.push_back(*value);
      }
    }
    example.now = beyond(example.values[(history_ - 1) * log_.inputs.size() + target_]);
    for (std::size_t step = 0; step < ahead_; ++step) {
      const double start_s = time_s + static_cast<double>(step) * step_s_;
      const auto value = median(log_.inputs[target_], start_s, start_s + step_s_);
      if (!value) return std::nullopt;
      example.comes = example.comes || beyond(*value);
    }
    return example;
  }

 private:
  bool beyond(double value) const {
    return options_.below ? value < options_.bound : value > options_.bound;
  }

  const Log& log_;
  const ForecastOptions& options_;
  std::size_t history_;
  std::size_t ahead_;
  std::size_t target_ = 0;
  double step_s_;
};

std::vector<std::string> names_of_values(const ForecastOptions& options) {
  std::vector<std::string> names;
  for (std::size_t step = steps_in(options.history_h, options); step-- > 0;) {
    for (const ForecastInput& input : options.inputs) {
      names.push_back(
          fmt::format("{}_{:g}", input.name, static_cast<double>(step + 1) * options.step_h));
    }
  }
  return names;
}

// The group of an example, or none where it reaches into two.
std::optional<std::string> group_of(double now_s, const std::string& file,
                                    const ForecastOptions& options) {
  if (options.group_days <= 0) return file;
  std::string first = block_of(now_s - options.history_h * hour_s, options.group_days);
  const std::string last = block_of(now_s + options.ahead_h * hour_s, options.group_days);
  if (first != last) return std::nullopt;
  return first;
}

Result<void> check_options(const ForecastOptions& options) {
  const auto whole_steps = [&](double hours) {
    const double steps = hours / options.step_h;
    return steps > 0.5 && std::abs(steps - std::round(steps)) < 1e-6;
  };
  if (!(options.step_h > 0) || !(options.every_h > 0)) {
    return Error{"steps, and the time from one example to the next, must be longer than nothing"};
  }
  if (!whole_steps(options.history_h) || !whole_steps(options.ahead_h)) {
    return Error{fmt::format(
        "what is looked back on, {:g} h, and ahead to, {:g} h, must be whole steps of {:g} h",
        options.history_h, options.ahead_h, options.step_h)};
  }
  if (options.group_days > 0 &&
      options.group_days * 24 < options.history_h + options.ahead_h + options.every_h) {
    return Error{
        fmt::format("groups of {:g} days are shorter than an example, {:g} h back and {:g} "
                    "h ahead",
                    options.group_days, options.history_h, options.ahead_h)};
  }
  std::vector<std::string> names;
  for (const ForecastInput& input : options.inputs) {
    try {
      const std::regex pattern(input.columns);
    } catch (const std::regex_error& error) {
      return Error{fmt::format("{}={}: not a regular expression: {}", input.name, input.columns,
                               error.what())};
    }
    if (std::ranges::find(names, input.name) != names.end()) {
      return Error{fmt::format("input '{}' is named twice", input.name)};
    }
    names.push_back(input.name);
  }
  if (std::ranges::find(names, options.target) == names.end()) {
    return Error{fmt::format("'{}' is asked about and is no input; there {} {}", options.target,
                             names.size() == 1 ? "is" : "are", alternatives(names))};
  }
  if (options.yes == options.no) return Error{"both labels are the same"};
  return {};
}

}  // namespace

Result<void> add_forecasts(std::string_view text, const std::string& file,
                           const ForecastOptions& options, Forecast& forecast) {
  SENGI_TRY(log, read_log(text, file, options, forecast));
  const Maker maker(log, options);
  const double every_s = options.every_h * hour_s;
  const double first_s = log.epoch_s + options.history_h * hour_s;
  const double end_s = log.epoch_s + log.last_s - options.ahead_h * hour_s;
  // Behind a reading, so that a gap of years costs nothing.
  double before_s = -std::numeric_limits<double>::infinity();
  for (const Reading& reading : maker.target()) {
    const double now_s = std::ceil((log.epoch_s + reading.time_s) / every_s) * every_s;
    if (now_s <= before_s || now_s < first_s || now_s > end_s) continue;
    before_s = now_s;
    const auto group = group_of(now_s, file, options);
    if (!group) continue;
    const auto example = maker.at(now_s - log.epoch_s);
    if (!example) {
      ++forecast.without_readings;
      continue;
    }
    const std::string& label = example->comes ? options.yes : options.no;
    const std::string& now = example->now ? options.yes : options.no;
    std::vector<std::string> cells = {label, *group, file, utc(now_s), now};
    for (const double value : example->values) cells.push_back(fmt::format("{:.6g}", value));
    forecast.table += csv_line(cells);
    ++forecast.examples[label];
    forecast.as_now[label] += label == now ? 1 : 0;
  }
  ++forecast.files;
  return {};
}

Result<Forecast> forecasts_of(const std::vector<fs::path>& given, const ForecastOptions& options) {
  SENGI_CHECK(check_options(options));
  Forecast forecast;
  forecast.columns = names_of_values(options);
  std::vector<std::string> header = {"label", "group", "file", "time", "now"};
  header.insert(header.end(), forecast.columns.begin(), forecast.columns.end());
  forecast.table = csv_line(header);
  SENGI_TRY(files, series_files_in(given));
  for (const fs::path& path : files) {
    SENGI_TRY(text, read_text(path));
    SENGI_CHECK(add_forecasts(text, path.string(), options, forecast));
  }
  for (const std::string& label : {options.yes, options.no}) {
    if (forecast.examples[label] > 0) continue;
    return Error{fmt::format(
        "no example is '{}': {} never {} {:g} within {:g} h, or too many "
        "steps are without readings ({} examples were left out)",
        label, options.target, (label == options.yes) == options.below ? "falls below" : "is above",
        options.bound, options.ahead_h, forecast.without_readings)};
  }
  return forecast;
}

}  // namespace sengi::data
