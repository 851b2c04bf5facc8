// SPDX-License-Identifier: Apache-2.0
// Per-channel automatic gain: what a channel holds above its own background, measured by that
// background, so that a steady hum or a distant microphone leaves features as they were
// (per-channel energy normalisation: Wang, Getreuer, Hughes, Lyon and Saurous 2017, "Trainable
// Frontend For Robust and Far-Field Keyword Spotting"; its constants are fixed here, as in the
// micro front end of TensorFlow: noise estimate, spectral subtraction, gain, logarithm).
//
// For each channel, with E its energy in squared samples and N an estimate of its background:
//
//   N <- E for the first column, then N + (E - N) / 32
//   S  = max(E - N, E / 256)
//   v  = log2(1 + S / (N + 2^16)^0.95), in 1/4096 of an octave
//
// 2^16 is the energy of a room's quiet (about -70 dB of full scale): what lies below is not raised.
// N forgets its beginning by 1/32 a column, so columns of a stream and of a clip that starts anew
// draw together: after 32 columns a third of the difference is left, after 100 a twentieth.
//
// Integers only, the same bytes on every machine.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sengi/signal/log2.h"
#include "sengi/signal/mel.h"

namespace sengi::signal {

namespace pcan_steps {

inline constexpr int energy_fraction_bits = 8;  // energies are in 1/256 of a squared sample
inline constexpr int following_bits = 5;        // 1/32 of the way to each new column
inline constexpr int least_left_bits = 8;       // 1/256 of a channel survives the subtraction
inline constexpr int quiet_octaves = 16;
inline constexpr std::int32_t strength = 31130;  // 0.95 in 2^-15
inline constexpr std::uint64_t highest = std::uint64_t{1} << 62;

// sum * 2^octaves in 1/256 units, cut at 2^62. Sums of squares of 16-bit samples stay below 2^61.
constexpr std::uint64_t energy(std::uint64_t sum, int octaves) {
  const int shift = octaves + energy_fraction_bits;
  if (shift <= -64 || sum == 0) return 0;
  if (shift < 0) return sum >> -shift;
  return std::countl_zero(sum) < shift + 2 ? highest : sum << shift;
}

// 2^(-i/8) in Q31, by as many multiplications.
constexpr std::uint64_t power_of_half(std::uint32_t eighths) {
  constexpr std::uint64_t eighth = 1969251188;  // 2^(31 - 1/8)
  std::uint64_t x = std::uint64_t{1} << 31;
  for (std::uint32_t i = 0; i < eighths; ++i) x = (x * eighth + (std::uint64_t{1} << 30)) >> 31;
  return x;
}

// log2(1 + 2^(-i/8)) * 4096, for i up to 12 octaves down.
inline constexpr std::uint32_t per_octave = 8;
constexpr auto make_soft() {
  std::array<std::uint16_t, 12 * per_octave + 2> table{};
  for (std::uint32_t i = 0; i + 1 < table.size(); ++i) {
    const std::uint64_t x = (std::uint64_t{1} << 31) + power_of_half(i);
    table[i] = static_cast<std::uint16_t>(log2_fixed(x) - (31 << log2_fraction_bits));
  }
  return table;
}
inline constexpr auto soft = make_soft();

// log2(1 + 2^x), both in 1/4096 of an octave; off by less than 3 steps.
constexpr std::int32_t log2_of_one_plus(std::int32_t x) {
  const std::uint32_t down =
      x < 0 ? 0U - static_cast<std::uint32_t>(x) : static_cast<std::uint32_t>(x);
  constexpr int step_bits = log2_fraction_bits - 3;
  const std::uint32_t index = down >> step_bits;
  if (index + 1 >= soft.size()) return x < 0 ? 0 : x;
  const std::uint32_t between = down & ((1U << step_bits) - 1);
  const std::uint32_t fall = std::uint32_t{soft[index]} - soft[index + 1];
  const std::uint32_t rest =
      soft[index] - ((fall * between + (1U << (step_bits - 1))) >> step_bits);
  return static_cast<std::int32_t>(rest) + (x < 0 ? 0 : x);
}

}  // namespace pcan_steps

// Returns v of a channel whose energy is sum * 2^octaves squared samples, and lets `noise` (N in
// 1/256 of a squared sample) follow it. `first`: nothing was heard before; `noise` is not looked
// at.
constexpr std::int32_t pcan(std::uint64_t sum, int octaves, WideSum& noise, bool first) {
  using namespace pcan_steps;
  const std::uint64_t energy_now = energy(sum, octaves);
  std::uint64_t background = noise.value();
  if (first) {
    background = energy_now;
  } else if (energy_now >= background) {
    background += (energy_now - background) >> following_bits;
  } else {
    background -= (background - energy_now) >> following_bits;
  }
  noise = {static_cast<std::uint32_t>(background), static_cast<std::uint32_t>(background >> 32)};

  const std::uint64_t least = energy_now >> least_left_bits;
  const std::uint64_t above = energy_now > background + least ? energy_now - background : least;
  if (above == 0) return 0;
  constexpr std::uint64_t quiet = std::uint64_t{1} << (quiet_octaves + energy_fraction_bits);
  constexpr std::int32_t unit = energy_fraction_bits << log2_fraction_bits;
  const std::int32_t level = log2_fixed(background + quiet) - unit;
  const auto gain = static_cast<std::int32_t>((std::int64_t{level} * strength + (1 << 14)) >> 15);
  return log2_of_one_plus(log2_fixed(above) - unit - gain);
}

}  // namespace sengi::signal
