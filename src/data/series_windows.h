// SPDX-License-Identifier: Apache-2.0
// Stretches of time in which something was wrong, by recording, as the Numenta Anomaly Benchmark
// lists them: JSON of names of files, each with pairs of a first and a last moment.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::data {

// In seconds since 1970, both ends within.
struct TimeWindow {
  double first_s = 0;
  double last_s = 0;
  bool operator==(const TimeWindow&) const = default;
};

// By the file's name, without the folders before it.
using TimeWindows = std::map<std::string, std::vector<TimeWindow>>;

// Errors, with the file: not JSON of this shape; a moment that is none; a window that ends before
// it begins.
Result<TimeWindows> parse_time_windows(std::string_view json, std::string_view file);

}  // namespace sengi::data
