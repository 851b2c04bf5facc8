// SPDX-License-Identifier: Apache-2.0
#include "signal/spec_check.h"

#include <fmt/format.h>

#include <bit>

namespace sengi::signal {

std::optional<SpecFault> find_fault(const FrontEndSpec& s) {
  const auto outside = [](std::int32_t value, std::int32_t least, std::int32_t most) {
    return value < least || value > most;
  };
  if (outside(s.sample_rate_hz, 1000, 48000)) {
    return SpecFault{{"sample_rate_hz"},
                     fmt::format("the sample rate must be from 1000 to 48000 Hz, "
                                 "not {}",
                                 s.sample_rate_hz)};
  }
  if (outside(s.fft_size, 64, 4096) || !std::has_single_bit(static_cast<unsigned>(s.fft_size))) {
    return SpecFault{
        {"fft_size"},
        fmt::format("the FFT's size must be a power of two from 64 to 4096, not {}", s.fft_size)};
  }
  if (outside(s.window_samples, 1, s.fft_size)) {
    return SpecFault{{"window_ms", "fft_size", "sample_rate_hz"},
                     fmt::format("the window of {} samples does not fit an FFT of {}; "
                                 "make one of them fit the other",
                                 s.window_samples, s.fft_size)};
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
  if (outside(s.high_hz, 1, s.sample_rate_hz / 2)) {
    return SpecFault{{"high_hz", "sample_rate_hz"},
                     fmt::format("the highest frequency must be from 1 to half the "
                                 "sample rate, {} Hz, not {}",
                                 s.sample_rate_hz / 2, s.high_hz)};
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

}  // namespace sengi::signal
