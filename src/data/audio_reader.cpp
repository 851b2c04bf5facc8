// SPDX-License-Identifier: Apache-2.0
#include "data/audio_reader.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>

#include "data/audio_container.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

// Beyond these a header is damaged rather than a recorder unusual (hydrophones and bat detectors
// reach 500 kHz).
constexpr std::int32_t least_rate_hz = 100;
constexpr std::int32_t most_rate_hz = 2'000'000;
constexpr std::int32_t most_channels = 256;

Error fault(const fs::path& path, std::string_view what) {
  return Error{fmt::format("{}: {}", path.string(), what)};
}

std::string major_format(int format) {
  switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
    case SF_FORMAT_RF64:
      return "WAV";
    case SF_FORMAT_AIFF:
      return "AIFF";
    case SF_FORMAT_FLAC:
      return "FLAC";
    case SF_FORMAT_OGG:
      return "OGG";
    case SF_FORMAT_MPEG:
      return "MP3";
    case SF_FORMAT_AU:
      return "AU";
    case SF_FORMAT_CAF:
      return "CAF";
    default:
      return "other";
  }
}

Result<void> check_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return fault(path, "no such file");
  if (fs::is_directory(status)) return fault(path, "is a folder, not a recording");
  const auto size = fs::file_size(path, error);
  if (!error && size == 0) return fault(path, "an empty file; record or copy it again");
  return {};
}

Result<void> check_header(const fs::path& path, const SF_INFO& info) {
  if (info.samplerate < least_rate_hz || info.samplerate > most_rate_hz) {
    return fault(path, fmt::format("its header says {} samples a second, which cannot be right",
                                   info.samplerate));
  }
  if (info.channels < 1 || info.channels > most_channels) {
    return fault(path,
                 fmt::format("its header says {} channels, which cannot be right", info.channels));
  }
  if (info.frames <= 0) return fault(path, "holds no samples; record it again or remove it");
  return {};
}

Error cut_short(const fs::path& path, std::string_view what) {
  return fault(path, fmt::format("cut short: {}; copy it again from the recorder", what));
}

// libsndfile keeps why it could not open a file in one place for the whole program.
SNDFILE* open_handle(const fs::path& path, SF_INFO& header, std::string& why) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  SNDFILE* const handle = sf_open(path.c_str(), SFM_READ, &header);
  if (handle == nullptr) {
    why = sf_strerror(nullptr);
    while (why.ends_with('.')) why.pop_back();
  }
  return handle;
}

}  // namespace

struct AudioReader::File {
  SNDFILE* handle;
  SF_INFO info;

  File(SNDFILE* opened, const SF_INFO& header) : handle(opened), info(header) {}
  ~File() { sf_close(handle); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
};

AudioReader::AudioReader(fs::path path, AudioInfo info, std::unique_ptr<File> file)
    : path_(std::move(path)), info_(std::move(info)), file_(std::move(file)) {}
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;
AudioReader::~AudioReader() = default;

Result<AudioReader> AudioReader::open(const fs::path& path) {
  SENGI_CHECK(check_file(path));
  SENGI_TRY(missing, missing_bytes(path));
  if (!missing.what.empty() && missing.certain) return cut_short(path, missing.what);
  SF_INFO header{};
  std::string why;
  SNDFILE* const handle = open_handle(path, header, why);
  if (handle == nullptr) {
    if (!missing.what.empty()) return cut_short(path, missing.what);
    return fault(path, fmt::format("not a recording that can be read ({}); WAV, FLAC, OGG and AIFF "
                                   "can",
                                   why));
  }
  auto file = std::make_unique<File>(handle, header);
  // By the end of its name alone libsndfile takes a file without a header for bare samples.
  if ((header.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RAW) {
    return fault(path, "not a recording that can be read (no header); WAV, FLAC, OGG and AIFF can");
  }
  if (!missing.what.empty() && header.frames <= 0) return cut_short(path, missing.what);
  SENGI_CHECK(check_header(path, header));
  AudioInfo info{header.samplerate, header.channels, header.frames, major_format(header.format)};
  return AudioReader(path, std::move(info), std::move(file));
}

std::int32_t AudioReader::bits() const {
  switch (file_->info.format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return 8;
    case SF_FORMAT_PCM_16:
      return 16;
    case SF_FORMAT_PCM_24:
      return 24;
    case SF_FORMAT_PCM_32:
      return 32;
    default:
      return 0;
  }
}

Result<void> AudioReader::seek(std::int64_t frame) {
  if (frame == next_frame_) return {};
  if (sf_seek(file_->handle, frame, SEEK_SET) != frame) {
    return cut_short(path_, fmt::format("cannot be decoded {:.3f} s into it",
                                        static_cast<double>(frame) / info_.sample_rate_hz));
  }
  next_frame_ = frame;
  return {};
}

Result<std::size_t> AudioReader::read(std::span<float> samples) {
  const auto channels = static_cast<std::size_t>(info_.channels);
  const auto wanted =
      std::min(static_cast<std::int64_t>(samples.size() / channels), info_.frames - next_frame_);
  const sf_count_t got = sf_readf_float(file_->handle, samples.data(), wanted);
  if (got < wanted) {
    return cut_short(path_, fmt::format("its header promises {} samples, {} can be decoded",
                                        info_.frames, next_frame_ + got));
  }
  const std::span read = samples.first(static_cast<std::size_t>(got) * channels);
  const auto bad = std::ranges::find_if(read, [](float x) { return !std::isfinite(x); });
  if (bad != read.end()) {
    const std::int64_t frame = next_frame_ + (bad - read.begin()) / info_.channels;
    return fault(path_, fmt::format("the sample at {:.3f} s is not a number; write it again",
                                    static_cast<double>(frame) / info_.sample_rate_hz));
  }
  next_frame_ += got;
  return static_cast<std::size_t>(got);
}

std::int16_t to_int16(float sample) {
  const float scaled = std::nearbyint(sample * 32768.0F);
  return static_cast<std::int16_t>(std::clamp(scaled, -32768.0F, 32767.0F));
}

void mix_down(std::span<const float> interleaved, std::int32_t channels, std::span<float> mono) {
  const auto step = static_cast<std::size_t>(channels);
  for (std::size_t frame = 0; frame < mono.size(); ++frame) {
    double sum = 0;
    for (const float sample : interleaved.subspan(frame * step, step)) sum += sample;
    mono[frame] = static_cast<float>(sum / channels);
  }
}

}  // namespace sengi::data
