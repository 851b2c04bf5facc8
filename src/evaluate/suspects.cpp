// SPDX-License-Identifier: Apache-2.0
#include "evaluate/suspects.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace sengi::evaluate {
namespace {

std::vector<double> thresholds(std::span<const double> probabilities,
                               std::span<const std::size_t> given, std::size_t labels) {
  std::vector<double> sum(labels);
  std::vector<double> count(labels);
  for (std::size_t clip = 0; clip < given.size(); ++clip) {
    sum[given[clip]] += probabilities[clip * labels + given[clip]];
    count[given[clip]] += 1;
  }
  // No clip can be taken for a label of which there is no clip to compare with.
  for (std::size_t label = 0; label < labels; ++label) {
    sum[label] =
        count[label] > 0 ? sum[label] / count[label] : std::numeric_limits<double>::infinity();
  }
  return sum;
}

}  // namespace

std::vector<Suspicion> find_suspects(std::span<const double> probabilities,
                                     std::span<const std::size_t> given, std::size_t labels) {
  const std::vector<double> threshold = thresholds(probabilities, given, labels);
  std::vector<Suspicion> suspects;
  for (std::size_t clip = 0; clip < given.size(); ++clip) {
    const auto row = probabilities.subspan(clip * labels, labels);
    std::optional<std::size_t> likely;
    for (std::size_t label = 0; label < labels; ++label) {
      if (row[label] >= threshold[label] && (!likely || row[label] > row[*likely])) likely = label;
    }
    if (!likely || *likely == given[clip] || row[*likely] <= row[given[clip]]) continue;
    suspects.push_back({clip, *likely, row[*likely], row[given[clip]]});
  }
  std::ranges::stable_sort(suspects, std::ranges::greater(),
                           [](const Suspicion& one) { return one.confidence - one.own; });
  return suspects;
}

}  // namespace sengi::evaluate
