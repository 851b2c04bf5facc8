// SPDX-License-Identifier: Apache-2.0
#include "data/audio.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>

#include "base/files.h"
#include "data/audio_reader.h"
#include "data/rate_converter.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t block_frames = 16384;

struct Stretch {
  std::int64_t begin;  // frames
  std::int64_t end;
};

Result<Stretch> stretch_of(const fs::path& path, const AudioInfo& info, double start_s,
                           double end_s) {
  const auto frame_at = [&](double time_s) {
    const double frame = std::round(std::max(0.0, time_s) * info.sample_rate_hz);
    return frame < static_cast<double>(info.frames) ? static_cast<std::int64_t>(frame)
                                                    : info.frames;
  };
  if (!(start_s >= 0) || !(end_s > start_s)) {
    return Error{fmt::format("{}: the stretch from {:g} s to {:g} s is not one", path.string(),
                             start_s, end_s)};
  }
  const Stretch stretch{frame_at(start_s), frame_at(end_s)};
  if (stretch.begin >= stretch.end) {
    return Error{fmt::format("{}: no samples from {:g} s to {:g} s; it is {:.3f} s long",
                             path.string(), start_s, end_s,
                             static_cast<double>(info.frames) / info.sample_rate_hz)};
  }
  return stretch;
}

Result<void> convert(AudioReader& reader, Stretch stretch, RateConverter& converter) {
  const std::int32_t channels = reader.info().channels;
  std::vector<float> frames(block_frames * static_cast<std::size_t>(channels));
  std::vector<float> mono(block_frames);
  SENGI_CHECK(reader.seek(stretch.begin));
  for (std::int64_t at = stretch.begin; at < stretch.end;) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::int64_t>(block_frames, stretch.end - at));
    SENGI_TRY(got,
              reader.read(std::span(frames).first(wanted * static_cast<std::size_t>(channels))));
    const std::span mixed = std::span(mono).first(got);
    mix_down(frames, channels, mixed);
    SENGI_CHECK(converter.put(mixed));
    at += static_cast<std::int64_t>(got);
  }
  return {};
}

void append(std::vector<std::byte>& bytes, std::string_view text) {
  const auto raw = std::as_bytes(std::span(text));
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

void append(std::vector<std::byte>& bytes, std::uint32_t number, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    bytes.push_back(static_cast<std::byte>(number >> (8 * i) & 0xFF));
  }
}

}  // namespace

Result<AudioInfo> audio_info(const fs::path& path) {
  SENGI_TRY(reader, AudioReader::open(path));
  // A FLAC file that was cut shows it only when its end is decoded.
  SENGI_CHECK(reader.seek(reader.info().frames - 1));
  std::vector<float> frame(static_cast<std::size_t>(reader.info().channels));
  SENGI_CHECK(reader.read(frame));
  return reader.info();
}

Result<Audio> read_audio(const fs::path& path, std::int32_t sample_rate_hz, double start_s,
                         double end_s) {
  SENGI_TRY(reader, AudioReader::open(path));
  const AudioInfo& info = reader.info();
  SENGI_TRY(stretch, stretch_of(path, info, start_s, end_s));
  Audio audio;
  audio.sample_rate_hz = sample_rate_hz == 0 ? info.sample_rate_hz : sample_rate_hz;
  SENGI_TRY(converter, RateConverter::make(info.sample_rate_hz, audio.sample_rate_hz));
  SENGI_CHECK(convert(reader, stretch, converter));
  SENGI_CHECK(converter.finish());
  audio.samples = converter.take();
  return audio;
}

Result<void> write_wav(const fs::path& path, const Audio& audio) {
  constexpr std::uint32_t header_bytes = 44;
  constexpr std::size_t most_samples = (0xFFFF'FFFF - header_bytes) / 2;
  if (audio.sample_rate_hz <= 0) {
    return Error{fmt::format("{}: a recording needs a sample rate", path.string())};
  }
  if (audio.samples.size() > most_samples) {
    return Error{fmt::format("{}: longer than a WAV file can hold (4 GiB)", path.string())};
  }
  const auto rate = static_cast<std::uint32_t>(audio.sample_rate_hz);
  const auto data_bytes = static_cast<std::uint32_t>(2 * audio.samples.size());
  std::vector<std::byte> bytes;
  bytes.reserve(header_bytes + data_bytes);
  append(bytes, "RIFF");
  append(bytes, header_bytes - 8 + data_bytes, 4);
  append(bytes, "WAVEfmt ");
  append(bytes, 16, 4);        // bytes of this chunk
  append(bytes, 1, 2);         // integer PCM
  append(bytes, 1, 2);         // channels
  append(bytes, rate, 4);      // frames a second
  append(bytes, 2 * rate, 4);  // bytes a second
  append(bytes, 2, 2);         // bytes of a frame
  append(bytes, 16, 2);        // bits of a sample
  append(bytes, "data");
  append(bytes, data_bytes, 4);
  for (const std::int16_t sample : audio.samples) {
    append(bytes, static_cast<std::uint16_t>(sample), 2);
  }
  return write_file(path, bytes);
}

std::vector<std::int16_t> fit(std::span<const std::int16_t> samples, std::size_t length) {
  std::vector<std::int16_t> fitted(length, 0);
  if (samples.size() <= length) {
    std::ranges::copy(samples,
                      fitted.begin() + static_cast<std::ptrdiff_t>((length - samples.size()) / 2));
    return fitted;
  }
  const auto energy = [](std::int16_t x) { return std::int64_t{x} * x; };
  std::int64_t here = 0;
  for (std::size_t i = 0; i < length; ++i) here += energy(samples[i]);
  std::int64_t most = here;
  std::size_t best = 0;
  for (std::size_t begin = 1; begin + length <= samples.size(); ++begin) {
    here += energy(samples[begin + length - 1]) - energy(samples[begin - 1]);
    if (here > most) {
      most = here;
      best = begin;
    }
  }
  std::ranges::copy(samples.subspan(best, length), fitted.begin());
  return fitted;
}

}  // namespace sengi::data
