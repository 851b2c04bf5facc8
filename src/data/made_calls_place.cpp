// SPDX-License-Identifier: Apache-2.0
#include "data/made_calls_place.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/biquad.h"
#include "data/made_speech_noise.h"

namespace sengi::data {
namespace {

constexpr double reference_m = 5;

std::size_t samples_in(double seconds, std::int32_t rate_hz) {
  return static_cast<std::size_t>(std::max(1.0, seconds * rate_hz));
}

}  // namespace

Way::Way(double distance_m, const Surroundings& around, Dice& dice)
    : distance_m_(distance_m),
      absorption_(thrown(around.absorption, dice)),
      dip_hz_(dice.uniform(150, 600)),
      dip_db_(thrown(around.ground_dip_db, dice) * std::min(1.0, distance_m / 300)),
      dip_octaves_(dice.uniform(0.4, 1.2)) {}

double Way::spreading_db() const { return 20 * std::log10(distance_m_ / reference_m); }

double Way::gain(double hz) const {
  const double air_db = absorption_ * 0.5 * std::pow(hz / 1000, 1.4) * distance_m_ / 100;
  const double off = std::log2(std::max(hz, 1.0) / dip_hz_) / dip_octaves_;
  const double ground_db = dip_db_ * std::exp(-off * off);
  return amplitude(-air_db - ground_db);
}

Sound with_echoes(const Sound& sound, std::int32_t rate_hz, Dice& dice) {
  const double tail_s = dice.uniform(0.2, 1.5);
  Sound heard(sound.size() + samples_in(0.5 + tail_s / 2, rate_hz), 0.0F);
  const auto add = [&](std::size_t delay, double gain) {
    for (std::size_t i = 0; i < sound.size() && i + delay < heard.size(); ++i) {
      heard[i + delay] += static_cast<float>(gain * sound[i]);
    }
  };
  add(0, 1);
  const std::size_t echoes = 3 + dice.below(10);
  for (std::size_t i = 0; i < echoes; ++i) {
    const double delay_s = dice.uniform(0.01, 0.5);
    const double gain = dice.uniform(0.1, 0.6) * std::exp(-3 * delay_s / tail_s);
    add(samples_in(delay_s, rate_hz), dice.chance(0.5) ? gain : -gain);
  }
  return heard;
}

void flutter(Sound& sound, std::int32_t rate_hz, double depth_db, Dice& dice) {
  double db = 0;
  double goal = 0;
  const double follow = 4.0 / rate_hz;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    if (i % samples_in(0.4, rate_hz) == 0) goal = depth_db * dice.normal();
    db += follow * (goal - db);
    sound[i] *= static_cast<float>(amplitude(db));
  }
}

Sound through_microphone(Sound pressure, const Surroundings& around, std::int32_t rate_hz,
                         Dice& dice) {
  const double full_scale_db = thrown(around.full_scale_db, dice);
  const double roll_off_hz = thrown_by_octaves(around.roll_off_hz, dice);
  const double noise_db = thrown(around.self_noise_db, dice);
  const double offset = dice.uniform(-0.01, 0.01);
  Sound own = make_noise(NoiseKind::white, pressure.size(), rate_hz, dice);
  const Sound flicker = make_noise(NoiseKind::pink, pressure.size(), rate_hz, dice);
  const auto level = static_cast<float>(amplitude(noise_db));
  // One pole: what a membrane with a vent does.
  const double keep = std::exp(-2 * std::numbers::pi * roll_off_hz / rate_hz);
  double slow = 0;
  const double scale = 1 / (amplitude(full_scale_db) * std::numbers::sqrt2);  // a sine at its peak
  for (std::size_t i = 0; i < pressure.size(); ++i) {
    slow = keep * slow + (1 - keep) * pressure[i];
    const double heard = pressure[i] - slow + level * (own[i] + 0.5F * flicker[i]);
    own[i] = static_cast<float>(heard * scale + offset);
  }
  return own;
}

double band_power(const Sound& sound, double low_hz, double high_hz, std::int32_t rate_hz) {
  Sound band = sound;
  for (int i = 0; i < 2; ++i) {
    high_pass(low_hz, rate_hz).apply(band);
    low_pass(high_hz, rate_hz).apply(band);
  }
  const double loudness = rms(band);
  return loudness * loudness;
}

}  // namespace sengi::data
