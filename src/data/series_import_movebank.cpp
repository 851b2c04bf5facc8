// SPDX-License-Identifier: Apache-2.0
#include "data/series_import_movebank.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/text.h"
#include "data/csv.h"
#include "data/series.h"
#include "data/series_parts.h"

namespace sengi::data {
namespace {

struct Burst {
  std::string label;
  std::string group;
  std::string rate_hz;
  std::string axes;  // "xyz"
  std::vector<std::string> others;
  std::vector<std::string> values;  // as written

  std::size_t rows() const { return values.size() / axes.size(); }
};

using Column = std::optional<std::size_t>;

Column find(const NamedRows& rows, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = std::ranges::find(rows.names(), name);
    if (found != rows.names().end()) {
      return static_cast<std::size_t>(found - rows.names().begin());
    }
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(NamedRows& rows) : rows_(rows) {}

  Result<MovebankBursts> read(std::string_view file, const MovebankOptions& options);

 private:
  bool whole_bursts() const { return raw_.has_value(); }
  Result<void> find_columns(std::string_view file, const MovebankOptions& options);
  std::string cell(Column column) const {
    return column ? std::string(trimmed(rows_.cell(*column))) : std::string();
  }
  Burst begin(std::string axes) const;
  Result<void> add_burst();
  Result<void> add_moment();
  void end_bursts();

  NamedRows& rows_;
  Column raw_, axes_, rate_, label_, group_, time_;
  std::array<Column, 3> moment_;
  std::vector<std::size_t> others_;
  std::vector<Burst> bursts_;
  std::size_t passed_over_ = 0;
  // Of rows that are moments: seconds since the first, by the individual.
  struct Track {
    Clock clock{"timestamp"};
    std::vector<double> time_s;
    Burst rows;
    std::vector<std::vector<std::string>> others;
  };
  std::map<std::string, Track> tracks_;
};

Result<void> Reader::find_columns(std::string_view file, const MovebankOptions& options) {
  raw_ = find(rows_, {"eobs:accelerations-raw", "accelerations-raw", "accelerations"});
  axes_ = find(rows_, {"eobs:acceleration-axes", "acceleration-axes"});
  rate_ = find(rows_, {"eobs:acceleration-sampling-frequency-per-axis",
                       "acceleration-sampling-frequency-per-axis"});
  group_ = find(rows_, {"individual-local-identifier", "tag-local-identifier"});
  time_ = find(rows_, {"timestamp"});
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string axis(1, static_cast<char>('x' + i));
    moment_[i] = find(rows_, {"acceleration-raw-" + axis, "acceleration-" + axis});
  }
  const bool moments = std::ranges::any_of(moment_, [](Column c) { return c.has_value(); });
  if (!raw_ && !(moments && time_)) {
    return Error{
        fmt::format("{}: no acceleration of Movebank's: neither eobs:accelerations-raw nor "
                    "acceleration-raw-x, -y, -z with a timestamp",
                    file)};
  }
  if (options.label_column.empty()) {
    label_ = find(rows_, {"label", "behavioural-classification", "behavior"});
  } else {
    SENGI_TRY(label, rows_.need(options.label_column));
    label_ = label;
  }
  for (std::size_t i = 0; i < rows_.names().size(); ++i) {
    const bool used =
        i == label_ || (raw_ ? i == raw_ : std::ranges::find(moment_, Column(i)) != moment_.end());
    // Names that the table gives itself would be there twice.
    constexpr std::array<std::string_view, 4> own = {"label", "group", "rate_hz", "axes"};
    if (!used && std::ranges::find(own, rows_.names()[i]) == own.end()) others_.push_back(i);
  }
  return {};
}

Burst Reader::begin(std::string axes) const {
  Burst burst{cell(label_), cell(group_), {}, std::move(axes), {}, {}};
  for (const std::size_t i : others_) burst.others.emplace_back(rows_.cell(i));
  return burst;
}

Result<void> Reader::add_burst() {
  std::string_view left = trimmed(rows_.cell(*raw_));
  if (left.empty()) {
    ++passed_over_;
    return {};
  }
  std::string axes = cell(axes_);
  std::ranges::transform(axes, axes.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  if (axes.empty()) axes = "xyz";
  if (axes.find_first_not_of("xyz") != std::string::npos || axes.size() > 3) {
    return rows_.fault(fmt::format("'{}' are no axes", cell(axes_)));
  }
  Burst burst = begin(axes);
  burst.rate_hz = cell(rate_);
  while (!left.empty()) {
    const std::size_t end = std::min(left.find_first_of(" \t"), left.size());
    const std::string_view number = left.substr(0, end);
    if (!number_in(number)) {
      return rows_.fault(fmt::format("'{}' among the accelerations is no number", number));
    }
    burst.values.emplace_back(number);
    left = trimmed(left.substr(end));
  }
  if (burst.values.size() % axes.size() != 0) {
    return rows_.fault(fmt::format("{} do not share out over the axes {}",
                                   counted(burst.values.size(), "acceleration"), axes));
  }
  bursts_.push_back(std::move(burst));
  return {};
}

Result<void> Reader::add_moment() {
  std::string axes;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!moment_[i] || rows_.blank(*moment_[i])) continue;
    if (!rows_.number(*moment_[i])) return rows_.no_number(*moment_[i]);
    axes += static_cast<char>('x' + i);
    values.push_back(cell(moment_[i]));
  }
  if (axes.empty()) {
    ++passed_over_;
    return {};
  }
  Burst row = begin(axes);
  row.values = std::move(values);
  Track& track = tracks_[row.group + '\n' + axes];
  const auto now = track.clock.since_first(rows_.cell(*time_));
  if (!now) return rows_.fault(fmt::format("'{}' is no time", rows_.cell(*time_)));
  track.time_s.push_back(*now);
  track.rows.axes = axes;
  track.rows.group = row.group;
  track.others.push_back(std::move(row.others));
  track.others.back().push_back(row.label);
  track.rows.values.insert(track.rows.values.end(), row.values.begin(), row.values.end());
  return {};
}

