// SPDX-License-Identifier: Apache-2.0
// From a microphone's rate to the low rate that low voices need: an anti-alias filter of which only
// every factor-th output is worked out (the polyphase form: Crochiere and Rabiner 1983, "Multirate
// Digital Signal Processing"), and two high-passes against a microphone's offset and the slow
// pressure of wind.
//
//   std::int32_t memory[Decimator::memory_words(factor)];
//   Decimator decimator(factor, rate_hz, taps, memory);
//   std::int16_t low = decimator.push(samples);   // once every `factor` samples
//
// With f the rate of the outputs: from 0 to 2/5 f passes within 0.01 dB, what could fold back into
// that band (from 3/5 f on) is 71 dB down or more, and between them the filter falls. The taps are
// symmetric, so all that passes is late by the same (decimator_taps(factor) - 1) / 2 samples. Each
// high-pass subtracts a mean that follows by 2^-s of the difference an output, s being
// highpass_shift(f): 3 dB down at f / (2 pi 2^s), which is 2.5 to 5.1 Hz, and 6 dB an octave below.
// The two raise all that passes alike, by 1 + 2^-s (0.14 dB at 2 kHz).
//
// The first sample counts as what was heard before it, so that an offset gives no step. Outputs are
// in the units of the samples, rounded to nearest, and held at the ends of 16 bits.
//
// Integers only, the same bytes on every machine.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sengi::signal {

// Samples of input for one output.
inline constexpr std::int32_t most_decimation = 64;

// Length of the anti-alias filter, a multiple of 8.
constexpr std::int32_t decimator_taps(std::int32_t factor) { return 24 * factor; }

// 1.0 of the taps is 2 to this: as high as the largest tap, 1 / factor, lets 16 bits be.
constexpr int decimator_tap_bits(std::int32_t factor) {
  return 13 + static_cast<int>(std::bit_width(static_cast<std::uint32_t>(factor)));
}

// How slowly the high-passes' means follow, for outputs at rate_hz.
constexpr int highpass_shift(std::int32_t rate_hz) {
  return static_cast<int>(std::bit_width(static_cast<std::uint32_t>((rate_hz - 1) / 32)));
}

namespace decimator_steps {

// sum + a[0] b[0] + a[1] b[1]: one instruction (SMLALD) where the core has it.
inline std::int64_t add_products(std::int64_t sum, const std::int16_t* a, const std::int16_t* b) {
#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
  std::uint32_t two_a;
  std::uint32_t two_b;
  std::memcpy(&two_a, a, sizeof two_a);
  std::memcpy(&two_b, b, sizeof two_b);
  asm("smlald %Q0, %R0, %1, %2" : "+r"(sum) : "r"(two_a), "r"(two_b));
  return sum;
#else
  return sum + std::int32_t{a[0]} * b[0] + std::int32_t{a[1]} * b[1];
#endif
}

}  // namespace decimator_steps

class Decimator {
 public:
  // Words of memory: the latest samples, twice, so that they always lie in one row; and the means.
  static constexpr std::size_t memory_words(std::int32_t factor) {
    return static_cast<std::size_t>(decimator_taps(factor)) + 2;
  }

  // Of nothing: only to be assigned to.
  Decimator() = default;

  // `taps` [decimator_taps(factor)], symmetric, and `memory` outlive this object. Outputs come at
  // rate_hz. Requires: factor from 2 to most_decimation; rate_hz from 500 to 24,000; the taps'
  // absolute values sum to less than 2^(decimator_tap_bits(factor) + 1); memory.size() >=
  // memory_words(factor).
  Decimator(std::int32_t factor, std::int32_t rate_hz, const std::int16_t* taps,
            std::span<std::int32_t> memory)
      : factor_(factor),
        shift_(highpass_shift(rate_hz)),
        taps_(taps),
        means_(memory.data()),
        latest_(reinterpret_cast<std::int16_t*>(memory.data() + 2)) {}

  // Takes `factor` samples; returns the output that is due.
  std::int16_t push(const std::int16_t* samples) {
    if (fresh_) begin(samples[0]);
    const std::int32_t taps = decimator_taps(factor_);
    for (std::int32_t i = 0; i < factor_; ++i) {
      latest_[oldest_ + i] = samples[i];
      latest_[oldest_ + taps + i] = samples[i];
    }
    oldest_ += factor_;
    const std::int32_t low = filtered(latest_ + oldest_);
    if (oldest_ == taps) oldest_ = 0;
    return rounded(without_mean(without_mean(low, means_[0]), means_[1]));
  }

  // Forgets all that was heard.
  void reset() {
    fresh_ = true;
    oldest_ = 0;
  }

 private:
  void begin(std::int16_t first) {
    fresh_ = false;
    for (std::int32_t i = 0; i < 2 * decimator_taps(factor_); ++i) latest_[i] = first;
    const std::int32_t low = filtered(latest_);
    means_[0] = low * (std::int32_t{1} << shift_);
    means_[1] = 0;
  }

  // The filter's output in 1/8 of a sample's unit, which the high-passes carry on.
  std::int32_t filtered(const std::int16_t* samples) const {
    std::int64_t sum = 0;
    const std::int32_t taps = decimator_taps(factor_);
    for (std::int32_t i = 0; i < taps; i += 8) {
      sum = decimator_steps::add_products(sum, taps_ + i, samples + i);
      sum = decimator_steps::add_products(sum, taps_ + i + 2, samples + i + 2);
      sum = decimator_steps::add_products(sum, taps_ + i + 4, samples + i + 4);
      sum = decimator_steps::add_products(sum, taps_ + i + 6, samples + i + 6);
    }
    const int shift = decimator_tap_bits(factor_) - finer_bits;
    return static_cast<std::int32_t>((sum + (std::int64_t{1} << (shift - 1))) >> shift);
  }

  // x less its mean, which moves on.
  std::int32_t without_mean(std::int32_t x, std::int32_t& mean) const {
    const std::int32_t rest = x - (mean >> shift_);
    mean += rest;
    return rest;
  }

  static std::int16_t rounded(std::int32_t fine) {
    const std::int32_t whole = (fine + (1 << (finer_bits - 1))) >> finer_bits;
    return static_cast<std::int16_t>(whole < -32768 ? -32768 : (whole > 32767 ? 32767 : whole));
  }

  static constexpr int finer_bits = 3;

  std::int32_t factor_ = 0;
  int shift_ = 0;
  const std::int16_t* taps_ = nullptr;
  std::int32_t* means_ = nullptr;   // [2] times 2^shift
  std::int16_t* latest_ = nullptr;  // [2 * taps]
  std::int32_t oldest_ = 0;
  bool fresh_ = true;
};

}  // namespace sengi::signal
