// SPDX-License-Identifier: Apache-2.0
#include "movement/poisson.h"

#include <cmath>

namespace sengi::movement {
namespace {

// P(X <= count) for a mean.
double cumulative(std::size_t count, double mean) {
  if (mean <= 0) return 1;
  double sum = 0;
  for (std::size_t k = 0; k <= count; ++k) {
    const auto x = static_cast<double>(k);
    sum += std::exp(x * std::log(mean) - mean - std::lgamma(x + 1));
  }
  return sum;
}

// The mean at which P(X <= count) falls to `share`.
double mean_at(std::size_t count, double share) {
  double low = 0;
  double high = static_cast<double>(count) + 20 + 10 * std::sqrt(static_cast<double>(count) + 1);
  constexpr int halvings = 100;
  for (int i = 0; i < halvings; ++i) {
    const double middle = (low + high) / 2;
    (cumulative(count, middle) > share ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Interval poisson_interval(std::size_t count, double confidence) {
  const double tail = (1 - confidence) / 2;
  return {count == 0 ? 0 : mean_at(count - 1, 1 - tail), mean_at(count, tail)};
}

}  // namespace sengi::movement
