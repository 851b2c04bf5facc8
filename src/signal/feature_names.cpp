// SPDX-License-Identifier: Apache-2.0
#include "signal/feature_names.h"

#include <algorithm>
#include <array>

namespace sengi::signal {
namespace {

struct Named {
  Feature feature;
  std::string_view name;
};
constexpr std::array named = {Named{Feature::mfcc, "mfcc"}, Named{Feature::log_mel, "log-mel"},
                              Named{Feature::pcan, "pcan"}};

}  // namespace

const std::vector<std::string>& feature_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Named& each : named) all.emplace_back(each.name);
    return all;
  }();
  return names;
}

std::string_view name_of(Feature feature) {
  return std::ranges::find(named, feature, &Named::feature)->name;
}

std::optional<Feature> feature_named(std::string_view name) {
  const auto* found = std::ranges::find(named, name, &Named::name);
  if (found == named.end()) return std::nullopt;
  return found->feature;
}

}  // namespace sengi::signal
