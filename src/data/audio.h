// SPDX-License-Identifier: Apache-2.0
// Recordings as samples: WAV, FLAC, OGG, AIFF and whatever else libsndfile reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <vector>

#include "base/result.h"

namespace sengi::data {

// Mono (channels averaged), 16-bit.
struct Audio {
  std::int32_t sample_rate_hz = 0;
  std::vector<std::int16_t> samples;

  double duration_s() const {
    return static_cast<double>(samples.size()) / static_cast<double>(sample_rate_hz);
  }
};

struct AudioInfo {
  std::int32_t sample_rate_hz;
  std::int32_t channels;
  std::int64_t frames;
  std::string format;  // "WAV", "FLAC" ...
};

// Errors: missing, empty, not audio, cut short (fewer frames than the header promises), no samples.
Result<AudioInfo> audio_info(const std::filesystem::path& path);

// Reads [start_s, end_s) of a file and resamples it (libsoxr, high quality) to sample_rate_hz;
// 0 keeps the file's own rate.
Result<Audio> read_audio(const std::filesystem::path& path, std::int32_t sample_rate_hz,
                         double start_s = 0,
                         double end_s = std::numeric_limits<double>::infinity());

// 16-bit PCM WAV.
Result<void> write_wav(const std::filesystem::path& path, const Audio& audio);

// Exactly `length` samples: a shorter recording is centred in zeros, of a longer one the stretch
// with the most energy is kept.
std::vector<std::int16_t> fit(std::span<const std::int16_t> samples, std::size_t length);

}  // namespace sengi::data
