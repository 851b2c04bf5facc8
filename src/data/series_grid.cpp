// SPDX-License-Identifier: Apache-2.0
// Series on an even grid, and as whole numbers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/series.h"

namespace sengi::data {
namespace {

// A recording with times, which may be those of an even rate.
class Timeline {
 public:
  Timeline(const Series& series, double rate_hz)
      : series_(series),
        rate_hz_(series.time_s.empty() ? rate_hz : series.rate_hz.value_or(rate_hz)) {}

  double rate_hz() const { return rate_hz_; }
  double at(std::size_t row) const {
    return series_.time_s.empty() ? static_cast<double>(row) / rate_hz_ : series_.time_s[row];
  }
  double end() const { return at(series_.rows - 1); }

  // The last row at or before a time; the first where there is none.
  std::size_t before(double time_s) const {
    std::size_t low = 0;
    std::size_t high = series_.rows;
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (at(middle) <= time_s ? low : high) = middle;
    }
    return low;
  }

 private:
  const Series& series_;
  double rate_hz_;
};

double step_of(double width) { return std::pow(10, std::floor(std::log10(width)) - 1); }

}  // namespace

std::vector<SeriesGap> gaps(const Series& series) {
  std::vector<SeriesGap> found;
  if (!series.rate_hz) return found;
  for (std::size_t i = 1; i < series.time_s.size(); ++i) {
    if ((series.time_s[i] - series.time_s[i - 1]) * *series.rate_hz <= gap_periods) continue;
    found.push_back({i - 1, series.time_s[i - 1], series.time_s[i]});
  }
  return found;
}

Result<std::vector<float>> resampled(const Series& series, double rate_hz, double start_s,
                                     std::size_t rows) {
  if (!(rate_hz > 0) || !std::isfinite(rate_hz) || !std::isfinite(start_s)) {
    return Error{fmt::format("{}: {} rows a second from {} s on are no grid", series.file, rate_hz,
                             start_s)};
  }
  const Timeline timeline(series, rate_hz);
  const double half_period_s = 0.5 / timeline.rate_hz();
  const bool averaged = timeline.rate_hz() > 2 * rate_hz;
  const double half_step_s = 0.5 / rate_hz;
  const std::size_t columns = series.columns.size();
  // Times that were rounded when they were written still meet the recording's ends.
  const double slack_s = half_period_s * (1 + 1e-6);
  if (rows > 0) {
    const double last_s = start_s + static_cast<double>(rows - 1) / rate_hz;
    if (series.rows == 0 || start_s < -slack_s || last_s > timeline.end() + slack_s) {
      return Error{
          fmt::format("{}: rows from {:.3f} to {:.3f} s, but the recording ends at {:.3f} s",
                      series.file, start_s, last_s, series.rows == 0 ? 0 : timeline.end())};
    }
  }
  std::vector<float> out;
  out.reserve(rows * columns);
  std::vector<double> sums(columns);
  for (std::size_t i = 0; i < rows; ++i) {
    const double now_s = start_s + static_cast<double>(i) / rate_hz;
    const std::size_t row = timeline.before(now_s);
    const float* low = series.values.data() + row * columns;
    if (averaged) {
      std::size_t count = 0;
      std::ranges::fill(sums, 0);
      for (std::size_t at = timeline.before(now_s - half_step_s); at < series.rows; ++at) {
        if (timeline.at(at) < now_s - half_step_s) continue;
        if (timeline.at(at) >= now_s + half_step_s) break;
        for (std::size_t c = 0; c < columns; ++c) sums[c] += series.values[at * columns + c];
        ++count;
      }
      if (count > 0) {
        for (const double sum : sums) {
          out.push_back(static_cast<float>(sum / static_cast<double>(count)));
        }
        continue;
      }
    }
    const double into_s = now_s - timeline.at(row);
    if (row + 1 == series.rows || into_s <= 0) {
      out.insert(out.end(), low, low + columns);
      continue;
    }
    const double step_s = timeline.at(row + 1) - timeline.at(row);
    double part = into_s / step_s;
    if (step_s * timeline.rate_hz() > gap_periods) {
      // At a gap's edges its rows hold as they do at the recording's ends.
      if (into_s > slack_s && step_s - into_s > slack_s) {
        return Error{fmt::format("{}: no rows between {:.3f} and {:.3f} s", series.file,
                                 timeline.at(row), timeline.at(row + 1))};
      }
      part = into_s > slack_s ? 1 : 0;
    }
    for (std::size_t c = 0; c < columns; ++c) {
      out.push_back(static_cast<float>(low[c] * (1 - part) + low[columns + c] * part));
    }
  }
  return out;
}

std::int16_t count_of(double value, ValueRange range) {
  const double half = range.high / 2 - range.low / 2;
  const double middle = range.low + half;
  constexpr double most = 32767;
  const double count = std::round((value - middle) / half * most);
  if (std::isnan(count)) return 0;
  return static_cast<std::int16_t>(std::clamp(count, -most, most));
}

ValueRange fitting(double lowest, double highest) {
  double width = highest - lowest;
  if (width == 0) {
    const double around = lowest == 0 ? 1 : std::abs(lowest) / 10;
    lowest -= around;
    highest += around;
    width = highest - lowest;
  }
  double low = lowest - width / 10;
  double high = highest + width / 10;
  const bool symmetric =
      lowest < 0 && highest > 0 && -lowest <= 3 * highest && highest <= -3 * lowest;
  if (symmetric) {
    high = std::max(-low, high);
    low = -high;
  }
  // Dividing by a power of ten gives the decimal number itself where multiplying does not. What is
  // a rounding error beyond a step is on it.
  constexpr double rounding = 1e-9;
  const double step = step_of(high - low);
  const double a_unit = std::round(1 / step);
  const auto steps = [&](double count) { return step < 1 ? count / a_unit : count * step; };
  return {steps(std::floor(low / step + rounding)), steps(std::ceil(high / step - rounding))};
}

}  // namespace sengi::data
