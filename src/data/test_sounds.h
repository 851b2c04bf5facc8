// SPDX-License-Identifier: Apache-2.0
// For tests: sounds, and files of every kind that hold them.
#pragma once

#include <sndfile.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <span>
#include <string>
#include <vector>

namespace sengi::data {

// Interleaved frames of one sine on every channel; full scale is 1.
inline std::vector<float> tone(double hz, double seconds, std::int32_t rate_hz,
                               std::int32_t channels = 1, double level = 0.5) {
  std::vector<float> samples;
  const auto frames = static_cast<std::int64_t>(std::llround(seconds * rate_hz));
  for (std::int64_t i = 0; i < frames; ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz;
    samples.insert(samples.end(), static_cast<std::size_t>(channels),
                   static_cast<float>(level * std::sin(phase)));
  }
  return samples;
}

// Writes with libsndfile; `format` is its SF_FORMAT_... of container and samples.
inline bool write_sound(const std::filesystem::path& path, int format,
                        std::span<const float> frames, std::int32_t rate_hz,
                        std::int32_t channels = 1) {
  std::filesystem::create_directories(path.parent_path());
  SF_INFO info{};
  info.samplerate = rate_hz;
  info.channels = channels;
  info.format = format;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) return false;
  const auto count = static_cast<sf_count_t>(frames.size());
  const bool whole = sf_write_float(file, frames.data(), count) == count;
  return sf_close(file) == 0 && whole;
}

inline bool write_wav16(const std::filesystem::path& path, std::span<const float> frames,
                        std::int32_t rate_hz, std::int32_t channels = 1) {
  return write_sound(path, SF_FORMAT_WAV | SF_FORMAT_PCM_16, frames, rate_hz, channels);
}

// How much of one frequency a sound holds: the amplitude of its best-fitting sine.
inline double amplitude_at(double hz, std::span<const std::int16_t> samples, std::int32_t rate_hz) {
  double re = 0;
  double im = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz;
    re += samples[i] * std::cos(phase);
    im += samples[i] * std::sin(phase);
  }
  return 2 * std::hypot(re, im) / static_cast<double>(samples.size()) / 32768;
}

}  // namespace sengi::data
