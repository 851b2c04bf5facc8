// SPDX-License-Identifier: Apache-2.0
#include "data/series_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "base/hash.h"
#include "base/text.h"

namespace sengi::data {
namespace {

AxisMeasures measure_axis(const Series& series, std::size_t column,
                          std::span<const ValueRange> ranges) {
  AxisMeasures axis{.name = series.columns[column]};
  const auto at = [&](std::size_t row) {
    return double{series.values[row * series.columns.size() + column]};
  };
  axis.lowest = axis.highest = at(0);
  double sum = 0;
  for (std::size_t row = 0; row < series.rows; ++row) {
    axis.lowest = std::min(axis.lowest, at(row));
    axis.highest = std::max(axis.highest, at(row));
    sum += at(row);
  }
  const auto count = static_cast<double>(series.rows);
  axis.mean = sum / count;
  double squares = 0;
  std::size_t run = 0;  // of the same value
  for (std::size_t row = 0; row < series.rows; ++row) {
    squares += (at(row) - axis.mean) * (at(row) - axis.mean);
    const bool end = at(row) == axis.lowest || at(row) == axis.highest;
    axis.at_ends += end ? 1 : 0;
    run = row > 0 && at(row) == at(row - 1) ? run + 1 : 1;
    std::size_t& longest = end ? axis.longest_run : axis.inner_run;
    longest = std::max(longest, run);
    if (column < ranges.size()) {
      axis.beyond += at(row) < ranges[column].low || at(row) > ranges[column].high ? 1 : 0;
    }
  }
  axis.deviation = std::sqrt(squares / count);
  return axis;
}

std::vector<std::string> names_of(const SeriesMeasures& file) {
  std::vector<std::string> names;
  for (const AxisMeasures& axis : file.axes) names.push_back(axis.name);
  return names;
}

// Where an accelerometer's x, y, z are: the first three axes in a row whose names speak of
// acceleration.
std::optional<std::size_t> acceleration(const SeriesMeasures& file) {
  const auto speaks = [](const AxisMeasures& axis) {
    std::string name = axis.name;
    std::ranges::transform(name, name.begin(), [](char c) {
      return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return name.find("acc") != std::string::npos;
  };
  for (std::size_t i = 0; i + 3 <= file.axes.size(); ++i) {
    if (std::all_of(file.axes.begin() + static_cast<std::ptrdiff_t>(i),
                    file.axes.begin() + static_cast<std::ptrdiff_t>(i + 3), speaks)) {
      return i;
    }
  }
  return std::nullopt;
}

struct Gravity {
  std::string unit;  // "m/s2", "g", "mg"
  std::size_t axis;  // of three
  bool up;
  double length;
};

// Gravity as the mean acceleration shows it; none where that is nowhere near a unit's. A moving
// sensor's mean is shorter than gravity, seldom longer.
std::optional<Gravity> gravity(const SeriesMeasures& file) {
  const auto first = acceleration(file);
  if (!first) return std::nullopt;
  double square = 0;
  std::size_t main = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const double mean = file.axes[*first + i].mean;
    square += mean * mean;
    if (std::abs(mean) > std::abs(file.axes[*first + main].mean)) main = i;
  }
  const double length = std::sqrt(square);
  for (const auto& [unit, one] :
       {std::pair("m/s2", 9.81), std::pair("g", 1.0), std::pair("mg", 1000.0)}) {
    if (length < 0.6 * one || length > 1.3 * one) continue;
    return Gravity{unit, main, file.axes[*first + main].mean > 0, length};
  }
  return std::nullopt;
}

// The value that most have; of several the first.
template <typename Value>
Value commonest(const std::vector<Value>& values) {
  std::map<Value, std::size_t> counts;
  for (const Value& value : values) ++counts[value];
  Value best = values.front();
  for (const Value& value : values) {
    if (counts[value] > counts[best]) best = value;
  }
  return best;
}

void find_columns(std::span<const SeriesMeasures> files, Findings& findings) {
  std::vector<std::vector<std::string>> all;
  for (const SeriesMeasures& file : files) {
    if (file.fault.empty()) all.push_back(names_of(file));
  }
  if (all.empty()) return;
  const std::vector<std::string> most = commonest(all);
  for (const SeriesMeasures& file : files) {
    const std::vector<std::string> names = names_of(file);
    if (!file.fault.empty() || names == most) continue;
    std::vector<std::string> missing;
    for (const std::string& name : most) {
      if (std::ranges::find(names, name) == names.end()) missing.push_back(name);
    }
    if (missing.empty() && names.size() == most.size()) {
      findings.add(Severity::warning, "column-order",
                   fmt::format("columns {} where most files have {}", fmt::join(names, ", "),
                               fmt::join(most, ", ")),
                   file.path, "name the columns in [data], so that they are found by name");
    } else if (!missing.empty()) {
      findings.add(Severity::fault, "columns",
                   fmt::format("no column {} that most files have", fmt::join(missing, ", ")),
                   file.path, "rename its columns, or leave the file out");
    }
  }
}

void find_rates(std::span<const SeriesMeasures> files, Findings& findings) {
  std::vector<double> rates;
  for (const SeriesMeasures& file : files) {
    if (file.rate_hz) rates.push_back(*file.rate_hz);
  }
  if (rates.empty()) return;
  std::ranges::sort(rates);
  const double middle = rates[rates.size() / 2];
  for (const SeriesMeasures& file : files) {
    if (!file.rate_hz || std::abs(*file.rate_hz - middle) <= rate_tolerance * middle) continue;
    findings.add(
        Severity::warning, "rate",
        fmt::format("{:.4g} rows a second where most files have {:.4g}", *file.rate_hz, middle),
        file.path, "it is put on the project's rate; see that its times are right");
  }
}

void find_gravity(std::span<const SeriesMeasures> files, Findings& findings) {
  std::vector<std::string> units;
  using Direction = std::pair<std::size_t, bool>;
  std::map<std::string, std::vector<Direction>> directions;  // by label
  for (const SeriesMeasures& file : files) {
    const auto found = gravity(file);
    if (!found) continue;
    units.push_back(found->unit);
    directions[file.label].emplace_back(found->axis, found->up);
  }
  if (units.empty()) return;
  const std::string unit = commonest(units);
  for (const SeriesMeasures& file : files) {
    const auto found = gravity(file);
    if (!found) continue;
    if (found->unit != unit) {
      findings.add(Severity::warning, "unit",
                   fmt::format("gravity is {:.3g}, as in {}, where most files are in {}",
                               found->length, found->unit, unit),
                   file.path, "convert it to the unit of the others");
    }
    const auto& [axis, up] = commonest(directions[file.label]);
    if (found->axis == axis && found->up == up) continue;
    constexpr std::string_view names = "xyz";
    findings.add(
        Severity::note, "orientation",
        fmt::format("gravity is on {}{} where most of '{}' have it on {}{}", found->up ? '+' : '-',
                    names[found->axis], file.label, up ? '+' : '-', names[axis]),
        file.path,
        "if the sensor was mounted another way, train with rotations ([train.augment] "
        "rotate_degrees)");
  }
}

void find_in_file(const SeriesMeasures& file, Findings& findings) {
  for (const AxisMeasures& axis : file.axes) {
    if (axis.lowest == axis.highest) {
      if (file.rows == 1) continue;
      findings.add(Severity::warning, "constant",
                   fmt::format("'{}' is {:g} in all {} rows", axis.name, axis.lowest,
                               with_thousands(file.rows)),
                   file.path, "see that the sensor was connected");
      continue;
    }
    const bool far = axis.highest - axis.mean > 2 * axis.deviation ||
                     axis.mean - axis.lowest > 2 * axis.deviation;
    const bool restless =
        axis.inner_run > 0 && axis.longest_run > 3 * axis.inner_run && axis.at_ends < file.rows / 2;
    if (axis.longest_run >= saturation_run && far && restless) {
      findings.add(Severity::warning, "saturation",
                   fmt::format("{} of {} rows of '{}' at {:g} or {:g}, longest run {}",
                               with_thousands(axis.at_ends), with_thousands(file.rows), axis.name,
                               axis.lowest, axis.highest, axis.longest_run),
                   file.path, "record with a wider range of the sensor");
    }
    if (axis.beyond > 0) {
      findings.add(Severity::warning, "beyond",
                   fmt::format("{} of {} rows of '{}' outside of its range ({:g} to {:g} seen)",
                               with_thousands(axis.beyond), with_thousands(file.rows), axis.name,
                               axis.lowest, axis.highest),
                   file.path, "widen the range in sengi.toml");
    }
  }
  if (!file.gaps.empty()) {
    double lost_s = 0;
    for (const SeriesGap& gap : file.gaps) lost_s += gap.end_s - gap.start_s;
    findings.add(Severity::note, "gap",
                 fmt::format("{} of {:.4g} s together", counted(file.gaps.size(), "gap"), lost_s),
                 file.path, "no window is taken across one", file.gaps.front().start_s);
  }
  if (file.incomplete > 0) {
    findings.add(Severity::note, "incomplete",
                 fmt::format("{} left out for a blank cell", counted(file.incomplete, "row")),
                 file.path, "they count as gaps");
  }
}

}  // namespace

SeriesMeasures measure_series(const std::filesystem::path& path, const std::string& label,
                              const Series& series, std::span<const ValueRange> ranges) {
  SeriesMeasures measures{.path = path,
                          .label = label,
                          .fault = {},
                          .rows = series.rows,
                          .rate_hz = series.rate_hz,
                          .axes = {},
                          .gaps = gaps(series),
                          .incomplete = series.incomplete,
                          .values = {}};
  if (series.rows == 0) return measures;
  for (std::size_t i = 0; i < series.columns.size(); ++i) {
    measures.axes.push_back(measure_axis(series, i, ranges));
  }
  const std::string names = sha256(fmt::format("{}", fmt::join(series.columns, "\n")));
  measures.values = names + sha256(std::as_bytes(std::span(series.values)));
  return measures;
}

SeriesMeasures measure_series_file(const std::filesystem::path& path, const std::string& label,
                                   const Result<Series>& series,
                                   std::span<const ValueRange> ranges) {
  if (series.ok()) return measure_series(path, label, series.value(), ranges);
  SeriesMeasures measures;
  measures.path = path;
  measures.label = label;
  measures.fault = series.error().message;
  return measures;
}

Findings find_in_series(std::span<const SeriesMeasures> files) {
  Findings findings;
  std::map<std::string, const SeriesMeasures*> first;
  for (const SeriesMeasures& file : files) {
    if (!file.fault.empty()) {
      findings.add(Severity::fault, "unreadable", file.fault, file.path,
                   "correct the file, or leave it out");
      continue;
    }
    find_in_file(file, findings);
    const auto [before, is_first] = first.try_emplace(file.values, &file);
    if (is_first) continue;
    const SeriesMeasures& other = *before->second;
    findings.add(Severity::warning, "duplicate",
                 fmt::format("the same values as in {}{}", other.path.string(),
                             other.label == file.label ? std::string()
                                                       : fmt::format(", which is '{}' and not '{}'",
                                                                     other.label, file.label)),
                 file.path, "remove one of them");
  }
  find_columns(files, findings);
  find_rates(files, findings);
  find_gravity(files, findings);
  return findings;
}

}  // namespace sengi::data
