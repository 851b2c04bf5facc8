// SPDX-License-Identifier: Apache-2.0
#include "station/water.h"

#include <algorithm>
#include <array>
#include <vector>

namespace sengi::station {
namespace {

constexpr double day_ms = 86'400'000;
constexpr std::int64_t pace_ms = 3 * 86'400'000;
constexpr std::size_t pace_points = 100;  // of the newest; pairs are many

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 != 0) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double latest(std::span<const Moisture> history) {
  std::vector<double> last;
  for (const Moisture& one : history.last(std::min<std::size_t>(history.size(), 3))) {
    last.push_back(one.value);
  }
  return median(std::move(last));
}

// A day; negative where it dries.
std::optional<double> pace(std::span<const Moisture> history) {
  history = history.last(std::min(history.size(), pace_points));
  std::vector<double> slopes;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].time_ms < history.back().time_ms - pace_ms) continue;
    for (std::size_t k = i + 1; k < history.size(); ++k) {
      const auto days = static_cast<double>(history[k].time_ms - history[i].time_ms) / day_ms;
      if (days > 0) slopes.push_back((history[k].value - history[i].value) / days);
    }
  }
  if (slopes.size() < 3) return std::nullopt;
  return median(std::move(slopes));
}

}  // namespace

std::string_view name_of(Water water) {
  constexpr std::array<std::string_view, 3> names = {"enough", "soon", "due"};
  return names[static_cast<std::size_t>(water)];
}

std::optional<WaterAdvice> advise(const Soil& soil, std::span<const Moisture> history) {
  if (history.empty()) return std::nullopt;
  const double mm = 1000 * soil.root_m;  // of water in the root zone, for each 1 of moisture
  WaterAdvice advice;
  advice.moisture = latest(history);
  advice.readily_mm = soil.depletion * mm * (soil.field_capacity - soil.wilting_point);
  advice.missing_mm = std::max(0.0, mm * (soil.field_capacity - advice.moisture));
  advice.give_mm = advice.missing_mm / soil.efficiency;
  if (advice.missing_mm >= advice.readily_mm) {
    advice.water = Water::due;
    advice.days_left = 0;
    return advice;
  }
  if (const auto a_day = pace(history); a_day && *a_day < 0) {
    advice.days_left = (advice.readily_mm - advice.missing_mm) / (-*a_day * mm);
    if (*advice.days_left <= soil.lead_days) advice.water = Water::soon;
  }
  return advice;
}

}  // namespace sengi::station
