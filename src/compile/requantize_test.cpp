// SPDX-License-Identifier: Apache-2.0
// The device's short requantisation against the definition in sengi/fixed_point.h.
#include "sengi/nn/requantize.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "compile/graph_builder.h"

namespace sengi::nn {
namespace {

constexpr std::int32_t limit = (1 << 30) - 1;  // of requantize_small

std::vector<std::int32_t> edges() {
  std::vector<std::int32_t> values = {0, limit, -limit};
  for (int bit = 0; bit < 30; ++bit) {
    for (const std::int32_t around : {-2, -1, 0, 1, 2}) {
      const std::int32_t value = (std::int32_t{1} << bit) + around;
      if (value > limit) continue;
      values.push_back(value);
      values.push_back(-value);
    }
  }
  return values;
}

TEST(RequantizeSmall, EqualsTheDefinitionAtTheEdges) {
  for (const std::int32_t x : edges()) {
    for (const std::int32_t multiplier : {1 << 30, (1 << 30) + 1, 1518500250, 2147483647, 0}) {
      for (std::int32_t shift = 1; shift <= 31; ++shift) {
        ASSERT_EQ(requantize_small(x, multiplier, shift), requantize(x, {multiplier, -shift}))
            << x << " * " << multiplier << " >> " << shift;
      }
    }
  }
}

TEST(RequantizeSmall, EqualsTheDefinitionAtRandom) {
  compile::Random random(1);
  for (int i = 0; i < 2'000'000; ++i) {
    // Sums of all sizes, not only the huge ones that uniform numbers nearly always are.
    const std::int32_t x = random.integer(-limit, limit) >> random.integer(0, 29);
    const std::int32_t multiplier = random.integer(1 << 30, 2147483647);
    const std::int32_t shift = random.integer(1, 31);
    ASSERT_EQ(requantize_small(x, multiplier, shift), requantize(x, {multiplier, -shift}))
        << x << " * " << multiplier << " >> " << shift;
  }
}

TEST(RequantizeLeft, EqualsTheDefinitionForAllNumbers) {
  compile::Random random(3);
  const std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
  const std::int32_t highest = std::numeric_limits<std::int32_t>::max();
  std::vector<std::int32_t> values = {lowest, lowest + 1, highest, highest - 1, 0, 1, -1};
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(random.integer(lowest, highest) >> random.integer(0, 30));
  }
  for (const std::int32_t x : values) {
    for (const std::int32_t multiplier : {0, 1 << 30, 1518500250, 2147483647}) {
      for (const std::int32_t shift : {0, 1, 2, 7, 30, 31}) {
        ASSERT_EQ(requantize_left(x, multiplier, shift), requantize(x, {multiplier, shift}))
            << x << " * " << multiplier << " << " << shift;
      }
    }
  }
}

TEST(RequantizeRight, EqualsTheDefinitionForAllNumbers) {
  compile::Random random(2);
  const std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
  const std::int32_t highest = std::numeric_limits<std::int32_t>::max();
  std::vector<std::int32_t> values = {lowest, lowest + 1, highest, highest - 1, 0, 1, -1};
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(random.integer(lowest, highest) >> random.integer(0, 30));
  }
  for (const std::int32_t x : values) {
    for (const std::int32_t multiplier : {1 << 30, random.integer(1 << 30, highest), highest, 0}) {
      for (std::int32_t shift = 1; shift <= 31; ++shift) {
        ASSERT_EQ(requantize_right(x, multiplier, shift), requantize(x, {multiplier, -shift}))
            << x << " * " << multiplier << " >> " << shift;
      }
    }
  }
}

// Ties are where roundings differ.
TEST(RequantizeSmall, EqualsTheDefinitionAtTies) {
  for (std::int32_t shift = 1; shift <= 20; ++shift) {
    for (std::int32_t odd = -99; odd <= 99; odd += 2) {
      const std::int32_t x = odd * (1 << shift);  // halved by the multiplier: a tie at `shift`
      ASSERT_EQ(requantize_small(x, 1 << 30, shift), requantize(x, {1 << 30, -shift}));
    }
  }
}

TEST(RequantizeBy, TakesShiftsToBothSides) {
  for (const std::int32_t x : {-100000, -3, -1, 0, 1, 2, 77, 100000}) {
    EXPECT_EQ((requantize_by<Rescale{1518500250, 3}>(x)), requantize(x, {1518500250, -3}));
    EXPECT_EQ((requantize_by<Rescale{1518500250, 0}>(x)), requantize(x, {1518500250, 0}));
    EXPECT_EQ((requantize_by<Rescale{1518500250, -4}>(x)), requantize(x, {1518500250, 4}));
  }
}

}  // namespace
}  // namespace sengi::nn
