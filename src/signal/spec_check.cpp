// SPDX-License-Identifier: Apache-2.0
#include "signal/spec_check.h"

#include <fmt/format.h>

#include <bit>

#include "sengi/signal/series_front_end.h"

namespace sengi::signal {
namespace {

bool outside(std::int32_t value, std::int32_t least, std::int32_t most) {
  return value < least || value > most;
}

}  // namespace

std::optional<SpecFault> find_fault(const FrontEndSpec& s) {
  if (outside(s.sample_rate_hz, 1000, 48000)) {
    return SpecFault{{"sample_rate_hz"},
                     fmt::format("the sample rate must be from 1000 to 48000 Hz, "
                                 "not {}",
                                 s.sample_rate_hz)};
  }
  if (outside(s.decimate, 1, most_decimation)) {
    return SpecFault{{"decimate"},
                     fmt::format("decimate must be from 1 to {} samples for one, not {}",
                                 most_decimation, s.decimate)};
  }
  constexpr std::int32_t least_low_rate_hz = 500;
  if (s.decimate > 1 &&
      (s.sample_rate_hz % s.decimate != 0 || s.low_rate_hz() < least_low_rate_hz)) {
    return SpecFault{{"decimate", "sample_rate_hz"},
                     fmt::format("decimating {} Hz by {} must give a whole rate of {} Hz or more",
                                 s.sample_rate_hz, s.decimate, least_low_rate_hz)};
  }
  if (s.window_samples % s.decimate != 0 || s.hop_samples % s.decimate != 0) {
    return SpecFault{{"window_ms", "hop_ms", "decimate"},
                     fmt::format("the window of {} samples and the hop of {} must be multiples of "
                                 "decimate, {}",
                                 s.window_samples, s.hop_samples, s.decimate)};
  }
  if (outside(s.fft_size, 64, 4096) || !std::has_single_bit(static_cast<unsigned>(s.fft_size))) {
    return SpecFault{
        {"fft_size"},
        fmt::format("the FFT's size must be a power of two from 64 to 4096, not {}", s.fft_size)};
  }
  if (outside(s.low_window(), 1, s.fft_size)) {
    return SpecFault{{"window_ms", "fft_size", "sample_rate_hz", "decimate"},
                     fmt::format("the window of {} samples does not fit an FFT of {}; "
                                 "make one of them fit the other",
                                 s.low_window(), s.fft_size)};
  }
  if (outside(s.hop_samples, 1, s.window_samples)) {
    return SpecFault{{"hop_ms", "window_ms"},
                     fmt::format("the hop of {} samples must be from 1 to the window's {}",
                                 s.hop_samples, s.window_samples)};
  }
  if (outside(s.mel_channels, 2, 128)) {
    return SpecFault{{"mel_channels"},
                     fmt::format("there must be 2 to 128 mel channels, not {}", s.mel_channels)};
  }
  if (outside(s.high_hz, 1, s.highest_hz())) {
    return SpecFault{
        {"high_hz", "sample_rate_hz", "decimate"},
        fmt::format("the highest frequency must be from 1 to {}, {} Hz, not {}",
                    s.decimate == 1 ? "half the sample rate" : "what the decimator passes",
                    s.highest_hz(), s.high_hz)};
  }
  if (outside(s.low_hz, 0, s.high_hz - 1)) {
    return SpecFault{{"low_hz", "high_hz", "sample_rate_hz"},
                     fmt::format("the lowest frequency, {} Hz, must be from 0 to below "
                                 "the highest, {} Hz",
                                 s.low_hz, s.high_hz)};
  }
  const bool mfcc = s.feature == Feature::mfcc;
  if (mfcc && outside(s.coefficients, 1, s.mel_channels)) {
    return SpecFault{{"coefficients", "mel_channels"},
                     fmt::format("the DCT keeps from 1 to {} coefficients (one a mel channel), "
                                 "not {}",
                                 s.mel_channels, s.coefficients)};
  }
  return std::nullopt;
}

std::optional<SpecFault> find_series_fault(const SeriesSpec& s) {
  constexpr std::int32_t most_rows = 4096;
  constexpr std::int32_t most_axes = 256;
  constexpr std::int32_t most_bands = 32;
  if (outside(s.rows, 1, most_rows)) {
    return SpecFault{{"clip_ms", "sample_rate_hz"},
                     fmt::format("a window must have from 1 to {} rows, not {}; make clip_ms or "
                                 "sample_rate_hz smaller or larger",
                                 most_rows, s.rows)};
  }
  if (outside(s.axes, 1, most_axes)) {
    return SpecFault{{"axes"},
                     fmt::format("a row must have from 1 to {} values, not {}", most_axes, s.axes)};
  }
  if (s.feature == SeriesFeature::raw) return std::nullopt;
  if (outside(s.segments, 1, s.rows)) {
    return SpecFault{{"segments", "clip_ms", "sample_rate_hz"},
                     fmt::format("a window of {} rows has from 1 to {} segments, not {}", s.rows,
                                 s.rows, s.segments)};
  }
  if (outside(s.vectors, 0, s.axes / 3)) {
    return SpecFault{{"vectors", "axes"},
                     fmt::format("{} axes hold from 0 to {} vectors of three, not {}", s.axes,
                                 s.axes / 3, s.vectors)};
  }
  if (s.feature != SeriesFeature::spectral) return std::nullopt;
  if (outside(s.bands, 1, most_bands)) {
    return SpecFault{{"bands"},
                     fmt::format("a spectrum has from 1 to {} bands, not {}", most_bands, s.bands)};
  }
  if (const std::int32_t bins = series_fft_size(s) / 2; s.bands > bins) {
    return SpecFault{{"bands", "segments", "clip_ms"},
                     fmt::format("{} bands are more than the {} frequencies that a segment of {} "
                                 "rows is parted into; ask for at most as many bands, or for fewer "
                                 "segments or a longer clip_ms",
                                 s.bands, bins, longest_segment(s))};
  }
  return std::nullopt;
}

}  // namespace sengi::signal
