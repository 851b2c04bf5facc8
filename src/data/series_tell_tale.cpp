// SPDX-License-Identifier: Apache-2.0
#include "data/series_tell_tale.h"

#include <fmt/format.h>

#include <set>

namespace sengi::data {

void TellTales::see(const std::string& label, const std::string& column, double value) {
  const auto [at, first] = columns_[column].try_emplace(label, Seen{value, false});
  if (!first && at->second.value != value) at->second.varies = true;
}

std::vector<TellTales::Teller> TellTales::tellers() const {
  std::vector<Teller> tellers;
  for (const auto& [column, labels] : columns_) {
    std::set<double> values;
    std::string words;
    bool constant = true;
    for (const auto& [label, seen] : labels) {
      constant = constant && !seen.varies;
      values.insert(seen.value);
      words += fmt::format("{}{:g} in all of '{}'", words.empty() ? "" : ", ", seen.value, label);
    }
    if (labels.size() < 2 || !constant || values.size() != labels.size()) continue;
    tellers.push_back({column, fmt::format("'{}' is {}", column, words)});
  }
  return tellers;
}

}  // namespace sengi::data
