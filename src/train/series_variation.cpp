// SPDX-License-Identifier: Apache-2.0
#include "train/series_variation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace sengi::train {
namespace {

using Rotation = std::array<std::array<double, 3>, 3>;

Rotation rotation_of(double w, double x, double y, double z) {
  return {{{1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
           {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
           {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}}};
}

// Any orientation, each as likely (Shoemake 1992, "Uniform random rotations", Graphics Gems III).
Rotation any_rotation(Random& random) {
  const double part = random.uniform();
  const double first = random.uniform(0, 2 * std::numbers::pi);
  const double second = random.uniform(0, 2 * std::numbers::pi);
  const double a = std::sqrt(1 - part);
  const double b = std::sqrt(part);
  return rotation_of(b * std::cos(second), a * std::sin(first), a * std::cos(first),
                     b * std::sin(second));
}

// About an axis of any direction, each as likely, by up to this angle.
Rotation small_rotation(double most, Random& random) {
  const double z = random.uniform(-1, 1);
  const double around = random.uniform(0, 2 * std::numbers::pi);
  const double half = random.uniform(0, most) / 2;
  const double flat = std::sqrt(1 - z * z) * std::sin(half);
  return rotation_of(std::cos(half), flat * std::cos(around), flat * std::sin(around),
                     z * std::sin(half));
}

}  // namespace

SeriesVariation::SeriesVariation(const project::SeriesAugmentConfig& config, std::int32_t rows,
                                 std::int32_t axes, std::int32_t vectors, std::vector<float> spread)
    : config_(config),
      rows_(static_cast<std::size_t>(rows)),
      axes_(static_cast<std::size_t>(axes)),
      vectors_(static_cast<std::size_t>(vectors)),
      spread_(std::move(spread)) {}

std::vector<float> SeriesVariation::read(std::span<const std::int16_t> window,
                                         Random& random) const {
  // As often slower as faster: the logarithm is uniform.
  const double most_speed = std::log1p(config_.speed_percent / 100);
  const double speed = std::exp(random.uniform(-most_speed, most_speed));
  const double last = static_cast<double>(rows_ - 1);
  const double most_shift = config_.shift_percent / 100 * static_cast<double>(rows_);
  const double shift = random.uniform(-most_shift, most_shift);
  std::vector<float> values;
  values.reserve(window.size());
  for (std::size_t row = 0; row < rows_; ++row) {
    const double at =
        std::clamp((static_cast<double>(row) - last / 2) * speed + last / 2 - shift, 0.0, last);
    const auto before = static_cast<std::size_t>(at);
    const std::size_t after = std::min(before + 1, rows_ - 1);
    const auto part = static_cast<float>(at - std::floor(at));
    for (std::size_t axis = 0; axis < axes_; ++axis) {
      values.push_back(static_cast<float>(window[before * axes_ + axis]) * (1 - part) +
                       static_cast<float>(window[after * axes_ + axis]) * part);
    }
  }
  return values;
}

void SeriesVariation::rotate(std::span<float> values, Random& random) const {
  const Rotation turn =
      config_.rotate_degrees >= 180
          ? any_rotation(random)
          : small_rotation(config_.rotate_degrees * std::numbers::pi / 180, random);
  for (std::size_t row = 0; row < rows_; ++row) {
    for (std::size_t vector = 0; vector < vectors_; ++vector) {
      float* v = values.data() + row * axes_ + 3 * vector;
      const std::array<double, 3> from = {v[0], v[1], v[2]};
      for (std::size_t i = 0; i < 3; ++i) {
        v[i] =
            static_cast<float>(turn[i][0] * from[0] + turn[i][1] * from[1] + turn[i][2] * from[2]);
      }
    }
  }
}

std::vector<std::int16_t> SeriesVariation::vary(std::span<const std::int16_t> window,
                                                Random& random) const {
  std::vector<float> values;
  if (rows_ > 1) {
    values = read(window, random);
    if (vectors_ > 0 && config_.rotate_degrees > 0) rotate(values, random);
  } else {
    values.assign(window.begin(), window.end());
  }
  const double most_gain = std::log1p(config_.gain_percent / 100);
  const auto gain = static_cast<float>(std::exp(random.uniform(-most_gain, most_gain)));
  const auto jitter = static_cast<float>(config_.jitter_percent / 100);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] *= gain;
    if (jitter > 0) values[i] += jitter * spread_[i % axes_] * random.noise();
  }
  if (rows_ > 1 && random.chance(config_.axis_dropout)) {
    const std::size_t silenced = random.below(axes_);
    for (std::size_t row = 0; row < rows_; ++row) values[row * axes_ + silenced] = 0;
  }
  std::vector<std::int16_t> out(values.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int16_t>(std::clamp(std::round(values[i]), -32768.0F, 32767.0F));
  }
  return out;
}

}  // namespace sengi::train
