// SPDX-License-Identifier: Apache-2.0
#include "evaluate/slices.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace sengi::evaluate {
namespace {

Slice slice_of(std::string value, std::span<const Answered> clips, std::size_t labels) {
  const Intervals sure = bootstrap_95(clips, labels, 1000);
  const auto right = std::count_if(clips.begin(), clips.end(),
                                   [](const Answered& clip) { return clip.truth == clip.answer; });
  return {std::move(value), clips.size(), static_cast<std::uint64_t>(right), sure.units,
          sure.accuracy};
}

}  // namespace

double Slice::accuracy() const {
  return count == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(count);
}

Slicing slice_by_value(std::string by, std::span<const std::string> values,
                       std::span<const Answered> clips, std::size_t labels) {
  std::map<std::string, std::vector<Answered>> sorted;
  for (std::size_t i = 0; i < clips.size(); ++i) sorted[values[i]].push_back(clips[i]);
  Slicing slicing{std::move(by), {}};
  for (const auto& [value, some] : sorted) {
    slicing.slices.push_back(slice_of(value.empty() ? "(not given)" : value, some, labels));
  }
  return slicing;
}

std::optional<Slicing> slice_by_thirds(std::string by, const std::string& unit, double least,
                                       std::span<const std::optional<double>> measures,
                                       std::span<const Answered> clips, std::size_t labels) {
  std::vector<double> sorted;
  for (const auto& measure : measures) {
    if (measure) sorted.push_back(*measure);
  }
  std::sort(sorted.begin(), sorted.end());
  if (sorted.size() < 3 || !(sorted.back() - sorted.front() > least)) return std::nullopt;
  const double low = sorted[sorted.size() / 3];
  const double high = sorted[2 * sorted.size() / 3];
  if (!(sorted.front() < low && low < high)) return std::nullopt;  // mostly one value

  std::array<std::vector<Answered>, 3> thirds;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (!measures[i]) continue;
    thirds[*measures[i] < low ? 0 : *measures[i] < high ? 1 : 2].push_back(clips[i]);
  }
  Slicing slicing{std::move(by), {}};
  slicing.slices = {
      slice_of(fmt::format("lowest third, below {:.3g} {}", low, unit), thirds[0], labels),
      slice_of(fmt::format("middle third, {:.3g} to {:.3g} {}", low, high, unit), thirds[1],
               labels),
      slice_of(fmt::format("highest third, from {:.3g} {}", high, unit), thirds[2], labels)};
  return slicing;
}

}  // namespace sengi::evaluate
