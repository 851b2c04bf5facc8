// SPDX-License-Identifier: Apache-2.0
// The front end of everything that comes as rows of numbers: a row in at a time, and features of
// the latest window whenever they are asked for.
//
//   std::int32_t memory[SeriesFrontEnd::memory_words(spec)];  // known when the program is compiled
//   SeriesFrontEnd front_end(tables, memory);
//   std::int8_t features[spec.height() * spec.channels()];
//   while (read(row)) {
//     front_end.push(row);
//     if (front_end.full()) front_end.features(features), use(features);
//   }
//
// Values are int16 counts. Features are a matrix [height][channels].
//
// raw: a row of features is a row of values, the oldest first.
//
// statistics: a row of features is a segment, rows i * rows / segments up to but not including
// (i + 1) * rows / segments of the window. Channels stand axis by axis, first the axes and then the
// lengths of the vectors; of each:
//
//   0  mean         counts, to nearest
//   1  deviation    log2(1 + the standard deviation in counts), in 1/4096 of an octave
//   2  lowest       counts
//   3  highest      counts
//   4  change       log2(1 + the mean of |row - row before| in counts), in 1/4096 of an octave
//   5  crossings    how many of the steps from row to row go from one side of the mean to the
//                   other: their share, 1.0 = 2^14
//
// What a thing does lies in the ratios of its deviations, not in their differences: a walk has ten
// times that of a rest, a run three times that of a walk. Hence the logarithms. The length of a
// vector is to the nearest count.
//
// spectral: the same, and behind the crossings of each axis its bands: log2 of the energy in a band
// of the segment's spectrum, in 1/4096 of an octave. The segment goes through Hann's window without
// its mean and is followed by zeros up to the transform's size. An energy is the sum of the squared
// magnitudes of a band's bins, in squared counts; what is below one counts as one.
//
// Last, each value is shifted and scaled to int8 by constants. Integers only, the same bytes on
// every machine.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "sengi/signal/fft.h"
#include "sengi/signal/log2.h"
#include "sengi/signal/mel.h"
#include "sengi/signal/series_spec.h"

