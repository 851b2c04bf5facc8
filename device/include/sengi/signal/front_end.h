// SPDX-License-Identifier: Apache-2.0
// The streaming front end of every listening program: one hop of samples in, one int8 feature
// column out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sengi::signal {

enum class Feature : std::uint8_t { log_mel, mfcc };

// Everything that fixes a front end, in whole numbers.
struct FrontEndSpec {
  std::int32_t sample_rate_hz = 16000;  // 1,000 .. 48,000
  std::int32_t window_samples = 480;    // hop_samples .. fft_size
  std::int32_t hop_samples = 320;       // 1 .. window_samples
  std::int32_t fft_size = 512;          // a power of two, 64 .. 4,096
  std::int32_t mel_channels = 40;       // 2 .. 128
  std::int32_t low_hz = 20;             // lower edge of the first mel filter
  std::int32_t high_hz = 7600;          // upper edge of the last, at most sample_rate_hz / 2
  Feature feature = Feature::mfcc;
  std::int32_t coefficients = 10;       // of the DCT kept, 1 .. mel_channels; unused for log_mel

  // Values in one column.
  constexpr std::int32_t column_size() const {
    return feature == Feature::mfcc ? coefficients : mel_channels;
  }
  bool operator==(const FrontEndSpec&) const = default;
};

}  // namespace sengi::signal
