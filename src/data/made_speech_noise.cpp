// SPDX-License-Identifier: Apache-2.0
#include "data/made_speech_noise.h"

#include <array>
#include <cmath>
#include <numbers>

namespace sengi::data {
namespace {

void set_rms(Sound& sound, double wanted) {
  const double now = rms(sound);
  if (now == 0) return;
  for (float& sample : sound) sample *= static_cast<float>(wanted / now);
}

Sound white(std::size_t length, Dice& dice) {
  Sound noise(length);
  for (float& sample : noise) sample = static_cast<float>(dice.normal());
  return noise;
}

// White noise through seven first-order low-passes an octave apart or more, weighted so that their
// sum falls by 3 dB an octave within 0.1 dB over nine octaves (Kellet's coefficients for 44.1 kHz;
// a lower rate moves the range down with it).
Sound pink(std::size_t length, Dice& dice) {
  struct Pole {
    double decay, gain;
  };
  constexpr std::array<Pole, 6> poles = {{{0.99886, 0.0555179},
                                          {0.99332, 0.0750759},
                                          {0.96900, 0.1538520},
                                          {0.86650, 0.3104856},
                                          {0.55000, 0.5329522},
                                          {-0.7616, -0.0168980}}};
  std::array<double, poles.size()> state{};
  double late = 0;
  Sound noise(length);
  for (float& sample : noise) {
    const double input = dice.normal();
    double sum = late + 0.5362 * input;
    for (std::size_t i = 0; i < poles.size(); ++i) {
      state[i] = poles[i].decay * state[i] + poles[i].gain * input;
      sum += state[i];
    }
    late = 0.115926 * input;
    sample = static_cast<float>(sum);
  }
  return noise;
}

Sound brown(std::size_t length, std::int32_t rate_hz, Dice& dice) {
  constexpr double lowest_hz = 30;  // without it the sum would wander off
  const double keep = std::exp(-2 * std::numbers::pi * lowest_hz / rate_hz);
  double sum = 0;
  Sound noise(length);
  for (float& sample : noise) {
    sum = keep * sum + dice.normal();
    sample = static_cast<float>(sum);
  }
  return noise;
}

Sound hum(std::size_t length, std::int32_t rate_hz, Dice& dice) {
  const double mains_hz = dice.chance(0.5) ? 50 : 60;
  Sound noise(length, 0.0F);
  for (int harmonic = 1; harmonic <= 12 && harmonic * mains_hz < 0.45 * rate_hz; ++harmonic) {
    const double level = dice.uniform(0.2, 1) / harmonic;
    const double start = dice.uniform(0, 2 * std::numbers::pi);
    const double step = 2 * std::numbers::pi * harmonic * mains_hz / rate_hz;
    for (std::size_t i = 0; i < length; ++i) {
      noise[i] += static_cast<float>(level * std::sin(start + step * static_cast<double>(i)));
    }
  }
  return noise;
}

Sound wind(std::size_t length, std::int32_t rate_hz, Dice& dice) {
  Sound noise = brown(length, rate_hz, dice);
  const double gusts_hz = dice.uniform(0.3, 3);
  const double start = dice.uniform(0, 2 * std::numbers::pi);
  const double depth = dice.uniform(0.3, 0.9);
  for (std::size_t i = 0; i < length; ++i) {
    const double phase = start + 2 * std::numbers::pi * gusts_hz * static_cast<double>(i) / rate_hz;
    noise[i] *= static_cast<float>(1 - depth * (0.5 + 0.5 * std::sin(phase)));
  }
  return noise;
}

Sound of_kind(NoiseKind kind, std::size_t length, std::int32_t rate_hz, Dice& dice) {
  switch (kind) {
    case NoiseKind::pink:
      return pink(length, dice);
    case NoiseKind::brown:
      return brown(length, rate_hz, dice);
    case NoiseKind::hum:
      return hum(length, rate_hz, dice);
    case NoiseKind::wind:
      return wind(length, rate_hz, dice);
    case NoiseKind::white:
      break;
  }
  return white(length, dice);
}

}  // namespace

std::string_view name_of(NoiseKind kind) {
  constexpr std::array<std::string_view, 5> names = {"white", "pink", "brown", "hum", "wind"};
  return names[static_cast<std::size_t>(kind)];
}

Sound make_noise(NoiseKind kind, std::size_t length, std::int32_t rate_hz, Dice& dice) {
  Sound noise = of_kind(kind, length, rate_hz, dice);
  set_rms(noise, 1);
  return noise;
}

Sound make_babble(std::span<const Sound> voices, std::size_t length, Dice& dice) {
  Sound babble(length, 0.0F);
  for (const Sound& voice : voices) {
    const double loudness = rms(voice);
    if (loudness == 0) continue;
    const std::size_t start = dice.below(voice.size());
    for (std::size_t i = 0; i < length; ++i) {
      babble[i] += static_cast<float>(voice[(start + i) % voice.size()] / loudness);
    }
  }
  set_rms(babble, 1);
  return babble;
}

}  // namespace sengi::data
