// SPDX-License-Identifier: Apache-2.0
#include "evaluate/metrics.h"

#include <algorithm>
#include <cmath>

namespace sengi::evaluate {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

ClassFigures of_class(const ConfusionMatrix& confusion, std::size_t label) {
  const std::uint64_t hits = confusion.at(label, label);
  ClassFigures figures;
  figures.count = confusion.of_truth(label);
  figures.called = confusion.of_answer(label);
  figures.precision = share(hits, figures.called);
  figures.recall = share(hits, figures.count);
  // 2PR/(P+R) without the division by zero.
  figures.f1 = share(2 * hits, figures.count + figures.called);
  return figures;
}

}  // namespace

std::uint64_t ConfusionMatrix::total() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts_) sum += count;
  return sum;
}

std::uint64_t ConfusionMatrix::correct() const {
  std::uint64_t sum = 0;
  for (std::size_t label = 0; label < labels_; ++label) sum += at(label, label);
  return sum;
}

std::uint64_t ConfusionMatrix::of_truth(std::size_t truth) const {
  std::uint64_t sum = 0;
  for (std::size_t answer = 0; answer < labels_; ++answer) sum += at(truth, answer);
  return sum;
}

std::uint64_t ConfusionMatrix::of_answer(std::size_t answer) const {
  std::uint64_t sum = 0;
  for (std::size_t truth = 0; truth < labels_; ++truth) sum += at(truth, answer);
  return sum;
}

Interval wilson_95(std::uint64_t successes, std::uint64_t trials) {
  if (trials == 0) return {};
  constexpr double z = 1.959963984540054;  // the normal distribution's 97.5 % point
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double centre = p + z * z / (2 * n);
  const double spread = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (centre - spread) / scale), std::min(1.0, (centre + spread) / scale)};
}

Figures figures(const ConfusionMatrix& confusion) {
  Figures all;
  all.count = confusion.total();
  all.correct = confusion.correct();
  all.accuracy = share(all.correct, all.count);
  all.accuracy_95 = wilson_95(all.correct, all.count);
  double recalls = 0;
  double f1s = 0;
  std::size_t present = 0;
  for (std::size_t label = 0; label < confusion.labels(); ++label) {
    const ClassFigures one = of_class(confusion, label);
    all.classes.push_back(one);
    if (one.count == 0) continue;
    recalls += one.recall;
    f1s += one.f1;
    ++present;
  }
  if (present > 0) {
    all.balanced_accuracy = recalls / static_cast<double>(present);
    all.macro_f1 = f1s / static_cast<double>(present);
  }
  return all;
}

Calibration calibrate(std::span<const double> probabilities, std::span<const std::size_t> truth,
                      std::size_t labels, std::size_t bins, double floor) {
  Calibration result;
  const auto width = 1.0 / static_cast<double>(bins);
  for (std::size_t bin = 0; bin < bins; ++bin) {
    result.bins.push_back(
        {.low = static_cast<double>(bin) * width, .high = static_cast<double>(bin + 1) * width});
  }
  if (truth.empty()) return result;

  std::vector<std::uint64_t> correct(bins);
  for (std::size_t clip = 0; clip < truth.size(); ++clip) {
    const auto row = probabilities.subspan(clip * labels, labels);
    const auto best = std::max_element(row.begin(), row.end());
    result.log_loss -= std::log(std::max(row[truth[clip]], floor));
    const auto bin =
        std::min(bins - 1, static_cast<std::size_t>(*best * static_cast<double>(bins)));
    result.bins[bin].count += 1;
    result.bins[bin].confidence += *best;
    if (static_cast<std::size_t>(best - row.begin()) == truth[clip]) correct[bin] += 1;
  }

  const auto clips = static_cast<double>(truth.size());
  result.log_loss /= clips;
  for (std::size_t i = 0; i < bins; ++i) {
    ReliabilityBin& bin = result.bins[i];
    if (bin.count == 0) continue;
    const auto count = static_cast<double>(bin.count);
    bin.confidence /= count;
    bin.accuracy = share(correct[i], bin.count);
    result.calibration_error += count / clips * std::abs(bin.accuracy - bin.confidence);
  }
  return result;
}

}  // namespace sengi::evaluate
