// SPDX-License-Identifier: Apache-2.0
#include "train/power_law.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

namespace sengi::train {
namespace {

// Student's distribution at 97.5 %, by degrees of freedom from 1.
double student(std::size_t freedom) {
  constexpr std::array table = {12.706, 4.303, 3.182, 2.776, 2.571,
                                2.447,  2.365, 2.306, 2.262, 2.228};
  return freedom <= table.size() ? table[freedom - 1] : 2.2;
}

}  // namespace

double PowerLaw::scale() const { return std::exp(intercept_ - slope_ * middle_); }

Range PowerLaw::exponent() const {
  const double spread = quantile_ * std::sqrt(slope_variance_);
  return {-slope_, -slope_ - spread, -slope_ + spread};
}

Range PowerLaw::error_at(double clips) const {
  const double away = std::log(clips) - middle_;
  const double log_error = intercept_ + slope_ * away;
  const double spread = quantile_ * std::sqrt(intercept_variance_ + slope_variance_ * away * away);
  const auto share = [](double log) { return std::min(1.0, std::exp(log)); };
  return {share(log_error), share(log_error - spread), share(log_error + spread)};
}

std::optional<PowerLaw> fit_power_law(std::span<const CurvePoint> points) {
  std::set<double> different;
  for (const CurvePoint& point : points) different.insert(point.clips);
  if (different.size() < 3) return std::nullopt;

  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> weight;
  double sum = 0;
  for (const CurvePoint& point : points) {
    const auto tested = static_cast<double>(point.tested);
    const double error = (static_cast<double>(point.wrong) + 0.5) / (tested + 1);
    x.push_back(std::log(point.clips));
    y.push_back(std::log(error));
    weight.push_back(tested * error / (1 - error));  // 1 / the variance of ln error
    sum += weight.back();
  }
  PowerLaw law;
  for (std::size_t i = 0; i < x.size(); ++i) {
    law.middle_ += weight[i] * x[i] / sum;
    law.intercept_ += weight[i] * y[i] / sum;
  }
  double xx = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += weight[i] * (x[i] - law.middle_) * (x[i] - law.middle_);
    xy += weight[i] * (x[i] - law.middle_) * (y[i] - law.intercept_);
  }
  law.slope_ = xy / xx;
  double residual = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double off = y[i] - law.intercept_ - law.slope_ * (x[i] - law.middle_);
    residual += weight[i] * off * off;
  }
  const std::size_t freedom = x.size() - 2;
  const double excess = std::max(1.0, residual / static_cast<double>(freedom));
  law.intercept_variance_ = excess / sum;
  law.slope_variance_ = excess / xx;
  law.quantile_ = student(freedom);
  return law;
}

}  // namespace sengi::train
