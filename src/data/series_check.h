// SPDX-License-Identifier: Apache-2.0
// What is wrong with recordings of numbers, as findings for sengi data check. Each file is measured
// once, and what the measurements say of one another is found without reading again.
//
//   std::vector<SeriesMeasures> measures;
//   for (...) measures.push_back(measure_series(path, label, series));
//   for (const Finding& finding : find_in_series(measures).sorted()) ...
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/check.h"
#include "data/series.h"

namespace sengi::data {

struct AxisMeasures {
  std::string name;
  double lowest = 0;
  double highest = 0;
  double mean = 0;
  double deviation = 0;
  std::size_t at_ends = 0;      // rows at the lowest or the highest value
  std::size_t longest_run = 0;  // of rows at one of them in a row
  std::size_t inner_run = 0;    // of rows at one value between them in a row
  std::size_t beyond = 0;       // rows outside of the range that was given
};

struct SeriesMeasures {
  std::filesystem::path path;
  std::string label;
  std::string fault;  // why the file cannot be read; then nothing below is known
  std::size_t rows = 0;
  std::optional<double> rate_hz;
  std::vector<AxisMeasures> axes;
  std::vector<SeriesGap> gaps;
  std::size_t incomplete = 0;
  std::string values;  // SHA-256 of columns and values
};

// `ranges` are those of the axes, or empty.
SeriesMeasures measure_series(const std::filesystem::path& path, const std::string& label,
                              const Series& series, std::span<const ValueRange> ranges = {});

// The same of what reading a file gave; one that cannot be read has its fault in the measures.
SeriesMeasures measure_series_file(const std::filesystem::path& path, const std::string& label,
                                   const Result<Series>& series,
                                   std::span<const ValueRange> ranges = {});

// As many rows in a row at an axis's lowest or highest value are a sensor at the end of its range,
// where that value is more than two deviations from the mean and no value between the ends stays
// for a third as long, as those of slow sensors and of switches do, nor most rows are there.
inline constexpr std::size_t saturation_run = 5;

// How far a rate may be from that of most files.
inline constexpr double rate_tolerance = 0.05;

// Findings, faults first, then warnings, then notes. By kind:
//
// - unreadable, a fault: a file that read_series() refuses.
// - columns, a fault: a file without a column that most have.
// - column-order, a warning: the same columns in another order than in most files.
// - rate, a warning: rows a second, more than rate_tolerance from those of most files.
// - unit, a warning: acceleration (three axes whose names say so, else the first three) of about
//   9.81 at rest in some files and about 1 or 1000 in others.
// - orientation, a note: gravity on another axis, or on its other end, than in most files of the
//   label.
// - constant, a warning: an axis that never changes.
// - saturation, a warning: saturation_run rows at the end of what the sensor can say.
// - beyond, a warning: values outside of the range given.
// - gap, a note: stretches without rows; the first of a file is named.
// - incomplete, a note: rows that were left out for a blank cell.
// - duplicate, a warning: the same values in two files.
Findings find_in_series(std::span<const SeriesMeasures> measures);

}  // namespace sengi::data
