// SPDX-License-Identifier: Apache-2.0
#include "data/series_clips.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

// Files that are kept: a folder of long recordings must not fill the memory.
constexpr std::size_t most_kept = 32;

SeriesOptions recording_options(const project::Project& project) {
  // A logger that missed a reading leaves a gap, which no clip reaches into.
  return {.columns = project.series.columns, .time_column = {}, .blanks_are_gaps = true};
}

// A part of a recording without gaps, from its first to its last row.
struct Whole {
  double first_s;
  double last_s;
};

std::vector<Whole> whole_parts(const Series& series, double start_s, double end_s, double rate_hz) {
  const double period = 1 / rate_hz;
  const double last =
      series.time_s.empty() ? static_cast<double>(series.rows - 1) * period : series.time_s.back();
  std::vector<Whole> parts;
  double from = 0;
  const auto add = [&](double to) {
    const Whole part{std::max(from, start_s), std::min(to, end_s - period)};
    if (part.first_s <= part.last_s) parts.push_back(part);
  };
  for (const SeriesGap& gap : gaps(series)) {
    add(gap.start_s);
    from = gap.end_s;
  }
  add(last);
  return parts;
}

// Where the clips of a part begin. One that is shorter than a clip is the clip.
std::vector<double> starts_in(Whole part, double span_s, double hop_s) {
  const double room = part.last_s - part.first_s - span_s;
  constexpr double tolerance = 1e-6;
  if (room < tolerance) return {part.first_s};
  if (hop_s <= 0) return {part.first_s + room / 2};
  std::vector<double> starts;
  for (double at = 0; at <= room + tolerance; at += hop_s) starts.push_back(part.first_s + at);
  return starts;
}

double rate_of(const Series& series, const project::Project& project, double otherwise) {
  if (project.series.sample_rate_hz > 0) return project.series.sample_rate_hz;
  return series.rate_hz.value_or(otherwise);
}

Error no_rate(const fs::path& path, const Series& series) {
  if (!series.time_s.empty()) {
    return Error{fmt::format(
        "{}: one row with a number in every column, and no clip is as short; {}", path.string(),
        series.incomplete > 0 ? fmt::format("{} more have blanks", series.incomplete)
                              : "record longer, or remove it")};
  }
  return Error{fmt::format(
      "{}: no column of time, so nobody knows how fast its rows came; say so with sample_rate_hz "
      "in [signal]",
      path.string())};
}

// Lowest and highest of each axis.
class Extremes {
 public:
  void add(std::size_t axis, float value) {
    if (axis >= ends_.size()) ends_.resize(axis + 1);
    ends_[axis].lowest = std::min(ends_[axis].lowest, double{value});
    ends_[axis].highest = std::max(ends_[axis].highest, double{value});
  }

  std::vector<ValueRange> ranges(std::size_t axes) const {
    std::vector<ValueRange> ranges(axes, ValueRange{-1, 1});
    for (std::size_t axis = 0; axis < std::min(axes, ends_.size()); ++axis) {
      if (ends_[axis].lowest > ends_[axis].highest) continue;
      ranges[axis] = fitting(ends_[axis].lowest, ends_[axis].highest);
    }
    return ranges;
  }

 private:
  struct Ends {
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -std::numeric_limits<double>::infinity();
  };
  std::vector<Ends> ends_;
};

// Four digits: 89.97 Hz is what a clock makes of 90 too, but 10.54 stays what it is.
double rounded(double rate_hz) {
  const double unit = std::pow(10, std::floor(std::log10(rate_hz)) - 3);
  return std::round(rate_hz / unit) * unit;
}

// Fills low and high: what sengi.toml says, one for all or one for each axis, or what was seen.
Result<void> settle_ranges(project::SeriesConfig& series, const Extremes& seen) {
  const auto axes = static_cast<std::size_t>(series.spec.axes);
  if (series.low.size() == 1) {
    series.low.resize(axes, series.low[0]);
    series.high.resize(axes, series.high[0]);
  }
  if (series.low.empty()) {
    for (const ValueRange& range : seen.ranges(axes)) {
      series.low.push_back(range.low);
      series.high.push_back(range.high);
    }
  }
  if (series.low.size() == axes) return {};
  return Error{fmt::format("low and high in [signal] have {} numbers each, and a row has {} axes",
                           series.low.size(), axes)};
}

