// SPDX-License-Identifier: Apache-2.0
// How good answers are: counts of truth against answer, and the figures that follow from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sengi::evaluate {

// How often clips of each true label were given each answer.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(std::size_t labels = 0) : labels_(labels), counts_(labels * labels) {}

  // Requires: truth and answer below labels().
  void add(std::size_t truth, std::size_t answer, std::uint64_t times = 1) {
    counts_[truth * labels_ + answer] += times;
  }
  std::uint64_t at(std::size_t truth, std::size_t answer) const {
    return counts_[truth * labels_ + answer];
  }
  std::size_t labels() const { return labels_; }
  std::uint64_t total() const;
  std::uint64_t correct() const;
  std::uint64_t of_truth(std::size_t truth) const;    // clips that are this label
  std::uint64_t of_answer(std::size_t answer) const;  // clips that were called this label
  bool operator==(const ConfusionMatrix&) const = default;

 private:
  std::size_t labels_;
  std::vector<std::uint64_t> counts_;  // [truth, answer]
};

struct Interval {
  double low = 0;
  double high = 1;
  bool operator==(const Interval&) const = default;
};

// Where the true share lies with 95 % confidence, given `successes` of `trials` (Wilson 1927:
// honest for few clips and near 0 and 1, never outside [0, 1]). No trials: [0, 1].
Interval wilson_95(std::uint64_t successes, std::uint64_t trials);

// Of one label. A share with nothing to divide by is 0 (precision of a label never answered).
struct ClassFigures {
  std::uint64_t count = 0;   // clips that are this label
  std::uint64_t called = 0;  // clips that were called this label
  double precision = 0;
  double recall = 0;
  double f1 = 0;
};

struct Figures {
  std::uint64_t count = 0;
  std::uint64_t correct = 0;
  double accuracy = 0;
  Interval accuracy_95;
  double balanced_accuracy = 0;  // mean recall over the labels that have clips
  double macro_f1 = 0;           // mean F1 over the labels that have clips
  std::vector<ClassFigures> classes;
};
Figures figures(const ConfusionMatrix& confusion);

// Clips whose confidence (the highest probability) fell into [low, high).
struct ReliabilityBin {
  double low = 0;
  double high = 0;
  std::uint64_t count = 0;
  double confidence = 0;  // mean
  double accuracy = 0;
};

struct Calibration {
  double log_loss = 0;           // mean of -ln p(truth), natural logarithm
  double calibration_error = 0;  // expected calibration error over the bins (Guo et al. 2017)
  std::vector<ReliabilityBin> bins;
};

// `probabilities` holds one row of `labels` values in [0, 1] a clip, `truth` the true label of
// each. A probability below `floor` counts as `floor` in the log loss: scores on a grid can be
// exactly 0. Requires: probabilities.size() == truth.size() * labels, bins > 0, floor > 0.
Calibration calibrate(std::span<const double> probabilities, std::span<const std::size_t> truth,
                      std::size_t labels, std::size_t bins = 10, double floor = 1.0 / 512);

}  // namespace sengi::evaluate