// Moments become bursts between gaps.
void Reader::end_bursts() {
  for (auto& [name, track] : tracks_) {
    std::vector<double> steps;
    for (std::size_t i = 1; i < track.time_s.size(); ++i) {
      const double step = track.time_s[i] - track.time_s[i - 1];
      if (step > 0) steps.push_back(step);
    }
    std::ranges::sort(steps);
    const double longest = steps.empty() ? 0 : gap_periods * steps[steps.size() / 2];
    const std::size_t width = track.rows.axes.size();
    std::size_t first = 0;
    for (std::size_t i = 1; i <= track.time_s.size(); ++i) {
      const bool ends = i == track.time_s.size() || track.time_s[i] < track.time_s[i - 1] ||
                        track.time_s[i] - track.time_s[i - 1] > longest ||
                        track.others[i].back() != track.others[first].back();
      if (!ends) continue;
      Burst burst;
      burst.axes = track.rows.axes;
      burst.group = track.rows.group;
      burst.others = track.others[first];
      burst.label = burst.others.back();
      burst.others.pop_back();
      const double lasted_s = track.time_s[i - 1] - track.time_s[first];
      if (lasted_s > 0) {
        burst.rate_hz = fmt::format("{:.4g}", static_cast<double>(i - 1 - first) / lasted_s);
      }
      const auto from = track.rows.values.begin();
      burst.values.assign(from + static_cast<std::ptrdiff_t>(first * width),
                          from + static_cast<std::ptrdiff_t>(i * width));
      bursts_.push_back(std::move(burst));
      first = i;
    }
  }
}

Result<MovebankBursts> Reader::read(std::string_view file, const MovebankOptions& options) {
  SENGI_CHECK(find_columns(file, options));
  while (true) {
    SENGI_TRY(more, rows_.next());
    if (!more) break;
    SENGI_CHECK(whole_bursts() ? add_burst() : add_moment());
  }
  end_bursts();
  if (bursts_.empty()) return Error{fmt::format("{}: no row has accelerations", file)};

  std::map<std::string, std::size_t> kinds;
  for (const Burst& burst : bursts_) ++kinds[burst.axes];
  const auto most = std::ranges::max_element(kinds, {}, [](const auto& k) { return k.second; });
  MovebankBursts found;
  found.axes = most->first;
  for (const auto& [axes, count] : kinds) {
    if (axes == found.axes) continue;
    found.notes.push_back(fmt::format("{} of axes {} left out, for most are of {}",
                                      counted(count, "burst"), axes, found.axes));
  }
  if (passed_over_ > 0) {
    found.notes.push_back(
        fmt::format("{} without accelerations passed over", counted(passed_over_, "row")));
  }
  std::erase_if(bursts_, [&](const Burst& burst) { return burst.axes != found.axes; });
  std::size_t longest = 0;
  for (const Burst& burst : bursts_) longest = std::max(longest, burst.rows());

  std::vector<std::string> cells = {"label", "group", "rate_hz", "axes"};
  for (const std::size_t i : others_) cells.push_back(rows_.names()[i]);
  for (std::size_t row = 0; row < longest; ++row) {
    for (const char axis : found.axes) cells.push_back(fmt::format("{}{}", axis, row));
  }
  found.csv = csv_line(cells);
  const std::size_t width = cells.size();
  for (const Burst& burst : bursts_) {
    cells = {burst.label, burst.group, burst.rate_hz, burst.axes};
    cells.insert(cells.end(), burst.others.begin(), burst.others.end());
    cells.insert(cells.end(), burst.values.begin(), burst.values.end());
    cells.resize(width);
    found.csv += csv_line(cells);
    ++found.bursts;
    ++found.individuals[burst.group];
    ++found.lengths[burst.rows()];
    ++found.rates[burst.rate_hz];
    if (burst.label.empty()) ++found.without_label;
  }
  return found;
}

}  // namespace

Result<MovebankBursts> movebank_bursts(std::string_view text, std::string_view file,
                                       const MovebankOptions& options) {
  SENGI_TRY(rows, NamedRows::open(text, file));
  return Reader(rows).read(file, options);
}

}  // namespace sengi::data
