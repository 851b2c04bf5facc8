// SPDX-License-Identifier: Apache-2.0
#include "events/assignment.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>
#include <utility>

namespace sengi::events {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
constexpr std::int64_t far_away = std::numeric_limits<std::int64_t>::max();

struct Way {
  std::size_t right;
  std::int64_t cost;
};

// Which rights each left may have.
std::vector<std::vector<Way>> ways_of(std::size_t lefts, std::span<const Pair> pairs) {
  std::vector<std::vector<Way>> ways(lefts);
  for (const Pair& pair : pairs) {
    ways[pair.left].push_back({pair.right, static_cast<std::int64_t>(pair.cost)});
  }
  return ways;
}

// Lefts that share a right are of one set, with whoever these share one.
class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::size_t> parent_;
};

std::vector<std::vector<std::size_t>> components(std::size_t lefts, std::size_t rights,
                                                 std::span<const Pair> pairs) {
  Sets sets(lefts);
  std::vector<std::size_t> first(rights, none);
  for (const Pair& pair : pairs) {
    if (first[pair.right] == none) first[pair.right] = pair.left;
    sets.join(pair.left, first[pair.right]);
  }
  std::vector<std::vector<std::size_t>> members(lefts);
  for (std::size_t i = 0; i < lefts; ++i) members[sets.find(i)].push_back(i);
  return members;
}

// Grows an assignment by one pair at a time, each by the cheapest path from a left without one to a
// right without one. Paths go from a left to a right by a pair, and back from a right by its own.
class Cheapest {
 public:
  Cheapest(std::size_t lefts, std::size_t rights, std::span<const Pair> pairs)
      : ways_(ways_of(lefts, pairs)),
        right_of_(lefts, none),
        left_of_(rights, none),
        left_price_(lefts, 0),
        right_price_(rights, 0),
        distance_(rights, far_away),
        before_(rights, none) {}

  // Requires: whoever may have a right of one of these is one of them.
  void assign(const std::vector<std::size_t>& members) {
    while (augment(members)) {
    }
  }

  std::size_t right_of(std::size_t left) const { return right_of_[left]; }

 private:
  using Reached = std::pair<std::int64_t, std::size_t>;  // distance, and of what

  // Costs less prices are never negative, so the nearest comes first (Dijkstra).
  bool augment(const std::vector<std::size_t>& members) {
    open_ = {};
    lefts_.clear();
    rights_.clear();
    for (const std::size_t left : members) {
      if (right_of_[left] == none) look_from(left, 0);
    }
    std::size_t end = none;
    while (!open_.empty() && end == none) {
      const auto [distance, right] = open_.top();
      open_.pop();
      if (distance > distance_[right]) continue;
      if (left_of_[right] == none) {
        end = right;
      } else {
        look_from(left_of_[right], distance);
      }
    }
    if (end != none) change_prices(distance_[end]);
    for (const std::size_t right : rights_) distance_[right] = far_away;
    if (end == none) return false;
    while (end != none) {
      const std::size_t left = before_[end];
      left_of_[end] = left;
      end = std::exchange(right_of_[left], end);
    }
    return true;
  }

  void look_from(std::size_t left, std::int64_t distance) {
    lefts_.emplace_back(distance, left);
    for (const Way& way : ways_[left]) {
      if (way.right == right_of_[left]) continue;
      const std::int64_t next = distance + way.cost + left_price_[left] - right_price_[way.right];
      if (next >= distance_[way.right]) continue;
      if (distance_[way.right] == far_away) rights_.push_back(way.right);
      distance_[way.right] = next;
      before_[way.right] = left;
      open_.emplace(next, way.right);
    }
  }

  // So that what costs less its prices is nothing on the path, and never negative elsewhere.
  void change_prices(std::int64_t length) {
    for (const auto& [distance, left] : lefts_) {
      left_price_[left] += std::min<std::int64_t>(0, distance - length);
    }
    for (const std::size_t right : rights_) {
      right_price_[right] += std::min<std::int64_t>(0, distance_[right] - length);
    }
  }

  std::vector<std::vector<Way>> ways_;
  std::vector<std::size_t> right_of_;
  std::vector<std::size_t> left_of_;
  std::vector<std::int64_t> left_price_;
  std::vector<std::int64_t> right_price_;
  // Of one search.
  std::vector<std::int64_t> distance_;
  std::vector<std::size_t> before_;
  std::vector<Reached> lefts_;
  std::vector<std::size_t> rights_;
  std::priority_queue<Reached, std::vector<Reached>, std::greater<>> open_;
};

}  // namespace

std::vector<std::optional<std::size_t>> best_assignment(std::size_t lefts, std::size_t rights,
                                                        std::span<const Pair> pairs) {
  Cheapest cheapest(lefts, rights, pairs);
  for (const std::vector<std::size_t>& members : components(lefts, rights, pairs)) {
    cheapest.assign(members);
  }
  std::vector<std::optional<std::size_t>> assigned(lefts);
  for (std::size_t left = 0; left < lefts; ++left) {
    if (cheapest.right_of(left) != none) assigned[left] = cheapest.right_of(left);
  }
  return assigned;
}

std::vector<std::size_t> pairs_of_the_first(std::size_t lefts, std::size_t rights,
                                            std::span<const Pair> pairs) {
  const std::vector<std::vector<Way>> ways = ways_of(lefts, pairs);
  std::vector<std::size_t> left_of(rights, none);
  std::vector<std::size_t> before(rights, none);    // the left that a search came from
  std::vector<std::size_t> searched(rights, none);  // the newest left whose search saw it
  std::vector<std::size_t> counts;
  std::size_t count = 0;
  for (std::size_t newest = 0; newest < lefts; ++newest) {
    std::vector<std::size_t> open = {newest};
    std::size_t end = none;
    while (!open.empty() && end == none) {
      const std::size_t left = open.back();
      open.pop_back();
      for (const Way& way : ways[left]) {
        if (searched[way.right] == newest) continue;
        searched[way.right] = newest;
        before[way.right] = left;
        if (left_of[way.right] == none) {
          end = way.right;
          break;
        }
        open.push_back(left_of[way.right]);
      }
    }
    if (end != none) ++count;
    // Each left on the path gives up the right it had to the one before.
    while (end != none) {
      const std::size_t left = before[end];
      left_of[end] = left;
      std::size_t old = none;
      for (const Way& way : ways[left]) {
        if (way.right != end && left_of[way.right] == left) old = way.right;
      }
      end = old;
    }
    counts.push_back(count);
  }
  return counts;
}

}  // namespace sengi::events
