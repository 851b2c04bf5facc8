// SPDX-License-Identifier: Apache-2.0
// Logs of sensors made into a table of examples of what comes next: the readings of some days, and
// whether a bound is crossed in those after them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/series.h"

namespace sengi::data {

// What a station reads, by as many probes as it has: the mean of those that answer.
struct ForecastInput {
  std::string name;
  std::string columns;              // regular expression on whole names of columns
  std::optional<ValueRange> valid;  // readings outside are none
};

// Of a step of time the median of its readings counts, so that one that is wrong moves nothing.
struct ForecastOptions {
  std::vector<ForecastInput> inputs;
  double step_h = 6;
  double history_h = 72;  // a whole number of steps
  double ahead_h = 48;    // likewise
  double every_h = 6;     // from one example to the next
  std::string target;     // the input that is asked about
  bool below = true;      // whether it falls below the bound; else whether it rises above
  double bound = 0;
  std::string yes = "yes";  // the labels
  std::string no = "no";
  double group_days = 28;  // examples of so many days, of all files, are a group, since stations
                           // share their weather; none reaches into two. 0: a file is a group
};

struct Forecast {
  std::string
      table;  // CSV: label, group, file, time, now (what holds without waiting), and of
              // each step, the oldest first, the inputs: moisture_72, air_72, moisture_66 ...
  std::size_t files = 0;
  std::map<std::string, std::size_t> examples;   // by label
  std::map<std::string, std::size_t> as_now;     // of those, that are what `now` says
  std::size_t without_readings = 0;              // examples left out since another step has none
  std::map<std::string, std::size_t> not_valid;  // readings left out, by input
  std::vector<std::string> columns;              // of numbers, in the table's order
};

// Of one file. Errors, with file and line: not a table; no time; an input that no column is of.
Result<void> add_forecasts(std::string_view text, const std::string& file,
                           const ForecastOptions& options, Forecast& forecast);

// Of files and of all .csv, .tsv and .txt files in folders and below.
// Errors: those above; options that do not fit one another; no example of one label.
Result<Forecast> forecasts_of(const std::vector<std::filesystem::path>& given,
                              const ForecastOptions& options);

}  // namespace sengi::data
