// SPDX-License-Identifier: Apache-2.0
#include "evaluate/bootstrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "base/text.h"

namespace sengi::evaluate {
namespace {

// The cells of the confusion matrix that the clips of one unit fall into.
struct Cell {
  std::size_t truth;
  std::size_t answer;
};
using Unit = std::vector<Cell>;

std::vector<Unit> units_of(std::span<const Answered> clips, Intervals& intervals) {
  std::map<std::string, Unit> named;
  std::vector<Unit> units;
  for (const Answered& clip : clips) {
    const Cell cell{clip.truth, clip.answer};
    if (clip.group.empty()) {
      units.push_back({cell});
    } else {
      named[clip.group].push_back(cell);
    }
  }
  intervals.groups = named.size();
  for (auto& [name, unit] : named) units.push_back(std::move(unit));
  intervals.units = units.size();
  return units;
}

// The middle 95 % of values, which it sorts.
Interval middle_95(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = [&](double share) {
    const double place = share * last;
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(values.size() - 1, below + 1);
    return std::lerp(values[below], values[above], place - std::floor(place));
  };
  return {at(0.025), at(0.975)};
}

}  // namespace

Intervals bootstrap_95(std::span<const Answered> clips, std::size_t labels, std::uint64_t resamples,
                       std::uint64_t seed) {
  Intervals intervals;
  intervals.seed = seed;
  const std::vector<Unit> units = units_of(clips, intervals);
  if (units.empty()) return intervals;
  intervals.resamples = resamples;

  std::vector<double> accuracy;
  std::vector<double> balanced;
  std::vector<double> f1;
  // The engine's numbers are fixed by the standard; a distribution's are not.
  std::mt19937_64 random(seed);
  for (std::uint64_t draw = 0; draw < resamples; ++draw) {
    ConfusionMatrix drawn(labels);
    for (std::size_t i = 0; i < units.size(); ++i) {
      for (const Cell& cell : units[random() % units.size()]) drawn.add(cell.truth, cell.answer);
    }
    const Figures all = figures(drawn);
    accuracy.push_back(all.accuracy);
    balanced.push_back(all.balanced_accuracy);
    f1.push_back(all.macro_f1);
  }
  const auto right = static_cast<std::uint64_t>(std::count_if(
      clips.begin(), clips.end(), [](const Answered& clip) { return clip.truth == clip.answer; }));
  const Interval independent = wilson_95(right, clips.size());
  const Interval grouped = middle_95(accuracy);
  intervals.accuracy = {std::min(grouped.low, independent.low),
                        std::max(grouped.high, independent.high)};
  intervals.balanced_accuracy = middle_95(balanced);
  intervals.macro_f1 = middle_95(f1);
  return intervals;
}

std::string words_of(const Intervals& intervals) {
  const std::uint64_t alone = intervals.units - intervals.groups;
  const std::string draws = with_thousands(intervals.resamples) + " draws of ";
  if (intervals.groups == 0) return draws + counted(alone, "clip");
  return draws + counted(intervals.groups, "group") +
         (alone == 0 ? "" : fmt::format(" and {} without one", counted(alone, "clip")));
}

}  // namespace sengi::evaluate
