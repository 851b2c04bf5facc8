// SPDX-License-Identifier: Apache-2.0
#include "train/power_law.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <vector>

namespace sengi::train {
namespace {

TEST(PowerLaw, IsFoundWhereItHolds) {
  std::vector<CurvePoint> points;
  for (const double clips : {100.0, 200.0, 400.0, 800.0}) {
    const double error = 2 * std::pow(clips, -0.5);  // 20 % at 100
    points.push_back({clips, static_cast<std::uint64_t>(std::lround(1e7 * error)), 10'000'000});
  }
  const auto law = fit_power_law(points);
  ASSERT_TRUE(law);
  EXPECT_NEAR(law->exponent().value, 0.5, 1e-4);
  EXPECT_NEAR(law->scale(), 2, 1e-3);
  EXPECT_NEAR(law->error_at(3200).value, 2 / std::sqrt(3200.0), 1e-5);
  EXPECT_LT(law->exponent().high - law->exponent().low, 0.02);
}

TEST(PowerLaw, TwoPointsTellNothing) {
  EXPECT_FALSE(fit_power_law(std::vector<CurvePoint>{{100, 10, 100}, {200, 5, 100}}));
  EXPECT_FALSE(
      fit_power_law(std::vector<CurvePoint>{{100, 10, 100}, {200, 5, 100}, {200, 6, 100}}));
  EXPECT_FALSE(fit_power_law({}));
}

TEST(PowerLaw, NoErrorAndNothingButErrorsAreFinite) {
  const auto law = fit_power_law(std::vector<CurvePoint>{{10, 50, 50}, {20, 10, 50}, {40, 0, 50}});
  ASSERT_TRUE(law);
  const Range far = law->error_at(1e9);
  EXPECT_TRUE(std::isfinite(law->scale()));
  EXPECT_GE(far.low, 0);
  EXPECT_LE(far.high, 1);
}

// Tests drawn by a true law: the interval must hold the truth about as often as it says.
TEST(PowerLaw, CoversTheTruth) {
  std::mt19937 random(4);
  int held = 0;
  int foretold = 0;
  constexpr int trials = 300;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<CurvePoint> points;
    for (const double clips : {100.0, 200.0, 400.0, 800.0}) {
      std::binomial_distribution<int> wrong(300, 3 * std::pow(clips, -0.45));
      points.push_back({clips, static_cast<std::uint64_t>(wrong(random)), 300});
    }
    const auto law = fit_power_law(points);
    held += law->exponent().low <= 0.45 && 0.45 <= law->exponent().high ? 1 : 0;
    const double truth = 3 * std::pow(1600, -0.45);
    const Range said = law->error_at(1600);
    foretold += said.low <= truth && truth <= said.high ? 1 : 0;
  }
  EXPECT_GE(held, trials * 95 / 100);
  EXPECT_GE(foretold, trials * 95 / 100);
}

}  // namespace
}  // namespace sengi::train
