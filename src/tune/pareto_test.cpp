// SPDX-License-Identifier: Apache-2.0
#include "tune/pareto.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace sengi::tune {
namespace {

using testing::ElementsAre;

// The definition, word for word.
bool is_beaten(const std::vector<Figures>& all, std::size_t i) {
  for (const Figures& other : all) {
    bool nowhere_more = true;
    bool somewhere_less = false;
    for (std::size_t k = 0; k < other.size(); ++k) {
      if (other[k] > all[i][k]) nowhere_more = false;
      if (other[k] < all[i][k]) somewhere_less = true;
    }
    if (nowhere_more && somewhere_less) return true;
  }
  return false;
}

TEST(Pareto, TheSetIsThatOfItsDefinition) {
  std::mt19937 dice(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Figures> all(dice() % 30);
    for (Figures& one : all) one = {double(dice() % 6), double(dice() % 6), double(dice() % 6)};
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!is_beaten(all, i)) expected.push_back(i);
    }
    EXPECT_EQ(pareto_set(all), expected);
  }
}

TEST(Pareto, EqualsDoNotBeatOneAnother) {
  EXPECT_THAT(pareto_set(std::vector<Figures>{{1, 2}, {1, 2}}), ElementsAre(0, 1));
}

// Whole coordinates: the area is the number of unit squares that a point is below and left of.
TEST(Pareto, HypervolumeIsTheAreaOfItsSquares) {
  std::mt19937 dice(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<Plane> points(dice() % 8);
    for (Plane& point : points) point = {double(dice() % 12), double(dice() % 12)};
    int squares = 0;
    for (int x = 0; x < 10; ++x) {
      for (int y = 0; y < 10; ++y) {
        squares += std::ranges::any_of(points, [&](Plane p) { return p.x <= x && p.y <= y; });
      }
    }
    EXPECT_EQ(hypervolume(points, {10, 10}), squares);
  }
}

TEST(Pareto, AKneeComesBeforeTheEndsOfItsFrontAndAllBeforeThoseTheyBeat) {
  const std::vector<Plane> points = {{10, 10}, {0, 9}, {2, 2}, {9, 0}, {3, 3}};
  const auto order = most_useful_first(points);
  EXPECT_EQ(order.front(), 2U);
  EXPECT_THAT((std::vector(order.begin() + 1, order.begin() + 3)),
              testing::UnorderedElementsAre(1, 3));
  EXPECT_EQ(order[3], 4U);
  EXPECT_EQ(order[4], 0U);
}

TEST(Pareto, TheOrderHoldsEachOnceAndNoneBeforeOneThatBeatsIt) {
  std::mt19937 dice(3);
  for (int round = 0; round < 100; ++round) {
    std::vector<Plane> points(1 + dice() % 20);
    for (Plane& point : points) point = {double(dice() % 10), double(dice() % 10)};
    const auto order = most_useful_first(points);
    std::vector<std::size_t> sorted = order;
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < sorted.size(); ++i) ASSERT_EQ(sorted[i], i);
    ASSERT_EQ(order.size(), points.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::size_t later = i + 1; later < order.size(); ++later) {
        const Plane& a = points[order[later]];
        const Plane& b = points[order[i]];
        EXPECT_FALSE(dominates(Figures{a.x, a.y}, Figures{b.x, b.y}));
      }
    }
  }
}

}  // namespace
}  // namespace sengi::tune
