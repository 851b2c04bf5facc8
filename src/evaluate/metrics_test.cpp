// SPDX-License-Identifier: Apache-2.0
#include "evaluate/metrics.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace sengi::evaluate {
namespace {

using ::testing::DoubleNear;

// Cats, dogs and rabbits: 27 animals, worked by hand below.
ConfusionMatrix animals() {
  ConfusionMatrix confusion(3);
  confusion.add(0, 0, 5), confusion.add(0, 1, 3);
  confusion.add(1, 0, 2), confusion.add(1, 1, 3), confusion.add(1, 2, 1);
  confusion.add(2, 1, 2), confusion.add(2, 2, 11);
  return confusion;
}

TEST(Figures, AgreeWithTheHandWorkedExample) {
  const Figures all = figures(animals());
  EXPECT_EQ(all.count, 27u);
  EXPECT_EQ(all.correct, 19u);
  EXPECT_DOUBLE_EQ(all.accuracy, 19.0 / 27);
  EXPECT_DOUBLE_EQ(all.balanced_accuracy, (5.0 / 8 + 3.0 / 6 + 11.0 / 13) / 3);
  EXPECT_DOUBLE_EQ(all.macro_f1, (10.0 / 15 + 6.0 / 14 + 22.0 / 25) / 3);

  ASSERT_EQ(all.classes.size(), 3u);
  EXPECT_EQ(all.classes[0].count, 8u);
  EXPECT_EQ(all.classes[0].called, 7u);
  EXPECT_DOUBLE_EQ(all.classes[0].precision, 5.0 / 7);
  EXPECT_DOUBLE_EQ(all.classes[1].precision, 3.0 / 8);
  EXPECT_DOUBLE_EQ(all.classes[2].precision, 11.0 / 12);
  EXPECT_DOUBLE_EQ(all.classes[2].recall, 11.0 / 13);
}

TEST(Figures, ALabelWithoutClipsDoesNotDragTheMeansDown) {
  ConfusionMatrix confusion(3);
  confusion.add(0, 0, 4);
  confusion.add(1, 1, 2);
  const Figures all = figures(confusion);
  EXPECT_DOUBLE_EQ(all.balanced_accuracy, 1);
  EXPECT_DOUBLE_EQ(all.macro_f1, 1);
  EXPECT_DOUBLE_EQ(all.classes[2].precision, 0);
}

TEST(Figures, OfNothingAreZeroAndNotANumberNowhere) {
  const Figures all = figures(ConfusionMatrix(4));
  EXPECT_EQ(all.accuracy, 0);
  EXPECT_EQ(all.macro_f1, 0);
  EXPECT_EQ(all.accuracy_95, (Interval{0, 1}));
}

// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
TEST(Wilson, GivesThePublishedIntervals) {
  struct Row {
    std::uint64_t successes, trials;
    double low, high;
  };
  for (const Row& row : {Row{81, 263, 0.2553, 0.3662}, Row{15, 148, 0.0624, 0.1605},
                         Row{0, 20, 0.0000, 0.1611}, Row{1, 29, 0.0061, 0.1718}}) {
    const Interval interval = wilson_95(row.successes, row.trials);
    EXPECT_THAT(interval.low, DoubleNear(row.low, 5e-5)) << row.successes << "/" << row.trials;
    EXPECT_THAT(interval.high, DoubleNear(row.high, 5e-5)) << row.successes << "/" << row.trials;
  }
}

TEST(Wilson, IsSymmetricAndHoldsTheShare) {
  for (std::uint64_t trials = 1; trials < 60; ++trials) {
    for (std::uint64_t successes = 0; successes <= trials; ++successes) {
      const Interval one = wilson_95(successes, trials);
      const Interval other = wilson_95(trials - successes, trials);
      const double share = static_cast<double>(successes) / static_cast<double>(trials);
      EXPECT_LE(one.low, share + 1e-12);
      EXPECT_GE(one.high, share - 1e-12);
      EXPECT_THAT(one.low, DoubleNear(1 - other.high, 1e-12));
    }
  }
}

TEST(Calibration, AgreesWithTheHandWorkedExample) {
  // Confidences 0.9 (right), 0.8 (wrong), 0.6 (right) and 0.65 (right), two labels.
  const std::vector<double> probabilities = {0.9, 0.1, 0.8, 0.2, 0.4, 0.6, 0.65, 0.35};
  const std::vector<std::size_t> truth = {0, 1, 1, 0};
  const Calibration found = calibrate(probabilities, truth, 2, 5);
  EXPECT_DOUBLE_EQ(found.log_loss,
                   -(std::log(0.9) + std::log(0.2) + std::log(0.6) + std::log(0.65)) / 4);
  // Bin [0.6, 0.8): two clips, confidence 0.625, both right. Bin [0.8, 1]: 0.85, half right.
  ASSERT_EQ(found.bins.size(), 5u);
  EXPECT_EQ(found.bins[3].count, 2u);
  EXPECT_DOUBLE_EQ(found.bins[3].confidence, 0.625);
  EXPECT_EQ(found.bins[4].count, 2u);
  EXPECT_DOUBLE_EQ(found.bins[4].accuracy, 0.5);
  EXPECT_THAT(found.calibration_error, DoubleNear(0.5 * 0.375 + 0.5 * 0.35, 1e-12));
}

TEST(Calibration, OfCertaintyIsPerfectWhenRightAndFiniteWhenWrong) {
  const std::vector<double> certain = {1, 0, 0, 1};
  const std::vector<std::size_t> right = {0, 1};
  EXPECT_EQ(calibrate(certain, right, 2).log_loss, 0);
  EXPECT_EQ(calibrate(certain, right, 2).calibration_error, 0);
  const std::vector<std::size_t> wrong = {1, 0};
  EXPECT_DOUBLE_EQ(calibrate(certain, wrong, 2).log_loss, std::log(512.0));
  EXPECT_EQ(calibrate(certain, wrong, 2).calibration_error, 1);
}

// Answers drawn with exactly the stated confidence: the error must go to zero with the count.
TEST(Calibration, OfAnHonestForecasterIsNearZero) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(0.5, 1.0);
  std::vector<double> probabilities;
  std::vector<std::size_t> truth;
  for (int i = 0; i < 200000; ++i) {
    const double confidence = uniform(random);
    probabilities.insert(probabilities.end(), {confidence, 1 - confidence});
    truth.push_back(std::bernoulli_distribution(confidence)(random) ? 0 : 1);
  }
  EXPECT_LT(calibrate(probabilities, truth, 2).calibration_error, 0.005);
}

}  // namespace
}  // namespace sengi::evaluate
