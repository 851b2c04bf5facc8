// SPDX-License-Identifier: Apache-2.0
// The streaming front end of every listening program: one hop of samples in, one int8 feature
// column out.
//
//   std::int32_t memory[FrontEnd::memory_words(spec)];   // known when the program is compiled
//   FrontEnd front_end(tables, memory);
//   std::int8_t column[spec.column_size()];
//   while (read(hop)) {
//     if (front_end.push(hop, column)) use(column);
//   }
//
// Where the spec decimates, samples first go through decimate.h, and all that follows is at the low
// rate; hops and windows are still counted in samples as they come.
//
// A column covers the latest window_samples samples: they are windowed, transformed, squared and
// summed in mel filters; the binary logarithm of each sum, in 1/4096 of an octave, is a channel's
// value. Sums are in units of one squared sample; what is below one unit counts as one, so silence
// has the value 0. For MFCC the values go through an orthonormal cosine transform (Davis and
// Mermelstein 1980). For PCAN each channel is measured by its own background instead, which is
// remembered from column to column (pcan.h). Last, each value is shifted and scaled to int8 by
// constants.
//
// Integers only, the same bytes on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "sengi/signal/decimate.h"
#include "sengi/signal/fft.h"
#include "sengi/signal/log2.h"
#include "sengi/signal/mel.h"
#include "sengi/signal/pcan.h"

namespace sengi::signal {

enum class Feature : std::uint8_t { log_mel, mfcc, pcan };

// Everything that fixes a front end, in whole numbers.
struct FrontEndSpec {
  std::int32_t sample_rate_hz = 16000;  // as samples come, 1,000 .. 48,000
  std::int32_t window_samples = 480;    // hop_samples .. fft_size * decimate
  std::int32_t hop_samples = 320;       // 1 .. window_samples
  std::int32_t fft_size = 512;          // a power of two, 64 .. 4,096
  std::int32_t mel_channels = 40;       // 2 .. 128
  std::int32_t low_hz = 20;             // lower edge of the first mel filter
  std::int32_t high_hz = 7600;          // upper edge of the last, at most highest_hz()
  Feature feature = Feature::mfcc;
  std::int32_t coefficients = 10;  // of the DCT kept, 1 .. mel_channels; for mfcc alone
  // Samples for one at the low rate, 1 .. 64; it divides the rate, the window and the hop.
  std::int32_t decimate = 1;

  // What is transformed: rate, and samples of a window and of a hop.
  constexpr std::int32_t low_rate_hz() const { return sample_rate_hz / decimate; }
  constexpr std::int32_t low_window() const { return window_samples / decimate; }
  constexpr std::int32_t low_hop() const { return hop_samples / decimate; }
  // Half of the rate, or what a decimator passes of it.
  constexpr std::int32_t highest_hz() const {
    return decimate == 1 ? sample_rate_hz / 2 : 2 * low_rate_hz() / 5;
  }
  // Values in one column.
  constexpr std::int32_t column_size() const {
    return feature == Feature::mfcc ? coefficients : mel_channels;
  }
  bool operator==(const FrontEndSpec&) const = default;
};

// The constants a front end runs on. The arrays belong to whoever made them.
struct FrontEndTables {
  FrontEndSpec spec;
  const std::int16_t* decimator;   // [decimator_taps(decimate)], see decimate.h; null for 1
  const std::uint16_t* window;     // [low_window()] 1.0 = 2^15
  const std::int32_t* sine;        // [sine_table_size(fft_size)], see fft.h
  MelTables mel;                   // [fft_size / 2 + 1] each
  const std::int16_t* dct;         // [coefficients][mel_channels] 1.0 = 2^15; null but for mfcc
  const std::int32_t* offset;      // [column_size]
  const std::int32_t* multiplier;  // [column_size] 1.0 = 2^16
};

class FrontEnd {
 public:
  // Words of memory that a front end works in: the latest samples, the block that is transformed,
  // the filters' sums, for PCAN the channels' backgrounds, and the decimator's where there is one.
  static constexpr std::size_t memory_words(const FrontEndSpec& spec) {
    return own_words(spec) + (spec.decimate > 1 ? Decimator::memory_words(spec.decimate) : 0);
  }

