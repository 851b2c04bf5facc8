// SPDX-License-Identifier: Apache-2.0
#include "evaluate/example.h"

#include <algorithm>

namespace sengi::evaluate {

Verdict judge(std::span<const Stretch> truth, std::span<const Stretch> heard, double tolerance_s) {
  Verdict verdict{std::vector<bool>(heard.size()), std::vector<bool>(truth.size())};
  for (std::size_t i = 0; i < heard.size(); ++i) {
    for (std::size_t j = 0; j < truth.size(); ++j) {
      const bool meets = heard[i].label == truth[j].label &&
                         heard[i].start_s <= truth[j].end_s + tolerance_s &&
                         heard[i].end_s >= truth[j].start_s - tolerance_s;
      if (!meets || verdict.found[j]) continue;
      verdict.right[i] = verdict.found[j] = true;
      break;
    }
  }
  return verdict;
}

ListeningFigures count(const Verdict& verdict, double duration_s) {
  const auto number = [](const std::vector<bool>& marks, bool mark) {
    return static_cast<std::size_t>(std::count(marks.begin(), marks.end(), mark));
  };
  return {duration_s, verdict.found.size(), number(verdict.found, true),
          number(verdict.right, false)};
}

std::vector<std::pair<std::int16_t, std::int16_t>> envelope(std::span<const std::int16_t> samples,
                                                            std::size_t columns) {
  std::vector<std::pair<std::int16_t, std::int16_t>> drawn;
  columns = std::min(columns, samples.size());
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t from = samples.size() * column / columns;
    const std::size_t until = samples.size() * (column + 1) / columns;
    const auto [lowest, highest] =
        std::minmax_element(samples.begin() + static_cast<std::ptrdiff_t>(from),
                            samples.begin() + static_cast<std::ptrdiff_t>(until));
    drawn.emplace_back(*lowest, *highest);
  }
  return drawn;
}

}  // namespace sengi::evaluate
