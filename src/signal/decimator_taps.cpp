// SPDX-License-Identifier: Apache-2.0
#include "signal/decimator_taps.h"

#include <cmath>
#include <numbers>

#include "sengi/signal/decimate.h"
#include "signal/table_parts.h"

namespace sengi::signal {
namespace {

constexpr double stopband_db = 76;
constexpr double beta = 0.1102 * (stopband_db - 8.7);  // Kaiser's, for more than 50 dB

}  // namespace

std::vector<std::int16_t> make_decimator_taps(std::int32_t factor) {
  const std::int32_t count = decimator_taps(factor);
  const double middle = (count - 1) / 2.0;
  std::vector<double> shape;
  double sum = 0;
  for (std::int32_t i = 0; i < count; ++i) {
    const double t = i - middle;  // never 0, as the count is even
    const double x = std::numbers::pi * t / factor;
    const double r = t / middle;
    shape.push_back(std::sin(x) / x * std::cyl_bessel_i(0, beta * std::sqrt(1 - r * r)));
    sum += shape.back();
  }
  std::vector<std::int16_t> taps;
  std::int32_t total = 0;
  for (const double each : shape) {
    taps.push_back(fixed<std::int16_t>(each / sum, decimator_tap_bits(factor)));
    total += taps.back();
  }
  // What rounding left over goes to the two middle taps: both sides are alike, so it is even.
  const std::int32_t rest = (1 << decimator_tap_bits(factor)) - total;
  for (const std::int32_t i : {count / 2 - 1, count / 2}) {
    taps[static_cast<std::size_t>(i)] =
        static_cast<std::int16_t>(taps[static_cast<std::size_t>(i)] + rest / 2);
  }
  return taps;
}

}  // namespace sengi::signal
