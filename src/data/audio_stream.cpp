// SPDX-License-Identifier: Apache-2.0
#include "data/audio_stream.h"

#include <utility>

namespace sengi::data {

Result<AudioStream> AudioStream::open(const std::filesystem::path& path,
                                      std::int32_t sample_rate_hz) {
  SENGI_TRY(reader, AudioReader::open(path));
  SENGI_TRY(converter, RateConverter::make(reader.info().sample_rate_hz, sample_rate_hz));
  return AudioStream(std::move(reader), std::move(converter));
}

Result<std::vector<std::int16_t>> AudioStream::read(std::size_t frames) {
  const std::int32_t channels = reader_.info().channels;
  frames_.resize(frames * static_cast<std::size_t>(channels));
  mono_.resize(frames);
  // A resampler keeps back what its filter needs, so that a block may come to nothing.
  while (!over_) {
    SENGI_TRY(got, reader_.read(frames_));
    const std::span mixed = std::span(mono_).first(got);
    mix_down(frames_, channels, mixed);
    SENGI_CHECK(converter_.put(mixed));
    over_ = got < frames;
    if (over_) SENGI_CHECK(converter_.finish());
    std::vector<std::int16_t> samples = converter_.take();
    if (!samples.empty()) return samples;
  }
  return std::vector<std::int16_t>{};
}

}  // namespace sengi::data