namespace sengi::signal {

// Rows of the longest segment.
constexpr std::int32_t longest_segment(const SeriesSpec& spec) {
  return (spec.rows + spec.segments - 1) / spec.segments;
}

// Of a segment's transform: a power of two, 8 .. 4,096.
constexpr std::int32_t series_fft_size(const SeriesSpec& spec) {
  const std::uint32_t least = std::bit_ceil(static_cast<std::uint32_t>(longest_segment(spec)));
  return least < 8 ? 8 : static_cast<std::int32_t>(least);
}

// Weights of Hann's windows: one as long as the longest segment, and where segments differ, by a
// row, one of the shorter behind it.
constexpr std::int32_t series_window_size(const SeriesSpec& spec) {
  const std::int32_t longest = longest_segment(spec);
  return spec.rows % spec.segments == 0 ? longest : 2 * longest - 1;
}

inline constexpr int share_bits = 14;  // of the crossings

inline constexpr std::uint8_t outside_bands = 255;  // in `band`: the bin is in none

// The constants a series front end runs on. The arrays belong to whoever made them.
struct SeriesTables {
  SeriesSpec spec;
  const std::int32_t* offset;      // [channels]
  const std::int32_t* multiplier;  // [channels] 1.0 = 2^16
  // For spectral alone, else null.
  const std::uint16_t* window;  // [series_window_size(spec)] 1.0 = 2^15
  const std::int32_t* sine;     // [sine_table_size(series_fft_size(spec))], see fft.h
  const std::uint8_t* band;     // [series_fft_size(spec) / 2 + 1] that a bin belongs to
};

namespace series_steps {

// The greatest whole number whose square is at most x.
constexpr std::uint32_t square_root(std::uint64_t x) {
  std::uint64_t root = 0;
  std::uint64_t bit = std::uint64_t{1} << 62;
  while (bit > x) bit >>= 2;
  for (; bit != 0; bit >>= 2) {
    if (x >= root + bit) {
      x -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return static_cast<std::uint32_t>(root);
}

// The length of a vector, to nearest: at most 56,756.
constexpr std::uint16_t length_of(std::int32_t x, std::int32_t y, std::int32_t z) {
  const auto square =
      static_cast<std::uint64_t>(std::int64_t{x} * x + std::int64_t{y} * y + std::int64_t{z} * z);
  // Twice the root knows which half of a count it is in.
  return static_cast<std::uint16_t>((square_root(4 * square) + 1) / 2);
}

// numerator / count, to nearest, halves up. Requires: count > 0, |numerator| below 2^62.
constexpr std::int64_t quotient(std::int64_t numerator, std::int64_t count) {
  const std::int64_t doubled = 2 * numerator + count;
  const std::int64_t whole = doubled / (2 * count);
  return whole - (whole * 2 * count > doubled ? 1 : 0);
}

// log2(1 + part / whole), in 1/4096 of an octave.
constexpr std::int32_t log2_of_one_and(std::uint64_t part, std::uint64_t whole) {
  return log2_fixed(whole + part) - log2_fixed(whole);
}

}  // namespace series_steps

class SeriesFrontEnd {
 public:
  // Words of memory that a front end works in: the latest rows, and for spectral the block that is
  // transformed and the bands' sums.
  static constexpr std::size_t memory_words(const SeriesSpec& spec) {
    const std::size_t spectral =
        static_cast<std::size_t>(series_fft_size(spec)) + 2 * static_cast<std::size_t>(spec.bands);
    return ring_words(spec) + (spec.feature == SeriesFeature::spectral ? spectral : 0);
  }

  // `tables` and `memory` outlive this object. Requires: memory.size() >= memory_words(spec).
  SeriesFrontEnd(const SeriesTables& tables, std::span<std::int32_t> memory)
      : tables_(&tables), memory_(memory.data()) {}

  // Takes a row [axes].
  void push(const std::int16_t* row) {
    const SeriesSpec& spec = tables_->spec;
    std::uint16_t* to = ring() + std::size_t(oldest_) * width(spec);
    for (std::int32_t axis = 0; axis < spec.axes; ++axis) {
      to[axis] = static_cast<std::uint16_t>(row[axis]);
    }
    for (std::int32_t vector = 0; vector < lengths(spec); ++vector) {
      const std::int16_t* v = row + std::ptrdiff_t{3} * vector;
      to[spec.axes + vector] = series_steps::length_of(v[0], v[1], v[2]);
    }
    if (++oldest_ == spec.rows) oldest_ = 0;
    if (heard_ < spec.rows) ++heard_;
  }

  // Whether a whole window was pushed.
  bool full() const { return heard_ == tables_->spec.rows; }

  // Features [height][channels] of the latest window. Requires: full().
  void features(std::int8_t* out) const {
    describe([&](std::int32_t channel, std::int32_t value) {
      *out++ = quantize(value, tables_->offset[channel], tables_->multiplier[channel]);
    });
  }

  // The same, without the last step.
  void unscaled(std::int32_t* out) const {
    describe([&](std::int32_t, std::int32_t value) { *out++ = value; });
  }

  // Forgets all that was pushed.
  void reset() { oldest_ = heard_ = 0; }

 private:
  // What is known of a segment of an axis before its spectrum.
  struct Sums {
    std::int64_t values = 0;
    std::uint64_t squares = 0;
    std::int32_t lowest = INT32_MAX;
    std::int32_t highest = INT32_MIN;
    std::uint64_t changes = 0;
  };

  // Vectors whose lengths are kept beside their rows.
  static constexpr std::int32_t lengths(const SeriesSpec& spec) {
    return spec.feature == SeriesFeature::raw ? 0 : spec.vectors;
  }
  static constexpr std::size_t width(const SeriesSpec& spec) {
    return static_cast<std::size_t>(spec.axes + lengths(spec));
  }
  static constexpr std::size_t ring_words(const SeriesSpec& spec) {
    return (static_cast<std::size_t>(spec.rows) * width(spec) + 1) / 2;
  }

  std::uint16_t* ring() const {
    return reinterpret_cast<std::uint16_t*>(memory_);
  }                         // [rows][width]
  Complex* block() const {  // [fft_size / 2]
    return reinterpret_cast<Complex*>(memory_ + ring_words(tables_->spec));
  }
  WideSum* sums() const {  // [bands]
    return reinterpret_cast<WideSum*>(memory_ + ring_words(tables_->spec) +
                                      series_fft_size(tables_->spec));
  }

  // Calls use(value) for an axis's values in rows first .. end - 1 of the window.
  template <typename Use>
  void each(std::int32_t axis, std::int32_t first, std::int32_t end, Use use) const {
    const SeriesSpec& spec = tables_->spec;
    const bool is_length = axis >= spec.axes;
    std::int32_t at = oldest_ + first;
    if (at >= spec.rows) at -= spec.rows;
    for (std::int32_t i = first; i < end; ++i) {
      const std::uint16_t word = ring()[std::size_t(at) * width(spec) + std::size_t(axis)];
      use(is_length ? std::int32_t{word} : std::int32_t{static_cast<std::int16_t>(word)});
      if (++at == spec.rows) at = 0;
    }
  }

  // Calls use(channel, value) in the order of the features.
  template <typename Use>
  void describe(Use use) const {
    const SeriesSpec& spec = tables_->spec;
    if (spec.feature == SeriesFeature::raw) {
      for (std::int32_t row = 0; row < spec.rows; ++row) {
        for (std::int32_t axis = 0; axis < spec.axes; ++axis) {
          each(axis, row, row + 1, [&](std::int32_t value) { use(axis, value); });
        }
      }
      return;
    }
    for (std::int32_t i = 0; i < spec.segments; ++i) {
      const std::int32_t first = i * spec.rows / spec.segments;
      const std::int32_t end = (i + 1) * spec.rows / spec.segments;
      std::int32_t channel = 0;
      const auto next = [&](std::int32_t value) { use(channel++, value); };
      for (std::int32_t axis = 0; axis < spec.axes + spec.vectors; ++axis) {
        const Sums sums = add_up(axis, first, end);
        statistics(axis, first, end, sums, next);
        if (spec.feature == SeriesFeature::spectral) spectrum(axis, first, end, sums, next);
      }
    }
  }

  Sums add_up(std::int32_t axis, std::int32_t first, std::int32_t end) const {
    Sums sums;
    bool any = false;
    std::int32_t before = 0;
    each(axis, first, end, [&](std::int32_t x) {
      sums.values += x;
      sums.squares += static_cast<std::uint64_t>(std::int64_t{x} * x);
      if (x < sums.lowest) sums.lowest = x;
      if (x > sums.highest) sums.highest = x;
      if (any) sums.changes += static_cast<std::uint64_t>(x < before ? before - x : x - before);
      before = x;
      any = true;
    });
    return sums;
  }

  template <typename Next>
  void statistics(std::int32_t axis, std::int32_t first, std::int32_t end, const Sums& sums,
                  Next next) const {
    using namespace series_steps;
    const std::int64_t count = end - first;
    next(static_cast<std::int32_t>(quotient(sums.values, count)));
    // count * deviation is the root of count * squares - values^2, below 2^56; taken in eighths.
    const std::uint64_t spread = static_cast<std::uint64_t>(count) * sums.squares -
                                 static_cast<std::uint64_t>(sums.values * sums.values);
    next(log2_of_one_and(square_root(spread << 6), static_cast<std::uint64_t>(count) << 3));
    next(sums.lowest);
    next(sums.highest);
    next(count > 1 ? log2_of_one_and(sums.changes, static_cast<std::uint64_t>(count - 1)) : 0);
    // A value that is the mean stays on the side where the one before it was.
    std::int32_t crossings = 0;
    int side = 0;
    each(axis, first, end, [&](std::int32_t x) {
      const std::int64_t above = x * count - sums.values;
      if (above == 0) return;
      const int now = above > 0 ? 1 : -1;
      if (side == -now) ++crossings;
      side = now;
    });
    next(count > 1
             ? static_cast<std::int32_t>(quotient(std::int64_t{crossings} << share_bits, count - 1))
             : 0);
  }

  template <typename Next>
  void spectrum(std::int32_t axis, std::int32_t first, std::int32_t end, const Sums& sums,
                Next next) const {
    const SeriesSpec& spec = tables_->spec;
    const int exponent = transform(axis, first, end, sums);
    WideSum* energies = this->sums();
    std::memset(energies, 0, sizeof(WideSum) * static_cast<std::size_t>(spec.bands));
    // Powers are kept in steps of 2^11, so that 2,048 bins of any size add up in 64 bits.
    constexpr int step = 11;
    real_bins(block(), series_fft_size(spec), tables_->sine, [&](std::int32_t k, Complex bin) {
      const std::uint8_t band = tables_->band[k];
      if (band == outside_bands) return;
      const auto power = static_cast<std::uint64_t>(std::int64_t{bin.re} * bin.re) +
                         static_cast<std::uint64_t>(std::int64_t{bin.im} * bin.im);
      energies[band].add(power >> step);
    });
    for (std::int32_t band = 0; band < spec.bands; ++band) {
      const std::uint64_t sum = energies[band].value();
      const std::int32_t value =
          sum == 0 ? 0 : log2_fixed(sum) + (step - 2 * exponent) * (1 << log2_fraction_bits);
      next(value > 0 ? value : 0);
    }
  }

  // Windows an axis without its mean into the block and transforms it. Returns e: a bin is 2^e
  // times that of the windowed counts.
  int transform(std::int32_t axis, std::int32_t first, std::int32_t end, const Sums& sums) const {
    const SeriesSpec& spec = tables_->spec;
    const std::int32_t count = end - first;
    // Differences of 16-bit numbers, and of lengths, stay below 2^29 in steps of 2^-13.
    constexpr int fraction_bits = 13;
    const auto mean = static_cast<std::int32_t>(
        series_steps::quotient(sums.values * (std::int64_t{1} << fraction_bits), count));
    auto* x = reinterpret_cast<std::int32_t*>(block());
    std::uint32_t highest = 0;
    std::int32_t i = 0;
    each(axis, first, end, [&](std::int32_t value) {
      x[i] = value * (std::int32_t{1} << fraction_bits) - mean;
      highest |= fft_steps::magnitude(x[i]);
      ++i;
    });
    std::memset(x + count, 0,
                sizeof(std::int32_t) * static_cast<std::size_t>(series_fft_size(spec) - count));
    // Quiet segments are raised to where loud ones are, so that rounding costs both alike.
    int raised = 0;
    while (highest != 0 && (highest << (raised + 1)) < fft_steps::room) ++raised;
    const std::int32_t longest = longest_segment(spec);
    const std::uint16_t* window = tables_->window + (count == longest ? 0 : longest);
    for (i = 0; i < count; ++i) {
      const std::int64_t weighted = std::int64_t{x[i]} * (std::int32_t{1} << raised) * window[i];
      x[i] = static_cast<std::int32_t>((weighted + (1 << 14)) >> 15);
    }
    return fraction_bits + raised - fft(block(), series_fft_size(spec), tables_->sine);
  }

  static std::int8_t quantize(std::int32_t value, std::int32_t offset, std::int32_t multiplier) {
    const std::int64_t scaled = (std::int64_t{value} - offset) * multiplier;
    const std::int64_t rounded = (scaled + (1 << 15)) >> 16;
    return static_cast<std::int8_t>(rounded < -128 ? -128 : (rounded > 127 ? 127 : rounded));
  }

  const SeriesTables* tables_;
  std::int32_t* memory_;
  std::int32_t oldest_ = 0;  // row of the ring that is overwritten next
  std::int32_t heard_ = 0;   // rows, up to a window's
};

}  // namespace sengi::signal
