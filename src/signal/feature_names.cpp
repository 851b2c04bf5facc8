// SPDX-License-Identifier: Apache-2.0
#include "signal/feature_names.h"

#include <algorithm>
#include <array>

namespace sengi::signal {
namespace {

template <typename Kind>
struct Named {
  Kind feature;
  std::string_view name;
};
constexpr std::array named = {Named<Feature>{Feature::mfcc, "mfcc"},
                              Named<Feature>{Feature::log_mel, "log-mel"},
                              Named<Feature>{Feature::pcan, "pcan"}};
constexpr std::array named_of_series = {
    Named<SeriesFeature>{SeriesFeature::raw, "raw"},
    Named<SeriesFeature>{SeriesFeature::statistics, "statistics"},
    Named<SeriesFeature>{SeriesFeature::spectral, "spectral"}};

std::vector<std::string> names_of(const auto& all_named) {
  std::vector<std::string> all;
  for (const auto& each : all_named) all.emplace_back(each.name);
  return all;
}

template <typename Kind, std::size_t count>
std::string_view find_name(const std::array<Named<Kind>, count>& all_named, Kind feature) {
  return std::ranges::find(all_named, feature, &Named<Kind>::feature)->name;
}

template <typename Kind, std::size_t count>
std::optional<Kind> find_feature(const std::array<Named<Kind>, count>& all_named,
                                 std::string_view name) {
  const auto found = std::ranges::find(all_named, name, &Named<Kind>::name);
  if (found == all_named.end()) return std::nullopt;
  return found->feature;
}

}  // namespace

const std::vector<std::string>& feature_names() {
  static const std::vector<std::string> names = names_of(named);
  return names;
}

std::string_view name_of(Feature feature) { return find_name(named, feature); }
std::optional<Feature> feature_named(std::string_view name) { return find_feature(named, name); }

const std::vector<std::string>& series_feature_names() {
  static const std::vector<std::string> names = names_of(named_of_series);
  return names;
}

std::string_view name_of(SeriesFeature feature) { return find_name(named_of_series, feature); }
std::optional<SeriesFeature> series_feature_named(std::string_view name) {
  return find_feature(named_of_series, name);
}

}  // namespace sengi::signal