Result<project::Project> settle_table(project::Project project, const Dataset& dataset) {
  project::SeriesConfig& series = project.series;
  SENGI_TRY(table, read_series_table(dataset.clips.front().path, table_options(project)));
  series.columns = table.value_columns;
  const auto columns = static_cast<std::int32_t>(series.columns.size());
  if (series.spec.axes == 0) series.spec.axes = columns;
  if (columns % series.spec.axes != 0) {
    return Error{
        fmt::format("{}: {} columns of numbers do not make whole rows of {} axes; name the "
                    "columns in [signal]",
                    dataset.clips.front().path.string(), columns, series.spec.axes)};
  }
  series.spec.rows = columns / series.spec.axes;
  Extremes seen;
  for (const Clip& clip : dataset.clips) {
    if (clip.split != Split::train || !clip.row || *clip.row >= table.rows.size()) continue;
    const std::vector<float>& values = table.rows[*clip.row].values;
    for (std::size_t i = 0; i < values.size(); ++i) {
      seen.add(i % static_cast<std::size_t>(series.spec.axes), values[i]);
    }
  }
  SENGI_CHECK(settle_ranges(series, seen));
  return project;
}

Result<project::Project> settle_recordings(project::Project project, const Dataset& dataset) {
  project::SeriesConfig& series = project.series;
  std::set<fs::path> paths;
  for (const Clip& clip : dataset.clips) {
    if (clip.split == Split::train) paths.insert(clip.path);
  }
  std::vector<double> rates;
  Extremes seen;
  for (const fs::path& path : paths) {
    SENGI_TRY(recording, read_series(path, recording_options(project)));
    if (series.columns.empty()) series.columns = recording.columns;
    if (recording.rate_hz) rates.push_back(*recording.rate_hz);
    for (std::size_t i = 0; i < recording.values.size(); ++i) {
      seen.add(i % recording.columns.size(), recording.values[i]);
    }
  }
  series.spec.axes = static_cast<std::int32_t>(series.columns.size());
  if (series.sample_rate_hz == 0) {
    if (rates.empty()) return Error{"no recording has a rate; set sample_rate_hz in [signal]"};
    std::ranges::nth_element(rates, rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2));
    series.sample_rate_hz = rounded(rates[rates.size() / 2]);
  }
  series.spec.rows = series.rows_in(project.data.clip_ms);
  SENGI_CHECK(settle_ranges(series, seen));
  return project;
}

std::vector<std::int16_t> counts_of(std::span<const float> values,
                                    const project::SeriesConfig& series) {
  const auto axes = static_cast<std::size_t>(series.spec.axes);
  std::vector<std::int16_t> counts;
  counts.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    counts.push_back(count_of(values[i], {series.low[i % axes], series.high[i % axes]}));
  }
  return counts;
}

Result<std::vector<std::int16_t>> read_row(const Clip& clip, const project::Project& project,
                                           SeriesFiles& files) {
  SENGI_TRY(table, files.table(clip.path, table_options(project)));
  if (*clip.row >= table->rows.size()) {
    return Error{fmt::format("{}: no example {}; it has {}", clip.path.string(), *clip.row + 1,
                             table->rows.size())};
  }
  const std::vector<float>& values = table->rows[*clip.row].values;
  if (values.size() != static_cast<std::size_t>(project.series.clip_samples())) {
    return Error{fmt::format("{}: {} numbers a row where {} were trained on; train again",
                             clip.path.string(), values.size(), project.series.clip_samples())};
  }
  return counts_of(values, project.series);
}

// As many rows of the grid as there are between the clip's start and the end of what is whole, the
// last one repeated where these are too few.
Result<std::vector<std::int16_t>> read_stretch(const Clip& clip, const project::Project& project,
                                               SeriesFiles& files) {
  SENGI_TRY(recording, files.recording(clip.path, recording_options(project)));
  const project::SeriesConfig& series = project.series;
  const auto rows = static_cast<std::size_t>(series.spec.rows);
  const std::vector<Whole> parts =
      whole_parts(*recording, 0, std::numeric_limits<double>::infinity(),
                  rate_of(*recording, project, series.sample_rate_hz));
  constexpr double tolerance = 1e-6;
  const auto part = std::ranges::find_if(parts, [&](const Whole& whole) {
    return clip.start_s >= whole.first_s - tolerance && clip.start_s <= whole.last_s + tolerance;
  });
  if (part == parts.end()) {
    return Error{
        fmt::format("{}: nothing was recorded at {:g} s", clip.path.string(), clip.start_s)};
  }
  const double start = std::clamp(clip.start_s, part->first_s, part->last_s);
  const auto there = static_cast<std::size_t>(
      std::floor((part->last_s - start) * series.sample_rate_hz + tolerance) + 1);
  SENGI_TRY(values, resampled(*recording, series.sample_rate_hz, start, std::min(rows, there)));
  const auto axes = static_cast<std::size_t>(series.spec.axes);
  while (values.size() < rows * axes) values.push_back(values[values.size() - axes]);
  return counts_of(values, series);
}

}  // namespace

