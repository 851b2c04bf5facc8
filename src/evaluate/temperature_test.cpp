// SPDX-License-Identifier: Apache-2.0
#include "evaluate/temperature.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace sengi::evaluate {
namespace {

using ::testing::DoubleNear;

TEST(Temperature, OneChangesNothingAndOthersAreTheSoftmaxByHand) {
  const std::vector<double> p = {0.7, 0.2, 0.1, 0.25, 0.25, 0.5};
  const auto same = at_temperature(p, 3, 1);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(same[i], p[i], 1e-12);
  // softmax(ln p / 2) is the square roots over their sum.
  const auto warmer = at_temperature(p, 3, 2);
  const double sum = std::sqrt(0.7) + std::sqrt(0.2) + std::sqrt(0.1);
  EXPECT_NEAR(warmer[0], std::sqrt(0.7) / sum, 1e-12);
  EXPECT_NEAR(warmer[2], std::sqrt(0.1) / sum, 1e-12);
}

TEST(Temperature, MovesNoAnswer) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> draw(0.01, 1.0);
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<double> p = {draw(random), draw(random), draw(random)};
    const double sum = p[0] + p[1] + p[2];
    for (double& x : p) x /= sum;
    const auto best = std::max_element(p.begin(), p.end()) - p.begin();
    for (const double t : {0.3, 3.0}) {
      const auto q = at_temperature(p, 3, t);
      EXPECT_EQ(std::max_element(q.begin(), q.end()) - q.begin(), best);
    }
  }
}

// Truths drawn by honest probabilities, which are then shown at another temperature: fitting gives
// that temperature back, and the calibration with it.
TEST(Temperature, OfAForecasterWhoExaggeratesIsFoundAndHelps) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> draw(0.0, 1.0);
  std::vector<double> honest;
  std::vector<std::size_t> truth;
  for (int i = 0; i < 20000; ++i) {
    const double p = 0.5 + 0.4 * draw(random);
    honest.insert(honest.end(), {p, 1 - p});
    truth.push_back(draw(random) < p ? 0 : 1);
  }
  for (const double exaggeration : {0.5, 2.0}) {
    const auto shown = at_temperature(honest, 2, exaggeration, 1e-9);
    const double fitted = fit_temperature(shown, truth, 2, 1e-9);
    EXPECT_THAT(fitted, DoubleNear(1 / exaggeration, 0.06 / exaggeration));
    const double before = calibrate(shown, truth, 2).calibration_error;
    const double after =
        calibrate(at_temperature(shown, 2, fitted, 1e-9), truth, 2).calibration_error;
    EXPECT_LT(after, before / 3);
  }
}

TEST(Temperature, StaysWithinItsBoundsWhereEveryAnswerIsRight) {
  const std::vector<double> p = {0.8, 0.2, 0.3, 0.7};
  const std::vector<std::size_t> right = {0, 1};
  EXPECT_THAT(fit_temperature(p, right, 2), DoubleNear(coldest, 0.001));
  const std::vector<std::size_t> wrong = {1, 0};
  EXPECT_THAT(fit_temperature(p, wrong, 2), DoubleNear(hottest, 0.01));
}

}  // namespace
}  // namespace sengi::evaluate
