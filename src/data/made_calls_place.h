// SPDX-License-Identifier: Apache-2.0
// From a caller to a recording: the air and the ground between, echoes, and the microphone.
#pragma once

#include <cstdint>

#include "data/made_calls_recipe.h"
#include "data/made_calls_voice.h"
#include "data/made_speech_dice.h"
#include "data/made_speech_sound.h"

namespace sengi::data {

// Sound pressure is given in dB re 20 uPa. Sounds in between are in units in which a root mean
// square of 1 is 0 dB.

// The way over so many metres.
class Way {
 public:
  // Throws how the air and the ground are.
  Way(double distance_m, const Surroundings& around, Dice& dice);

  // What is lost to distance alone (6 dB a doubling), from the 5 m where calls' levels are given.
  double spreading_db() const;

  // What part of an amplitude is left of what distance alone would leave: the air takes 0.5 dB per
  // 100 m at 1 kHz and less below (within a factor of two of ISO 9613-1 at 20 degrees and 50 %
  // humidity from 125 Hz to 4 kHz, times what was thrown), and the reflection from the ground
  // takes a dip between 150 and 600 Hz that deepens with distance (Embleton 1996, "Tutorial on
  // sound propagation outdoors"). Hence low harmonics carry farthest (McComb et al. 2003, Garstang
  // et al. 1995).
  double gain(double hz) const;

 private:
  double distance_m_;
  double absorption_;
  double dip_hz_;
  double dip_db_;
  double dip_octaves_;
};

// Echoes of trees and slopes, up to half a second late, and a tail.
Sound with_echoes(const Sound& sound, std::int32_t rate_hz, Dice& dice);

// The loudness that comes and goes over a second or so as eddies bend the sound.
void flutter(Sound& sound, std::int32_t rate_hz, double depth_db, Dice& dice);

// What a microphone makes of pressure: its roll-off, its own noise (white and 1/f), its offset;
// full scale is 1, and what is louder clips.
Sound through_microphone(Sound pressure, const Surroundings& around, std::int32_t rate_hz,
                         Dice& dice);

// Power between two frequencies (fourth-order slopes).
double band_power(const Sound& sound, double low_hz, double high_hz, std::int32_t rate_hz);

}  // namespace sengi::data