  // `tables` and `memory` outlive this object. Requires: memory.size() >= memory_words(spec).
  FrontEnd(const FrontEndTables& tables, std::span<std::int32_t> memory)
      : tables_(&tables),
        ring_(reinterpret_cast<std::int16_t*>(memory.data())),
        block_(reinterpret_cast<Complex*>(memory.data() + ring_words(tables.spec))),
        sums_(reinterpret_cast<WideSum*>(memory.data() + ring_words(tables.spec) +
                                         tables.spec.fft_size)) {
    const FrontEndSpec& spec = tables.spec;
    if (spec.decimate > 1) {
      decimator_ = Decimator(spec.decimate, spec.low_rate_hz(), tables.decimator,
                             memory.subspan(own_words(spec)));
    }
  }

  // Takes hop_samples samples. Returns whether `column` [column_size] was written: once a whole
  // window has been heard, with every hop.
  bool push(const std::int16_t* hop, std::int8_t* column) {
    if (!hear(hop)) return false;
    const std::int32_t* values = measure();
    for (std::int32_t i = 0; i < tables_->spec.column_size(); ++i) {
      column[i] = quantize(values[i], tables_->offset[i], tables_->multiplier[i]);
    }
    return true;
  }

  // The same, without the last step: the column's values in 1/4096 of an octave, or null. They stay
  // until the next call.
  const std::int32_t* push_unscaled(const std::int16_t* hop) {
    return hear(hop) ? measure() : nullptr;
  }

  // Copies the low_hop() samples, at the low rate, that the last push() brought: what a clip of
  // what was heard is made of. Requires: push() was called.
  void last_hop(std::int16_t* out) const {
    const std::int32_t window = tables_->spec.low_window();
    const std::int32_t hop = tables_->spec.low_hop();
    std::int32_t at = oldest_ - hop;
    if (at < 0) at += window;
    for (std::int32_t i = 0; i < hop; ++i) {
      out[i] = ring_[at];
      if (++at == window) at = 0;
    }
  }

  // Forgets all that was heard.
  void reset() {
    oldest_ = 0;
    heard_ = 0;
    decimator_.reset();
  }

 private:
  static constexpr std::size_t ring_words(const FrontEndSpec& spec) {
    return static_cast<std::size_t>((spec.low_window() + 1) / 2);
  }

  static constexpr std::size_t own_words(const FrontEndSpec& spec) {
    const std::size_t wide_sums = spec.feature == Feature::pcan ? 2 : 1;
    return ring_words(spec) + static_cast<std::size_t>(spec.fft_size) +
           wide_sums * 2 * static_cast<std::size_t>(spec.mel_channels);
  }

  // Keeps the latest window's samples; returns whether there are that many.
  bool hear(const std::int16_t* hop) {
    const FrontEndSpec& spec = tables_->spec;
    const std::int32_t window = spec.low_window();
    for (std::int32_t i = 0; i < spec.hop_samples; i += spec.decimate) {
      ring_[oldest_] = spec.decimate > 1 ? decimator_.push(hop + i) : hop[i];
      if (++oldest_ == window) oldest_ = 0;
    }
    if (heard_ < spec.window_samples + spec.hop_samples) heard_ += spec.hop_samples;
    return heard_ >= spec.window_samples;
  }

  // Whether what was just heard is the first whole window. Requires: hear() was true.
  bool first_column() const {
    return heard_ < tables_->spec.window_samples + tables_->spec.hop_samples;
  }

