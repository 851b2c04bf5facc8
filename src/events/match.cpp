// SPDX-License-Identifier: Apache-2.0
#include "events/match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace sengi::events {
namespace {

constexpr std::array<std::pair<std::string_view, Rule>, 3> rules = {
    {{"overlap", Rule::overlap}, {"onset", Rule::onset}, {"first", Rule::first}}};

// Times are compared in whole microseconds: 0.75 s from 1.4 s is 0.65 s, and no rounding between.
std::int64_t microseconds(double seconds) { return std::llround(seconds * 1e6); }

struct Span {
  std::int64_t start;
  std::int64_t end;
};
std::vector<Span> spans_of(std::span<const Event> events) {
  std::vector<Span> spans;
  spans.reserve(events.size());
  for (const Event& e : events) spans.push_back({microseconds(e.start_s), microseconds(e.end_s)});
  return spans;
}

std::vector<std::size_t> by_start(const std::vector<Span>& spans) {
  std::vector<std::size_t> order(spans.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return spans[i].start; });
  return order;
}

std::uint64_t apart(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a < b ? b - a : a - b);
}

}  // namespace

std::optional<Rule> rule_named(std::string_view name) {
  for (const auto& [known, rule] : rules) {
    if (known == name) return rule;
  }
  return std::nullopt;
}

std::string_view name_of(Rule rule) {
  for (const auto& [name, known] : rules) {
    if (known == rule) return name;
  }
  return "";
}

std::vector<Pair> pairs_between(std::span<const Event> marked, std::span<const Event> found,
                                const Matching& matching) {
  const std::vector<Span> marks = spans_of(marked);
  const std::vector<Span> finds = spans_of(found);
  const std::int64_t tolerance = microseconds(matching.tolerance_s);
  const bool overlap = matching.rule == Rule::overlap;
  // Of the marks in the order of their starts none before `from` reaches what begins now: the
  // longest of them would have ended.
  const std::vector<std::size_t> order = by_start(marks);
  std::int64_t longest = 0;
  if (overlap) {
    for (const Span& mark : marks) longest = std::max(longest, mark.end - mark.start);
  }
  std::vector<Pair> pairs;
  for (std::size_t f = 0; f < finds.size(); ++f) {
    const Span& find = finds[f];
    const auto from = std::ranges::lower_bound(order, find.start - tolerance - longest, {},
                                               [&](std::size_t m) { return marks[m].start; });
    const std::int64_t last = (overlap ? find.end : find.start) + tolerance;
    for (auto at = from; at != order.end() && marks[*at].start <= last; ++at) {
      const Span& mark = marks[*at];
      if (overlap && mark.end + tolerance < find.start) continue;
      if (matching.rule != Rule::first && marked[*at].label != found[f].label) continue;
      pairs.push_back(
          {f, *at, apart(find.start, mark.start) + (overlap ? apart(find.end, mark.end) : 0)});
    }
  }
  return pairs;
}

std::vector<std::optional<std::size_t>> match(std::span<const Event> marked,
                                              std::span<const Event> found,
                                              const Matching& matching) {
  const std::vector<Pair> pairs = pairs_between(marked, found, matching);
  if (matching.rule != Rule::first) return best_assignment(found.size(), marked.size(), pairs);
  // Pairs of one found event stand together, and in the order of the marks' starts.
  std::vector<std::size_t> begins(found.size() + 1, pairs.size());
  for (std::size_t i = pairs.size(); i-- > 0;) begins[pairs[i].left] = i;
  std::vector<bool> taken(marked.size(), false);
  std::vector<std::optional<std::size_t>> matched(found.size());
  for (const std::size_t f : by_start(spans_of(found))) {
    for (std::size_t i = begins[f]; i < pairs.size() && pairs[i].left == f; ++i) {
      if (taken[pairs[i].right]) continue;
      taken[pairs[i].right] = true;
      matched[f] = pairs[i].right;
      break;
    }
  }
  return matched;
}

}  // namespace sengi::events
