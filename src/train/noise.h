// SPDX-License-Identifier: Apache-2.0
// Background sound to mix into training clips: stretches of the recordings there are, and made
// noise, so that a network meets more than the few backgrounds somebody recorded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/random.h"

namespace sengi::train {

enum class NoiseColour : std::uint8_t { white, pink, brown, hum };

// `length` samples of root mean square 1. Pink falls by 3 dB an octave, brown by 6; hum is mains at
// 50 or 60 Hz with its harmonics.
std::vector<float> made_noise(NoiseColour colour, std::size_t length, std::int32_t sample_rate_hz,
                              Random& random);

// Root mean square of samples in int16 steps.
double rms(std::span<const std::int16_t> samples);
double rms(std::span<const float> samples);

class NoiseSource {
 public:
  // `recordings` may be empty; those without a sound are left out.
  NoiseSource(std::vector<std::vector<std::int16_t>> recordings, std::int32_t sample_rate_hz);

  // `length` samples of root mean square 1: a random stretch of a random recording, or made noise
  // (always where there is no recording, else one time in three).
  std::vector<float> draw(std::size_t length, Random& random) const;

  // A clip of background alone: noise at a level between -85 and -15 dB of full scale, sometimes
  // two noises at once, now and then a silence of the least bits.
  std::vector<std::int16_t> draw_silence(std::size_t length, Random& random) const;

 private:
  std::vector<std::vector<std::int16_t>> recordings_;
  std::int32_t sample_rate_hz_;
};

}  // namespace sengi::train
