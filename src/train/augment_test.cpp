// SPDX-License-Identifier: Apache-2.0
#include "train/augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sengi::train {
namespace {

constexpr std::int32_t rate_hz = 16000;

std::vector<std::int16_t> tone(double hz, double amplitude, std::size_t length = 16000) {
  std::vector<std::int16_t> samples(length);
  for (std::size_t i = 0; i < length; ++i) {
    samples[i] = static_cast<std::int16_t>(
        std::lround(amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) /
                                         static_cast<double>(rate_hz))));
  }
  return samples;
}

// Power of a signal at one frequency (Goertzel's sum, written out).
double power_at(std::span<const float> x, double hz) {
  double re = 0;
  double im = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz;
    re += x[i] * std::cos(phase);
    im += x[i] * std::sin(phase);
  }
  return re * re + im * im;
}

// Mean power over frequencies around `hz`, in dB.
double band_db(std::span<const float> x, double hz) {
  double sum = 0;
  for (int i = -20; i <= 20; ++i) sum += power_at(x, hz * (1 + 0.01 * i));
  return 10 * std::log10(sum / 41);
}

project::AugmentConfig nothing() {
  return {.shift_ms = 0,
          .gain_db = 0,
          .speed_percent = 0,
          .noise_probability = 0,
          .time_masks = 0,
          .frequency_masks = 0};
}

TEST(Noise, MadeNoiseHasUnitPowerAndItsColour) {
  Random random({7});
  // dB an octave, over the three octaves from 500 Hz.
  const auto slope = [&](NoiseColour colour) {
    double sum = 0;
    for (int i = 0; i < 4; ++i) {
      const auto noise = made_noise(colour, 16000, rate_hz, random);
      EXPECT_NEAR(rms(noise), 1, 1e-3);
      sum += (band_db(noise, 4000) - band_db(noise, 500)) / 3;
    }
    return sum / 4;
  };
  EXPECT_NEAR(slope(NoiseColour::white), 0, 1);
  EXPECT_NEAR(slope(NoiseColour::pink), -3, 1);
  EXPECT_NEAR(slope(NoiseColour::brown), -5.7, 1);  // 6 but for the sampled walk's upper end
  const auto hum = made_noise(NoiseColour::hum, 16000, rate_hz, random);
  EXPECT_NEAR(rms(hum), 1, 1e-3);
  EXPECT_GT(std::max(power_at(hum, 50), power_at(hum, 60)), 100 * power_at(hum, 1234));
}

TEST(Noise, RecordingsAreDrawnAtUnitPowerEvenIfShort) {
  const NoiseSource source({tone(440, 100, 300), std::vector<std::int16_t>(500, 0)}, rate_hz);
  Random random({1});
  for (int i = 0; i < 30; ++i) EXPECT_NEAR(rms(source.draw(16000, random)), 1, 1e-3);
}

TEST(Noise, SilenceCoversLevelsFromNothingToLoud) {
  const NoiseSource source({}, rate_hz);
  Random random({3});
  double lowest = 1e9;
  double highest = 0;
  for (int i = 0; i < 200; ++i) {
    const double level = rms(source.draw_silence(4000, random));
    lowest = std::min(lowest, level);
    highest = std::max(highest, level);
  }
  EXPECT_LT(lowest, 4);
  EXPECT_GT(highest, 2000);
}

TEST(Augment, WithNothingAskedForNothingChanges) {
  const NoiseSource source({}, rate_hz);
  const Augmenter augmenter(nothing(), rate_hz, source);
  const auto clip = tone(440, 8000);
  Random random({1});
  EXPECT_EQ(augmenter.vary_samples(clip, random), clip);
  std::vector<std::int8_t> features(490, 7);
  augmenter.mask_features(features, 10, random);
  EXPECT_EQ(features, std::vector<std::int8_t>(490, 7));
}

TEST(Augment, TheSameRandomGivesTheSameClip) {
  const NoiseSource source({tone(100, 500)}, rate_hz);
  const Augmenter augmenter({}, rate_hz, source);
  const auto clip = tone(440, 8000);
  Random first({1, 2, 3});
  Random second({1, 2, 3});
  Random other({1, 2, 4});
  const auto varied = augmenter.vary_samples(clip, first);
  EXPECT_EQ(varied, augmenter.vary_samples(clip, second));
  EXPECT_NE(varied, augmenter.vary_samples(clip, other));
}

TEST(Augment, ShiftStaysWithinItsLimitAndReachesIt) {
  auto config = nothing();
  config.shift_ms = 100;
  const NoiseSource source({}, rate_hz);
  const Augmenter augmenter(config, rate_hz, source);
  std::vector<std::int16_t> click(16000, 0);
  click[8000] = 10000;
  std::ptrdiff_t earliest = 16000;
  std::ptrdiff_t latest = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    Random random({i});
    const auto varied = augmenter.vary_samples(click, random);
    const auto at = std::ranges::max_element(varied) - varied.begin();
    earliest = std::min(earliest, at);
    latest = std::max(latest, at);
  }
  EXPECT_GE(earliest, 8000 - 1600);
  EXPECT_LE(latest, 8000 + 1600);
  EXPECT_LT(earliest, 8000 - 1500);
  EXPECT_GT(latest, 8000 + 1500);
}

