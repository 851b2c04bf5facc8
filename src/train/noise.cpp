// SPDX-License-Identifier: Apache-2.0
#include "train/noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace sengi::train {
namespace {

// Below this, in int16 steps, a recording holds nothing that could be brought to a level.
constexpr double least_rms = 1.0;

template <typename Sample>
double root_mean_square(std::span<const Sample> samples) {
  double sum = 0;
  for (const Sample x : samples) sum += static_cast<double>(x) * static_cast<double>(x);
  return samples.empty() ? 0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

void fill_white(std::span<float> out, Random& random) {
  for (float& x : out) x = random.noise();
}

// Voss's sum of random numbers that are drawn anew every 1, 2, 4 ... samples (McCartney's order:
// one row a sample, chosen by the trailing zeros of the index).
void fill_pink(std::span<float> out, Random& random) {
  constexpr unsigned rows = 14;
  std::array<float, rows> row{};
  float sum = 0;
  for (float& value : row) sum += value = random.noise();
  for (std::size_t i = 0; i < out.size(); ++i) {
    unsigned changed = 0;
    while (changed + 1 < rows && ((i >> changed) & 1) != 0) ++changed;
    sum -= row[changed];
    sum += row[changed] = random.noise();
    out[i] = sum + random.noise();
  }
}

void fill_brown(std::span<float> out, Random& random) {
  constexpr float leak = 0.998F;  // keeps the walk from drifting off
  float level = 0;
  for (float& x : out) x = level = leak * level + random.noise();
}

void fill_hum(std::span<float> out, std::int32_t sample_rate_hz, Random& random) {
  const double mains = random.chance(0.5) ? 50 : 60;
  for (int harmonic = 1; harmonic <= 8; ++harmonic) {
    const double hz = mains * harmonic;
    if (2 * hz >= sample_rate_hz) break;
    const double amplitude = random.uniform(0.2, 1) / harmonic;
    const double step = 2 * std::numbers::pi * hz / sample_rate_hz;
    const double phase = random.uniform(0, 2 * std::numbers::pi);
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] += static_cast<float>(amplitude * std::sin(step * static_cast<double>(i) + phase));
    }
  }
  for (float& x : out) x += 0.05F * random.noise();
}

void scale_to_one(std::span<float> samples) {
  const double level = rms(samples);
  if (level <= 0) return;
  const auto factor = static_cast<float>(1 / level);
  for (float& x : samples) x *= factor;
}

}  // namespace

double rms(std::span<const std::int16_t> samples) { return root_mean_square(samples); }
double rms(std::span<const float> samples) { return root_mean_square(samples); }

std::vector<float> made_noise(NoiseColour colour, std::size_t length, std::int32_t sample_rate_hz,
                              Random& random) {
  std::vector<float> out(length, 0.0F);
  switch (colour) {
    case NoiseColour::white:
      fill_white(out, random);
      break;
    case NoiseColour::pink:
      fill_pink(out, random);
      break;
    case NoiseColour::brown:
      fill_brown(out, random);
      break;
    case NoiseColour::hum:
      fill_hum(out, sample_rate_hz, random);
      break;
  }
  scale_to_one(out);
  return out;
}

NoiseSource::NoiseSource(std::vector<std::vector<std::int16_t>> recordings,
                         std::int32_t sample_rate_hz)
    : recordings_(std::move(recordings)), sample_rate_hz_(sample_rate_hz) {
  std::erase_if(recordings_, [](const auto& recording) { return rms(recording) < least_rms; });
}

std::vector<float> NoiseSource::draw(std::size_t length, Random& random) const {
  constexpr double made_share = 1.0 / 3;
  if (recordings_.empty() || random.chance(made_share)) {
    const auto colour = static_cast<NoiseColour>(random.below(4));
    return made_noise(colour, length, sample_rate_hz_, random);
  }
  // From a random place on, and again from its start where the recording is too short.
  const auto& recording = recordings_[random.below(recordings_.size())];
  std::vector<float> out(length);
  std::size_t at = random.below(recording.size());
  for (float& x : out) {
    x = static_cast<float>(recording[at]);
    at = at + 1 < recording.size() ? at + 1 : 0;
  }
  scale_to_one(out);
  return out;
}

std::vector<std::int16_t> NoiseSource::draw_silence(std::size_t length, Random& random) const {
  constexpr double full_scale = 32768;
  std::vector<float> sum(length, 0.0F);
  const int noises = random.chance(0.3) ? 2 : 1;
  for (int n = 0; n < noises; ++n) {
    const auto level =
        static_cast<float>(full_scale * std::pow(10.0, random.uniform(-85, -15) / 20));
    const std::vector<float> noise = draw(length, random);
    for (std::size_t i = 0; i < length; ++i) sum[i] += level * noise[i];
  }
  std::vector<std::int16_t> clip(length);
  for (std::size_t i = 0; i < length; ++i) {
    clip[i] = static_cast<std::int16_t>(std::clamp(std::round(sum[i]), -32768.0F, 32767.0F));
  }
  return clip;
}

}  // namespace sengi::train
