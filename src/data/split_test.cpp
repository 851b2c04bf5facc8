// SPDX-License-Identifier: Apache-2.0
#include "data/split.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

namespace sengi::data {
namespace {

std::array<int, 3> shares(int groups, std::uint64_t seed, int validation, int test) {
  std::array<int, 3> counts{};
  for (int i = 0; i < groups; ++i) {
    const Split side = side_of(fmt::format("speaker {}", i), seed, validation, test);
    ++counts[static_cast<std::size_t>(side)];
  }
  return counts;
}

TEST(Split, HasNames) {
  EXPECT_EQ(name_of(Split::train), "train");
  EXPECT_EQ(name_of(Split::validation), "validation");
  EXPECT_EQ(name_of(Split::test), "test");
}

TEST(Split, SharesAreThePercentages) {
  constexpr int groups = 20000;
  for (const auto& [validation, test] : {std::pair(10, 10), std::pair(20, 5), std::pair(1, 40)}) {
    const auto counts = shares(groups, 1, validation, test);
    // Four standard deviations of a binomial draw.
    const auto near = [&](int count, double percent) {
      const double p = percent / 100;
      EXPECT_NEAR(count, groups * p, 4 * std::sqrt(groups * p * (1 - p)));
    };
    near(counts[0], 100 - validation - test);
    near(counts[1], validation);
    near(counts[2], test);
  }
}

TEST(Split, NoPercentMeansNone) {
  EXPECT_EQ(shares(5000, 1, 0, 0), (std::array{5000, 0, 0}));
  EXPECT_EQ(shares(5000, 1, 0, 10)[1], 0);
  EXPECT_EQ(shares(5000, 1, 10, 0)[2], 0);
}

TEST(Split, ASideIsAFunctionOfSeedAndGroupAlone) {
  // Computed by another program (Python's hashlib) and written down: a later version that moves
  // these would put what a project was trained on into its test.
  std::string sides;
  for (int i = 0; i < 40; ++i) {
    sides += name_of(side_of(fmt::format("g{}", i), 1, 25, 25)).substr(0, 2);
  }
  EXPECT_EQ(sides,
            "tetetevatetrvatetevavatetrtrtetrtrtrtrtetrtrvavavatrtrtrtrtetrvavavavatetrtrtrte");
}

// Only the groups near the border move when a percentage does.
TEST(Split, MoreTestTakesFromValidationAndThatFromTraining) {
  for (int i = 0; i < 2000; ++i) {
    const std::string group = std::to_string(i);
    if (side_of(group, 3, 10, 10) == Split::test) {
      EXPECT_EQ(side_of(group, 3, 10, 15), Split::test);
    }
    if (side_of(group, 3, 10, 10) == Split::train) {
      EXPECT_EQ(side_of(group, 3, 5, 10), Split::train);
    }
  }
}

TEST(Split, SeedsDiffer) {
  int moved = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string group = std::to_string(i);
    moved += side_of(group, 1, 25, 25) != side_of(group, 2, 25, 25) ? 1 : 0;
  }
  // Independent draws differ with probability 1 - (1/4 + 1/16 + 1/16) = 5/8.
  EXPECT_NEAR(moved, 625, 62);
}

}  // namespace
}  // namespace sengi::data
