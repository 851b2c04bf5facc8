// SPDX-License-Identifier: Apache-2.0
// How errors fall with the number of recordings: error = scale * clips^-exponent (Cortes et al.
// 1993, "Learning Curves"; Hestness et al. 2017, "Deep Learning Scaling is Predictable").
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace sengi::train {

// One network, and how a test went.
struct CurvePoint {
  double clips = 0;          // that it learned from
  std::uint64_t wrong = 0;   // of the test
  std::uint64_t tested = 0;  // at least 1
};

struct Range {
  double value = 0;
  double low = 0;  // with 95 % confidence
  double high = 0;
};

class PowerLaw {
 public:
  double scale() const;
  // Above 0 where more recordings help.
  Range exponent() const;
  // The share of wrong answers expected from as many clips, within [0, 1].
  // Requires: clips > 0.
  Range error_at(double clips) const;

 private:
  friend std::optional<PowerLaw> fit_power_law(std::span<const CurvePoint> points);
  double middle_ = 0;     // mean of ln clips, by weight
  double intercept_ = 0;  // ln error there
  double slope_ = 0;
  double intercept_variance_ = 0;
  double slope_variance_ = 0;
  double quantile_ = 0;  // Student's, at 97.5 %
};

// Weighted least squares of ln error on ln clips. An error weighs by what the count of test clips
// tells about it, (wrong + 1/2) / (tested + 1); where the points lie farther from the line than
// that explains (clips of one speaker, the chance in training), all of it is taken to be
// uncertainty, and few points make the intervals wide, by Student's distribution. None for fewer
// than three points with different clips: two lie on a line whatever the truth is.
std::optional<PowerLaw> fit_power_law(std::span<const CurvePoint> points);

}  // namespace sengi::train