  // One column from the ring. The values take the place of the block.
  const std::int32_t* measure() {
    const int exponent = transform();
    sum_filters();
    auto* values = reinterpret_cast<std::int32_t*>(block_);
    const std::int32_t channels = tables_->spec.mel_channels;
    const int octaves = power_step - mel_weight_bits - 2 * exponent;
    if (tables_->spec.feature == Feature::pcan) {
      WideSum* backgrounds = sums_ + channels;
      for (std::int32_t c = 0; c < channels; ++c) {
        values[c] = pcan(sums_[c].value(), octaves, backgrounds[c], first_column());
      }
      return values;
    }
    for (std::int32_t c = 0; c < channels; ++c) values[c] = energy(sums_[c].value(), octaves);
    if (tables_->spec.feature == Feature::log_mel) return values;
    return cosine_transform(values, values + channels);
  }

  // Windows the ring into the block and transforms it. Returns e: a bin is 2^e times that of the
  // windowed samples.
  int transform() {
    const FrontEndSpec& spec = tables_->spec;
    const std::int32_t window = spec.low_window();
    auto* x = reinterpret_cast<std::int32_t*>(block_);
    std::uint32_t highest = 0;
    std::int32_t at = oldest_;
    for (std::int32_t i = 0; i < window; ++i) {
      x[i] = std::int32_t{ring_[at]} * tables_->window[i];
      highest |= fft_steps::magnitude(x[i]);
      if (++at == window) at = 0;
    }
    std::memset(x + window, 0,
                sizeof(std::int32_t) * static_cast<std::size_t>(spec.fft_size - window));
    // Quiet frames are raised to where loud ones are, so that rounding costs both alike.
    int raised = 0;
    while (highest != 0 && (highest << (raised + 1)) < fft_steps::room) ++raised;
    for (std::int32_t i = 0; i < window; ++i) x[i] *= std::int32_t{1} << raised;
    constexpr int window_bits = 15;
    return window_bits + raised - fft(block_, spec.fft_size, tables_->sine);
  }

  void sum_filters() {
    const FrontEndSpec& spec = tables_->spec;
    std::memset(sums_, 0, sizeof(WideSum) * static_cast<std::size_t>(spec.mel_channels));
    real_bins(block_, spec.fft_size, tables_->sine, [&](std::int32_t k, Complex bin) {
      add_to_mel(tables_->mel, spec.mel_channels, k, bin, sums_);
    });
  }

  // log2 of a filter's energy, sum * 2^octaves.
  static std::int32_t energy(std::uint64_t sum, int octaves) {
    if (sum == 0) return 0;
    const std::int32_t value = log2_fixed(sum) + octaves * (1 << log2_fraction_bits);
    return value > 0 ? value : 0;
  }

  const std::int32_t* cosine_transform(const std::int32_t* values, std::int32_t* out) const {
    const FrontEndSpec& spec = tables_->spec;
    const std::int16_t* row = tables_->dct;
    for (std::int32_t i = 0; i < spec.coefficients; ++i, row += spec.mel_channels) {
      std::int64_t sum = 1 << 14;
      for (std::int32_t c = 0; c < spec.mel_channels; ++c) sum += std::int64_t{row[c]} * values[c];
      out[i] = static_cast<std::int32_t>(sum >> 15);
    }
    return out;
  }

  static std::int8_t quantize(std::int32_t value, std::int32_t offset, std::int32_t multiplier) {
    const std::int64_t scaled = std::int64_t{value - offset} * multiplier;
    const std::int64_t rounded = (scaled + (1 << 15)) >> 16;
    return static_cast<std::int8_t>(rounded < -128 ? -128 : (rounded > 127 ? 127 : rounded));
  }

  const FrontEndTables* tables_;
  std::int16_t* ring_;  // [low_window()]
  Complex* block_;      // [fft_size / 2]
  WideSum* sums_;       // [mel_channels], and for PCAN as many backgrounds behind them
  std::int32_t oldest_ = 0;
  std::int32_t heard_ = 0;
  Decimator decimator_;
};

}  // namespace sengi::signal
