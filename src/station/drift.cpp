// SPDX-License-Identifier: Apache-2.0
#include "station/drift.h"

#include <algorithm>
#include <cmath>

namespace sengi::station {
namespace {

// Kolmogorov's distribution from above: 2 sum (-1)^(j-1) exp(-2 j^2 x^2).
double beyond(double x) {
  if (x < 0.2) return 1;  // where the series converges slowly it is 1 to twelve digits
  double sum = 0;
  for (int j = 1; j <= 100; ++j) {
    const double term = std::exp(-2.0 * j * j * x * x);
    sum += j % 2 == 1 ? term : -term;
    if (term < 1e-16) break;
  }
  return std::clamp(2 * sum, 0.0, 1.0);
}

}  // namespace

Drift drift_between(std::vector<double> before, std::vector<double> now) {
  std::sort(before.begin(), before.end());
  std::sort(now.begin(), now.end());
  const auto n = static_cast<double>(before.size());
  const auto m = static_cast<double>(now.size());
  double distance = 0;
  auto a = before.begin();
  auto b = now.begin();
  while (a != before.end() && b != now.end()) {
    const double value = std::min(*a, *b);
    a = std::find_if(a, before.end(), [&](double one) { return one > value; });
    b = std::find_if(b, now.end(), [&](double one) { return one > value; });
    distance = std::max(distance, std::abs(static_cast<double>(a - before.begin()) / n -
                                           static_cast<double>(b - now.begin()) / m));
  }
  const double root = std::sqrt(n * m / (n + m));
  return {distance, beyond((root + 0.12 + 0.11 / root) * distance)};
}

}  // namespace sengi::station
