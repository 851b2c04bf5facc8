// SPDX-License-Identifier: Apache-2.0
#include "train/augment.h"

#include <algorithm>
#include <cmath>

namespace sengi::train {
namespace {

double from_db(double db) { return std::pow(10.0, db / 20); }

// The clip read at `speed` and `shift` samples later, around its middle, by linear interpolation;
// zero outside of it.
std::vector<float> read_at(std::span<const std::int16_t> clip, double speed, double shift) {
  const auto length = static_cast<double>(clip.size());
  std::vector<float> out(clip.size(), 0.0F);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double at = (static_cast<double>(i) - shift - length / 2) * speed + length / 2;
    if (at < 0 || at > length - 1) continue;
    const auto before = static_cast<std::size_t>(at);
    const std::size_t after = std::min(before + 1, clip.size() - 1);
    const auto part = static_cast<float>(at - std::floor(at));
    out[i] = static_cast<float>(clip[before]) * (1 - part) + static_cast<float>(clip[after]) * part;
  }
  return out;
}

std::vector<std::int16_t> saturated(std::span<const float> samples) {
  std::vector<std::int16_t> out(samples.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int16_t>(std::clamp(std::round(samples[i]), -32768.0F, 32767.0F));
  }
  return out;
}

}  // namespace

Augmenter::Augmenter(const project::AugmentConfig& config, std::int32_t sample_rate_hz,
                     const NoiseSource& noise)
    : config_(config), sample_rate_hz_(sample_rate_hz), noise_(noise) {}

std::vector<std::int16_t> Augmenter::vary_samples(std::span<const std::int16_t> clip,
                                                  Random& random) const {
  // As often slower as faster: the logarithm is uniform.
  const double most_speed = std::log1p(config_.speed_percent / 100.0);
  const double speed = std::exp(random.uniform(-most_speed, most_speed));
  const double most = config_.shift_ms * sample_rate_hz_ / 1000.0;
  std::vector<float> samples = read_at(clip, speed, std::round(random.uniform(-most, most)));

  const double gain = from_db(random.uniform(-config_.gain_db, config_.gain_db));
  for (float& x : samples) x *= static_cast<float>(gain);

  if (random.chance(config_.noise_probability)) {
    const double snr_db = random.uniform(config_.snr_db_min, config_.snr_db_max);
    const auto level = static_cast<float>(rms(samples) / from_db(snr_db));
    const std::vector<float> noise = noise_.draw(samples.size(), random);
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] += level * noise[i];
  }
  return saturated(samples);
}

void Augmenter::mask_features(std::span<std::int8_t> features, std::size_t column_size,
                              Random& random) const {
  const std::size_t columns = features.size() / column_size;
  // A run of up to `widest` of `count` places, at random.
  const auto run = [&](std::int32_t widest, std::size_t count) {
    const std::size_t most = std::min(static_cast<std::size_t>(std::max(widest, 0)), count);
    const std::size_t width = random.below(most + 1);
    const std::size_t first = random.below(count - width + 1);
    return std::pair(first, first + width);
  };
  for (std::int32_t mask = 0; mask < config_.time_masks; ++mask) {
    const auto [first, end] = run(config_.time_mask_columns, columns);
    std::ranges::fill(features.subspan(first * column_size, (end - first) * column_size),
                      std::int8_t{0});
  }
  for (std::int32_t mask = 0; mask < config_.frequency_masks; ++mask) {
    const auto [first, end] = run(config_.frequency_mask_channels, column_size);
    for (std::size_t column = 0; column < columns; ++column) {
      std::ranges::fill(features.subspan(column * column_size + first, end - first),
                        std::int8_t{0});
    }
  }
}

}  // namespace sengi::train
