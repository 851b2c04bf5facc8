// SPDX-License-Identifier: Apache-2.0
// A recording of any length as 16-bit samples at a rate of one's own, block by block: together the
// samples that read_audio() gives, in the memory of one block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "data/audio_reader.h"
#include "data/rate_converter.h"

namespace sengi::data {

class AudioStream {
 public:
  // Errors: as audio_info(), of what can be seen before it is decoded.
  static Result<AudioStream> open(const std::filesystem::path& path, std::int32_t sample_rate_hz);

  const AudioInfo& info() const { return reader_.info(); }

  // The next samples, about `frames` of the file's; none at its end.
  // Errors: as AudioReader::read().
  Result<std::vector<std::int16_t>> read(std::size_t frames = 65536);

 private:
  AudioStream(AudioReader reader, RateConverter converter)
      : reader_(std::move(reader)), converter_(std::move(converter)) {}

  AudioReader reader_;
  RateConverter converter_;
  bool over_ = false;
  std::vector<float> frames_;
  std::vector<float> mono_;
};

}  // namespace sengi::data
