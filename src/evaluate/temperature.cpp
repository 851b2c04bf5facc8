// SPDX-License-Identifier: Apache-2.0
#include "evaluate/temperature.h"

#include <algorithm>
#include <cmath>

namespace sengi::evaluate {
namespace {

// softmax(ln p / temperature) of one row, in place.
void temper(std::span<double> row, double temperature, double floor) {
  double most = -INFINITY;
  for (double& p : row) {
    p = std::log(std::max(p, floor)) / temperature;
    most = std::max(most, p);
  }
  double sum = 0;
  for (double& p : row) sum += p = std::exp(p - most);
  for (double& p : row) p /= sum;
}

double log_loss(std::span<const double> probabilities, std::span<const std::size_t> truth,
                std::size_t labels, double temperature, double floor) {
  double sum = 0;
  std::vector<double> row(labels);
  for (std::size_t clip = 0; clip < truth.size(); ++clip) {
    std::ranges::copy(probabilities.subspan(clip * labels, labels), row.begin());
    temper(row, temperature, floor);
    sum -= std::log(row[truth[clip]]);
  }
  return sum / static_cast<double>(truth.size());
}

}  // namespace

std::vector<double> at_temperature(std::span<const double> probabilities, std::size_t labels,
                                   double temperature, double floor) {
  std::vector<double> rows(probabilities.begin(), probabilities.end());
  for (std::size_t at = 0; at < rows.size(); at += labels) {
    temper(std::span(rows).subspan(at, labels), temperature, floor);
  }
  return rows;
}

double fit_temperature(std::span<const double> probabilities, std::span<const std::size_t> truth,
                       std::size_t labels, double floor) {
  const auto loss = [&](double inverse) {
    return log_loss(probabilities, truth, labels, 1 / inverse, floor);
  };
  // Golden-section search over 1 / temperature.
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = 1 / hottest;
  double high = 1 / coldest;
  double left = high - golden * (high - low);
  double right = low + golden * (high - low);
  double left_loss = loss(left);
  double right_loss = loss(right);
  while (high - low > 1e-5) {
    if (left_loss <= right_loss) {
      high = right;
      right = left;
      right_loss = left_loss;
      left = high - golden * (high - low);
      left_loss = loss(left);
    } else {
      low = left;
      left = right;
      left_loss = right_loss;
      right = low + golden * (high - low);
      right_loss = loss(right);
    }
  }
  return 2 / (low + high);
}

}  // namespace sengi::evaluate