template <typename T, typename Read>
Result<std::shared_ptr<const T>> SeriesFiles::find(std::map<fs::path, Kept<T>>& kept,
                                                   const fs::path& path, Read read) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = kept.find(path); at != kept.end()) {
      at->second.asked = ++asked_;
      return at->second.value;
    }
  }
  auto made = read();  // two threads may read one file; that costs time and nothing else
  if (!made) return made.error();
  auto value = std::make_shared<const T>(std::move(made).value());
  const std::lock_guard lock(mutex_);
  if (kept.size() >= most_kept) {
    kept.erase(
        std::ranges::min_element(kept, {}, [](const auto& one) { return one.second.asked; }));
  }
  kept[path] = {value, ++asked_};
  return value;
}

Result<std::shared_ptr<const Series>> SeriesFiles::recording(const fs::path& path,
                                                             const SeriesOptions& options) {
  return find(recordings_, path, [&] { return read_series(path, options); });
}

Result<std::shared_ptr<const SeriesTable>> SeriesFiles::table(const fs::path& path,
                                                              const SeriesTableOptions& options) {
  return find(tables_, path, [&] { return read_series_table(path, options); });
}

SeriesTableOptions table_options(const project::Project& project) {
  return {.label_column = project.data.label_column,
          .group_column = project.data.group_column,
          .split_column = project.data.split_column,
          .value_columns = project.series.columns,
          .blanks_are_zero = project.data.blank_is_zero};
}

std::vector<Clip> cut_into_clips(const std::vector<Clip>& recordings,
                                 const project::Project& project,
                                 std::vector<std::string>& faults) {
  std::vector<Clip> clips;
  SeriesFiles files;
  const double clip_s = project.data.clip_ms / 1000.0;
  for (const Clip& recording : recordings) {
    if (recording.row) {
      clips.push_back(recording);
      continue;
    }
    const auto read = files.recording(recording.path, recording_options(project));
    const double rate = read ? rate_of(*read.value(), project, 0) : 0;
    if (rate == 0) {
      std::string fault =
          read ? no_rate(recording.path, *read.value()).message : read.error().message;
      if (faults.empty() || faults.back() != fault) faults.push_back(std::move(fault));
      continue;
    }
    const std::shared_ptr<const Series> series = read.value();
    const double span = std::max(0.0, clip_s - 1 / rate);
    const double hop = project.data.clip_hop_ms / 1000.0;
    for (const Whole& part : whole_parts(*series, recording.start_s, recording.end_s, rate)) {
      for (const double start : starts_in(part, span, hop)) {
        Clip clip = recording;
        clip.start_s = start;
        clip.end_s = start + clip_s;
        clips.push_back(std::move(clip));
      }
    }
  }
  return clips;
}

Result<project::Project> settle(project::Project project, const Dataset& dataset) {
  if (project.sense() != project::Sense::series || dataset.clips.empty()) return project;
  const bool table = dataset.clips.front().row.has_value();
  return table ? settle_table(std::move(project), dataset)
               : settle_recordings(std::move(project), dataset);
}

Result<std::vector<std::int16_t>> read_series_clip(const Clip& clip,
                                                   const project::Project& project,
                                                   SeriesFiles& files) {
  return clip.row ? read_row(clip, project, files) : read_stretch(clip, project, files);
}

Result<std::vector<std::int16_t>> read_series_stream(const fs::path& path,
                                                     const project::Project& project) {
  const project::SeriesConfig& series = project.series;
  SENGI_TRY(recording, read_series(path, {.columns = series.columns, .time_column = {}}));
  const double length_s = recording.time_s.empty()
                              ? static_cast<double>(recording.rows - 1) / series.sample_rate_hz
                              : recording.time_s.back();
  constexpr double tolerance = 1e-6;
  const auto rows = static_cast<std::size_t>(length_s * series.sample_rate_hz + tolerance) + 1;
  SENGI_TRY(values, resampled(recording, series.sample_rate_hz, 0, rows));
  return counts_of(values, series);
}

}  // namespace sengi::data
