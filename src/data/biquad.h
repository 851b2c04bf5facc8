// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include "data/made_speech_sound.h"

namespace sengi::data {

// Of a level.
inline double amplitude(double db) { return std::pow(10.0, db / 20); }

// A second-order filter (coefficients: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad
// filter coefficients").
struct Biquad {
  double b0, b1, b2, a1, a2;

  void apply(Sound& sound) const {
    double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (float& sample : sound) {
      const double x = sample;
      const double y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
      x2 = std::exchange(x1, x);
      y2 = std::exchange(y1, y);
      sample = static_cast<float>(y);
    }
  }
};

struct Angle {
  double cosine;
  double alpha;
};

inline Angle angle(double hz, std::int32_t rate_hz) {
  const double w = 2 * std::numbers::pi * std::min(hz, 0.45 * rate_hz) / rate_hz;
  return {std::cos(w), std::sin(w) / std::numbers::sqrt2};  // Q of 1/sqrt 2: no bump
}

inline Biquad low_pass(double hz, std::int32_t rate_hz) {
  const auto [c, alpha] = angle(hz, rate_hz);
  const double a0 = 1 + alpha;
  return {(1 - c) / 2 / a0, (1 - c) / a0, (1 - c) / 2 / a0, -2 * c / a0, (1 - alpha) / a0};
}

inline Biquad high_pass(double hz, std::int32_t rate_hz) {
  const auto [c, alpha] = angle(hz, rate_hz);
  const double a0 = 1 + alpha;
  return {(1 + c) / 2 / a0, -(1 + c) / a0, (1 + c) / 2 / a0, -2 * c / a0, (1 - alpha) / a0};
}

inline Biquad high_shelf(double hz, double db, std::int32_t rate_hz) {
  const auto [c, alpha] = angle(hz, rate_hz);
  const double a = std::sqrt(amplitude(db));
  const double k = 2 * std::sqrt(a) * alpha;
  const double a0 = (a + 1) - (a - 1) * c + k;
  return {a * ((a + 1) + (a - 1) * c + k) / a0, -2 * a * ((a - 1) + (a + 1) * c) / a0,
          a * ((a + 1) + (a - 1) * c - k) / a0, 2 * ((a - 1) - (a + 1) * c) / a0,
          ((a + 1) - (a - 1) * c - k) / a0};
}

// A peak of `db` (a dip where negative) at hz, its width by q.
inline Biquad peak(double hz, double q, double db, std::int32_t rate_hz) {
  const double w = 2 * std::numbers::pi * std::min(hz, 0.45 * rate_hz) / rate_hz;
  const double alpha = std::sin(w) / (2 * q);
  const double c = std::cos(w);
  const double a = std::sqrt(amplitude(db));
  const double a0 = 1 + alpha / a;
  return {(1 + alpha * a) / a0, -2 * c / a0, (1 - alpha * a) / a0, -2 * c / a0,
          (1 - alpha / a) / a0};
}

// What is near hz, at full strength there.
inline Biquad band_pass(double hz, double q, std::int32_t rate_hz) {
  const double w = 2 * std::numbers::pi * std::min(hz, 0.45 * rate_hz) / rate_hz;
  const double alpha = std::sin(w) / (2 * q);
  const double a0 = 1 + alpha;
  return {alpha / a0, 0, -alpha / a0, -2 * std::cos(w) / a0, (1 - alpha) / a0};
}

}  // namespace sengi::data
