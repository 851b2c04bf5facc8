// SPDX-License-Identifier: Apache-2.0
// Made background noise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "data/made_speech_dice.h"
#include "data/made_speech_sound.h"

namespace sengi::data {

// white: equal power a hertz; pink: equal an octave (-3 dB an octave); brown: -6 dB an octave above
// 30 Hz; hum: mains at 50 or 60 Hz with harmonics; wind: brown noise that swells and falls.
enum class NoiseKind : std::uint8_t { white, pink, brown, hum, wind };
inline constexpr NoiseKind noise_kinds[] = {NoiseKind::white, NoiseKind::pink, NoiseKind::brown,
                                            NoiseKind::hum, NoiseKind::wind};
std::string_view name_of(NoiseKind kind);

// `length` samples of root mean square 1.
Sound make_noise(NoiseKind kind, std::size_t length, std::int32_t rate_hz, Dice& dice);

// Many people speaking at once: the voices, each from a random place on and repeated, mixed equally
// loud; root mean square 1. Requires: a voice that is not all zeros.
Sound make_babble(std::span<const Sound> voices, std::size_t length, Dice& dice);

}  // namespace sengi::data
