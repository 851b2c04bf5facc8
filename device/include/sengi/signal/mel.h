// SPDX-License-Identifier: Apache-2.0
// The mel filter bank: triangles that overlap by half, on O'Shaughnessy's mel scale
// (mel = 2595 log10(1 + hz / 700)), over a power spectrum.
//
// Between two neighbouring centres a bin belongs to two filters, and what it gives to the rising
// one and to the falling one adds up to 1. So one weight a bin holds the whole bank, and each bin
// is touched once.
#pragma once

#include <cstdint>

#include "sengi/signal/fft.h"

namespace sengi::signal {

inline constexpr int mel_weight_bits = 15;
inline constexpr std::int32_t mel_weight_one = 1 << mel_weight_bits;
inline constexpr std::uint8_t outside_mel = 255;  // in `rising`: the bin is in no filter

struct MelTables {
  const std::uint8_t* rising;   // [fft_size / 2 + 1] channel that the bin rises in, or
                                // mel_channels where it only falls, in the last; outside_mel
  const std::uint16_t* weight;  // [fft_size / 2 + 1] given to `rising`, of mel_weight_one; the rest
                                // is given to the channel before, where there is one
};

// A 64-bit sum in two words, for memory that is aligned to 32 bits.
struct WideSum {
  std::uint32_t low;
  std::uint32_t high;

  constexpr std::uint64_t value() const { return std::uint64_t{high} << 32 | low; }
  constexpr void add(std::uint64_t x) {
    x += value();
    low = static_cast<std::uint32_t>(x);
    high = static_cast<std::uint32_t>(x >> 32);
  }
};

// Powers are kept in steps of 2^power_step, so that 2,048 bins of any size add up in 64 bits.
inline constexpr int power_step = 23;

// Adds a bin's power to the one or two channels it belongs to.
inline void add_to_mel(const MelTables& tables, std::int32_t channels, std::int32_t k, Complex bin,
                       WideSum* sums) {
  const std::uint8_t rising = tables.rising[k];
  if (rising == outside_mel) return;
  const auto power = static_cast<std::uint64_t>(std::int64_t{bin.re} * bin.re) +
                     static_cast<std::uint64_t>(std::int64_t{bin.im} * bin.im);
  const std::uint64_t steps = power >> power_step;
  const std::uint32_t weight = tables.weight[k];
  if (rising < channels) sums[rising].add(steps * weight);
  if (rising > 0) {
    sums[rising - 1].add(steps * (static_cast<std::uint32_t>(mel_weight_one) - weight));
  }
}

}  // namespace sengi::signal