TEST(Augment, GainStaysWithinItsLimit) {
  auto config = nothing();
  config.gain_db = 6;
  const NoiseSource source({}, rate_hz);
  const Augmenter augmenter(config, rate_hz, source);
  const auto clip = tone(440, 8000);
  double lowest = 100;
  double highest = -100;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Random random({i});
    const double db = 20 * std::log10(rms(augmenter.vary_samples(clip, random)) / rms(clip));
    lowest = std::min(lowest, db);
    highest = std::max(highest, db);
  }
  EXPECT_GE(lowest, -6.01);
  EXPECT_LE(highest, 6.01);
  EXPECT_LT(lowest, -5);
  EXPECT_GT(highest, 5);
}

TEST(Augment, SpeedMovesPitchWithinItsLimit) {
  auto config = nothing();
  config.speed_percent = 10;
  const NoiseSource source({}, rate_hz);
  const Augmenter augmenter(config, rate_hz, source);
  const auto clip = tone(1000, 8000);
  bool raised = false;
  bool lowered = false;
  for (std::uint64_t i = 0; i < 40; ++i) {
    Random random({i});
    const auto varied = augmenter.vary_samples(clip, random);
    // The tone's frequency, by its rising zero crossings where the clip still reaches.
    std::size_t crossings = 0;
    for (std::size_t n = 2001; n < 14000; ++n) {
      if (varied[n - 1] < 0 && varied[n] >= 0) ++crossings;
    }
    const double hz = static_cast<double>(crossings) / (12000.0 / rate_hz);
    EXPECT_GE(hz, 1000 / 1.1 - 3);
    EXPECT_LE(hz, 1100 + 3);
    raised = raised || hz > 1050;
    lowered = lowered || hz < 950;
  }
  EXPECT_TRUE(raised);
  EXPECT_TRUE(lowered);
}

TEST(Augment, NoiseIsMixedAtTheRatioAskedFor) {
  auto clean_config = nothing();
  auto noisy_config = nothing();
  noisy_config.noise_probability = 1;
  noisy_config.snr_db_min = 5;
  noisy_config.snr_db_max = 15;
  const NoiseSource source({}, rate_hz);
  const Augmenter clean(clean_config, rate_hz, source);
  const Augmenter noisy(noisy_config, rate_hz, source);
  const auto clip = tone(440, 3000);
  for (std::uint64_t i = 0; i < 50; ++i) {
    Random first({i});
    Random second({i});
    const auto without = clean.vary_samples(clip, first);
    const auto with = noisy.vary_samples(clip, second);
    std::vector<float> noise(with.size());
    for (std::size_t n = 0; n < noise.size(); ++n) {
      noise[n] = static_cast<float>(with[n]) - static_cast<float>(without[n]);
    }
    const double snr_db = 20 * std::log10(rms(without) / rms(noise));
    EXPECT_GE(snr_db, 4.9);
    EXPECT_LE(snr_db, 15.1);
  }
}

TEST(Augment, MasksAreWholeColumnsAndChannels) {
  auto config = nothing();
  config.time_masks = 1;
  config.time_mask_columns = 8;
  config.frequency_masks = 1;
  config.frequency_mask_channels = 2;
  const NoiseSource source({}, rate_hz);
  const Augmenter augmenter(config, rate_hz, source);
  for (std::uint64_t i = 0; i < 100; ++i) {
    std::vector<std::int8_t> features(490, 7);
    Random random({i});
    augmenter.mask_features(features, 10, random);
    const auto value = [&](std::size_t column, std::size_t channel) {
      return features[column * 10 + channel];
    };
    std::size_t columns = 0;
    for (std::size_t c = 0; c < 49; ++c) {
      bool masked = true;
      for (std::size_t k = 0; k < 10; ++k) masked = masked && value(c, k) == 0;
      columns += masked ? 1 : 0;
    }
    std::size_t channels = 0;
    for (std::size_t k = 0; k < 10; ++k) {
      bool masked = true;
      for (std::size_t c = 0; c < 49; ++c) masked = masked && value(c, k) == 0;
      channels += masked ? 1 : 0;
    }
    const auto zeros = static_cast<std::size_t>(std::ranges::count(features, 0));
    EXPECT_LE(columns, 8U);
    EXPECT_LE(channels, 2U);
    EXPECT_EQ(zeros, columns * 10 + channels * 49 - columns * channels);
  }
}

}  // namespace
}  // namespace sengi::train
