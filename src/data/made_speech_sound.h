// SPDX-License-Identifier: Apache-2.0
// What happens to speech between a mouth and a recording. Samples are floats at one rate, full
// scale at 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "data/made_speech_dice.h"

namespace sengi::data {

using Sound = std::vector<float>;

Sound to_sound(std::span<const std::int16_t> samples);
std::vector<std::int16_t> to_samples(std::span<const float> sound);

// Errors: libsoxr's.
Result<Sound> resample(std::span<const float> sound, double from_hz, double to_hz);

struct Extent {
  std::size_t begin;
  std::size_t end;
};

// The part between the first and the last 10 ms that are louder than `floor_db` (negative) below
// the loudest 10 ms, with 30 ms before and after. All of a sound of zeros.
Extent speech_extent(std::span<const float> sound, std::int32_t rate_hz, double floor_db);
Sound trim(std::span<const float> sound, std::int32_t rate_hz, double floor_db);

// Puts the sound into a small room: eight early reflections within 40 ms and a tail of four comb
// filters (Schroeder 1962, "Natural sounding artificial reverberation") that falls by 60 dB in
// `decay_s`. Longer by the audible part of the tail.
Sound in_room(std::span<const float> sound, std::int32_t rate_hz, double decay_s, Dice& dice);

// 300-3400 Hz, second-order slopes.
void through_telephone(Sound& sound, std::int32_t rate_hz);

// Everything above 1 kHz louder by `db` (softer where negative), by a shelf.
void tilt(Sound& sound, std::int32_t rate_hz, double db);

// Scaled so that the loudest sample is `db` against full scale. Zeros stay.
void set_peak(Sound& sound, double db);

double rms(std::span<const float> sound);

}  // namespace sengi::data
