// SPDX-License-Identifier: Apache-2.0
#include "events/assignment.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sengi::events {
namespace {

struct Worth {
  std::size_t pairs = 0;
  std::uint64_t cost = 0;
  bool better_than(const Worth& other) const {
    return pairs > other.pairs || (pairs == other.pairs && cost < other.cost);
  }
  bool operator==(const Worth&) const = default;
};

// Every way there is.
Worth best_of_all(std::size_t left, std::size_t lefts, std::set<std::size_t>& taken,
                  const std::vector<Pair>& pairs) {
  if (left == lefts) return {};
  Worth best = best_of_all(left + 1, lefts, taken, pairs);
  for (const Pair& pair : pairs) {
    if (pair.left != left || taken.contains(pair.right)) continue;
    taken.insert(pair.right);
    Worth with = best_of_all(left + 1, lefts, taken, pairs);
    taken.erase(pair.right);
    ++with.pairs;
    with.cost += pair.cost;
    if (with.better_than(best)) best = with;
  }
  return best;
}

Worth worth_of(const std::vector<std::optional<std::size_t>>& assigned,
               const std::vector<Pair>& pairs) {
  Worth worth;
  std::set<std::size_t> rights;
  for (std::size_t left = 0; left < assigned.size(); ++left) {
    if (!assigned[left]) continue;
    EXPECT_TRUE(rights.insert(*assigned[left]).second) << "a right that has two lefts";
    std::optional<std::uint64_t> cost;
    for (const Pair& pair : pairs) {
      if (pair.left == left && pair.right == *assigned[left]) cost = pair.cost;
    }
    EXPECT_TRUE(cost.has_value()) << "a pair that there is not";
    ++worth.pairs;
    worth.cost += cost.value_or(0);
  }
  return worth;
}

TEST(Assignment, IsTheBestOfAllThatThereAre) {
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < 4000; ++round) {
    const std::size_t lefts = below(7);
    const std::size_t rights = below(7);
    const std::size_t density = 1 + below(4);
    const auto dearest = static_cast<unsigned>(1 + below(30));
    std::vector<Pair> pairs;
    for (std::size_t left = 0; left < lefts; ++left) {
      for (std::size_t right = 0; right < rights; ++right) {
        if (below(4) < density) pairs.push_back({left, right, below(dearest)});
      }
    }
    std::shuffle(pairs.begin(), pairs.end(), random);
    std::set<std::size_t> taken;
    const Worth best = best_of_all(0, lefts, taken, pairs);
    EXPECT_EQ(worth_of(best_assignment(lefts, rights, pairs), pairs), best);
    const auto counts = pairs_of_the_first(lefts, rights, pairs);
    ASSERT_EQ(counts.size(), lefts);
    for (std::size_t first = 1; first <= lefts; ++first) {
      std::vector<Pair> of_first;
      for (const Pair& pair : pairs) {
        if (pair.left < first) of_first.push_back(pair);
      }
      EXPECT_EQ(counts[first - 1], best_of_all(0, first, taken, of_first).pairs);
    }
  }
}

TEST(Assignment, ALongChainIsNoTrouble) {
  // Each left may have two rights; had all of them the nearer one, the last would have none.
  std::vector<Pair> pairs;
  constexpr std::size_t many = 3000;
  for (std::size_t i = 0; i < many; ++i) {
    pairs.push_back({i, i, 1});
    if (i + 1 < many) pairs.push_back({i, i + 1, 0});
  }
  const auto assigned = best_assignment(many, many, pairs);
  for (std::size_t i = 0; i < many; ++i) EXPECT_EQ(assigned[i], i);
  EXPECT_EQ(pairs_of_the_first(many, many, pairs).back(), many);
}

}  // namespace
}  // namespace sengi::events
