// SPDX-License-Identifier: Apache-2.0
// A recording read block by block as it is stored: its own rate, all its channels, as floats with
// full scale at 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/result.h"
#include "data/audio.h"

namespace sengi::data {

class AudioReader {
 public:
  // Errors: as audio_info().
  static Result<AudioReader> open(const std::filesystem::path& path);

  AudioReader(AudioReader&&) noexcept;
  AudioReader& operator=(AudioReader&&) noexcept;
  ~AudioReader();

  const AudioInfo& info() const { return info_; }
  // Bits of one stored sample, 0 for compressed formats and floats.
  std::int32_t bits() const;

  // Errors: the file cannot be decoded up to there.
  Result<void> seek(std::int64_t frame);

  // Reads the next frames, interleaved, and returns their count: less than fit only at the end.
  // Errors: the file ends before the frames its header promises; a sample that is not a number.
  Result<std::size_t> read(std::span<float> samples);

 private:
  struct File;
  AudioReader(std::filesystem::path path, AudioInfo info, std::unique_ptr<File> file);

  std::filesystem::path path_;
  AudioInfo info_;
  std::unique_ptr<File> file_;
  std::int64_t next_frame_ = 0;
};

// One sample of 16 bits from a float with full scale at 1: rounded, and held at full scale when it
// lies beyond.
std::int16_t to_int16(float sample);

// The mean of each frame's channels.
void mix_down(std::span<const float> interleaved, std::int32_t channels, std::span<float> mono);

}  // namespace sengi::data
