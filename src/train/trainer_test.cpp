// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "train/random.h"

namespace sengi::train {
namespace {

TEST(Schedule, RisesToThePeakAndFallsToAHundredthOfIt) {
  constexpr std::size_t total = 1000;
  EXPECT_NEAR(scheduled_rate(2, 0, total), 2 * 0.001 / 0.05, 1e-12);
  EXPECT_NEAR(scheduled_rate(2, 49, total), 2, 1e-12);
  EXPECT_NEAR(scheduled_rate(2, 524, total), 0.5 * (2 + 0.02), 1e-12);
  EXPECT_NEAR(scheduled_rate(2, total - 1, total), 0.02, 1e-12);
  for (std::size_t step = 1; step < total; ++step) {
    const double change = scheduled_rate(2, step, total) - scheduled_rate(2, step - 1, total);
    EXPECT_EQ(step<50, change> 0) << step;
  }
}

TEST(Random, IsSplitMix64) {
  // The first numbers of the published generator from state 0 are those of an unkeyed stream.
  Random random({});
  EXPECT_EQ(random.bits(), 0xe220a8397b1dcdafU);
  EXPECT_EQ(random.bits(), 0x6e789e6aa1b965f4U);
  EXPECT_EQ(random.bits(), 0x06c45d188009454fU);
}

TEST(Random, NoiseHasMeanNoneAndVarianceOne) {
  Random random({9});
  double sum = 0;
  double squares = 0;
  constexpr int count = 200'000;
  for (int i = 0; i < count; ++i) {
    const double x = random.noise();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / count, 0, 0.01);
  EXPECT_NEAR(squares / count, 1, 0.02);
}

TEST(Random, StreamsOfDifferentKeysDiffer) {
  EXPECT_NE(Random({1, 2}).bits(), Random({2, 1}).bits());
  EXPECT_NE(Random({1}).bits(), Random({1, 0}).bits());
  EXPECT_EQ(Random({1, 2}).bits(), Random({1, 2}).bits());
}

TEST(Random, APermutationHoldsEachNumberOnce) {
  auto order = Random({4}).permutation(1000);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  std::ranges::sort(order);
  for (std::uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(order[i], i);
}

}  // namespace
}  // namespace sengi::train
