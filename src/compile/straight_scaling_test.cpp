// SPDX-License-Identifier: Apache-2.0
// One multiplication against the definition's two roundings, at every sum.
#include "compile/straight_scaling.h"

#include <gtest/gtest.h>

#include "compile/graph_builder.h"
#include "sengi/fixed_point.h"
#include "sengi/nn/scaling.h"

namespace sengi::compile {
namespace {

constexpr model::ActivationRange whole_int8 = {-128, 127};

// What the device computes; its shift is a template's argument.
std::int32_t straight(const StraightScaling& scaling, std::size_t channel, std::int64_t sum) {
  const std::size_t i = scaling.multiplier.size() == 1 ? 0 : channel;
  const auto steps = static_cast<std::int32_t>(256 * sum + scaling.offset[channel]);
  const std::int32_t high = nn::high_product(steps, scaling.multiplier[i]);
  return clamp(high >> scaling.shift, -128, 127);
}

std::int32_t defined(const Multiplier& factor, std::int64_t sum, std::int32_t zero_point) {
  return clamp(requantize(static_cast<std::int32_t>(sum), factor) + zero_point, -128, 127);
}

void expect_equal_everywhere(const StraightScaling& scaling, const std::vector<Multiplier>& factors,
                             const std::vector<SumRange>& ranges, std::int32_t zero_point) {
  for (std::size_t i = 0; i < factors.size(); ++i) {
    for (std::int64_t sum = ranges[i].lowest; sum <= ranges[i].highest; ++sum) {
      ASSERT_EQ(straight(scaling, i, sum), defined(factors[i], sum, zero_point))
          << "channel " << i << ", sum " << sum << ", factor " << factors[i].multiplier << " 2^"
          << factors[i].shift;
    }
  }
}

Multiplier random_factor(Random& random) {
  return {random.integer(1 << 30, 2147483647), random.integer(-11, -5)};
}

SumRange random_range(Random& random) {
  const std::int32_t lowest = random.integer(-200000, 100000);
  return {lowest, lowest + random.integer(0, 200000)};
}

TEST(StraightScaling, EqualsTheDefinitionWhereverItIsFound) {
  Random random(1);
  int found = 0;
  for (int i = 0; i < 60; ++i) {
    const std::vector<Multiplier> factors = {random_factor(random), random_factor(random)};
    const std::vector<SumRange> ranges = {random_range(random), random_range(random)};
    const std::int32_t zero_point = random.chance(70) ? -128 : random.integer(-128, 127);
    const auto scaling = straight_scaling(factors, ranges, zero_point, whole_int8);
    if (!scaling) continue;
    ++found;
    expect_equal_everywhere(*scaling, factors, ranges, zero_point);
  }
  EXPECT_GT(found, 30);
}

// After a ReLU, which is most layers, it is nearly always there.
TEST(StraightScaling, IsFoundWhereOutputsAreOnOneSideOfTheZeroPoint) {
  Random random(2);
  int found = 0;
  for (int i = 0; i < 300; ++i) {
    const std::vector<Multiplier> factors = {random_factor(random)};
    const std::vector<SumRange> ranges = {random_range(random)};
    if (straight_scaling(factors, ranges, -128, whole_int8)) ++found;
  }
  EXPECT_GE(found, 299);
}

TEST(StraightScaling, OneMultiplierServesChannelsOfOneFactor) {
  const std::vector<Multiplier> factors(5, Multiplier{1518500250, -8});
  const std::vector<SumRange> ranges(5, SumRange{-60000, 60000});
  const auto scaling = straight_scaling(factors, ranges, -128, whole_int8);
  ASSERT_TRUE(scaling);
  EXPECT_EQ(scaling->multiplier.size(), 1U);
  EXPECT_EQ(scaling->offset.size(), 5U);
  expect_equal_everywhere(*scaling, factors, ranges, -128);
}

TEST(StraightScaling, IsNotFoundWhereRoundingTurnsRound) {
  // Ties go away from zero: at 1/2^6 and 1/2^7 steps of a sum, both signs have many.
  EXPECT_FALSE(straight_scaling({{1 << 30, -6}}, {{-8000, 8000}}, 0, whole_int8));
}

TEST(StraightScaling, LeavesNarrowActivationsAlone) {
  EXPECT_FALSE(straight_scaling({{1 << 30, -6}}, {{0, 8000}}, -128, {-128, 100}));
}

TEST(StraightScaling, AChannelOfOneValueHasOne) {
  const std::vector<Multiplier> factors = {{1 << 30, -7}, {1 << 30, -7}, {1 << 30, -7}};
  const std::vector<SumRange> ranges = {{0, 0}, {256, 256}, {65280, 65280}};
  const auto scaling = straight_scaling(factors, ranges, -128, whole_int8);
  ASSERT_TRUE(scaling);
  expect_equal_everywhere(*scaling, factors, ranges, -128);
}

TEST(TwoRoundings, EqualTheDefinition) {
  Random random(3);
  for (int i = 0; i < 200'000; ++i) {
    const Multiplier factor = {random.integer(1 << 30, 2147483647), -random.integer(1, 31)};
    const auto shift = static_cast<std::int8_t>(-factor.shift);
    const std::int32_t zero_point = random.integer(-128, 127);
    const std::int32_t sum = random.integer(-(1 << 23), (1 << 23) - 1) >> random.integer(0, 22);
    const nn::TwoRoundings<true, -128, 127> scaled({&factor.multiplier, &shift, zero_point}, 0);
    ASSERT_EQ(scaled(sum * 256), defined(factor, sum, zero_point)) << sum;
  }
}

}  // namespace
}  // namespace sengi::compile
