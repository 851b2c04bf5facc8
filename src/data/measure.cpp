// SPDX-License-Identifier: Apache-2.0
#include "data/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <span>
#include <thread>

#include "base/hash.h"
#include "base/progress.h"
#include "base/text.h"
#include "data/audio_reader.h"

namespace sengi::data {
namespace {

constexpr std::size_t block_frames = 16384;

// SHA-256 over the digests of blocks, so that a recording of hours needs no memory of its size.
class SampleHash {
 public:
  explicit SampleHash(std::int32_t sample_rate_hz) : digests_(std::to_string(sample_rate_hz)) {}

  void put(std::int16_t sample) {
    block_.push_back(sample);
    if (block_.size() == block_samples) close_block();
  }

  std::string finish() {
    if (!block_.empty()) close_block();
    block_.shrink_to_fit();  // a file may have thousands of clips
    return sha256(digests_);
  }

 private:
  static constexpr std::size_t block_samples = 1 << 18;

  void close_block() {
    digests_ += sha256(std::as_bytes(std::span(block_)));
    block_.clear();
  }

  std::string digests_;
  std::vector<std::int16_t> block_;
};

// Takes the frames of one clip one after another.
class Meter {
 public:
  Meter(std::int64_t first_frame, std::int32_t sample_rate_hz)
      : next_frame_(first_frame), rate_(sample_rate_hz), hash_(sample_rate_hz) {}

  void put(std::int16_t mono, bool full_scale) {
    const double value = mono / 32768.0;
    energy_ += value * value;
    hash_.put(mono);
    run_ = full_scale ? run_ + 1 : 0;
    measures_.full_scale += full_scale ? 1 : 0;
    if (run_ > measures_.longest_run) {
      measures_.longest_run = run_;
      const std::int64_t start = next_frame_ + 1 - static_cast<std::int64_t>(run_);
      measures_.longest_run_s = static_cast<double>(start) / rate_;
    }
    ++measures_.samples;
    ++next_frame_;
  }

  ClipMeasures finish() {
    const auto count = static_cast<double>(measures_.samples);
    measures_.duration_s = count / rate_;
    measures_.rms = count == 0 ? 0 : std::sqrt(energy_ / count);
    measures_.samples_sha256 = hash_.finish();
    return measures_;
  }

 private:
  std::int64_t next_frame_;
  double rate_;
  SampleHash hash_;
  double energy_ = 0;
  std::size_t run_ = 0;
  ClipMeasures measures_;
};

// The largest value of a sample; one of 24 bits that was clipped at 16 before is caught as well.
float full_scale_of(std::int32_t bits) { return bits == 8 ? 127.0F / 128 : 32767.0F / 32768; }

bool at_full_scale(std::span<const float> frame, float full_scale) {
  return std::ranges::any_of(frame, [&](float x) { return std::abs(x) >= full_scale; });
}

// A clip of a file that is being read, in frames.
struct Part {
  std::size_t clip;
  std::int64_t begin;
  std::int64_t end;
  Meter meter;
  ClipMeasures measures{};  // once its end was read
};

class FileMeasurer {
 public:
  FileMeasurer(const Dataset& dataset, Measures& measures) : dataset_(dataset), all_(measures) {}

  // Errors: the file cannot be read.
  Result<void> run(FileMeasures& file) {
    SENGI_TRY(reader, AudioReader::open(file.path));
    file.info = reader.info();
    file.bits = reader.bits();
    std::vector<Part> parts;
    for (const std::size_t clip : file.clips) add_part(clip, file.info, parts);
    SENGI_CHECK(read_all(reader, file.bits, parts));
    for (Part& part : parts) {
      const double end_s = dataset_.clips[part.clip].end_s;
      const double length_s = static_cast<double>(file.info.frames) / file.info.sample_rate_hz;
      if (std::isfinite(end_s)) part.measures.past_end_s = std::max(0.0, end_s - length_s);
      all_.clips[part.clip] = std::move(part.measures);
    }
    return {};
  }

 private:
  void add_part(std::size_t index, const AudioInfo& info, std::vector<Part>& parts) {
    const Clip& clip = dataset_.clips[index];
    const auto frame_at = [&](double time_s) {
      const double frame = std::round(time_s * info.sample_rate_hz);
      return frame < static_cast<double>(info.frames) ? static_cast<std::int64_t>(frame)
                                                      : info.frames;
    };
    const std::int64_t begin = frame_at(clip.start_s);
    const std::int64_t end = frame_at(clip.end_s);
    if (begin < end) {
      parts.push_back({index, begin, end, Meter(begin, info.sample_rate_hz), {}});
      return;
    }
    all_.clip_faults[index] =
        fmt::format("no samples from {:g} s to {:g} s; it is {:.3f} s long", clip.start_s,
                    clip.end_s, static_cast<double>(info.frames) / info.sample_rate_hz);
  }

  static Result<void> read_all(AudioReader& reader, std::int32_t bits, std::vector<Part>& parts) {
    const auto channels = static_cast<std::size_t>(reader.info().channels);
    const float full_scale = full_scale_of(bits);
    std::vector<float> frames(block_frames * channels);
    std::vector<float> mono(block_frames);
    for (std::int64_t at = 0; at < reader.info().frames;) {
      SENGI_TRY(got, reader.read(frames));
      mix_down(frames, reader.info().channels, std::span(mono).first(got));
      const std::int64_t next = at + static_cast<std::int64_t>(got);
      for (Part& part : parts) {
        for (std::int64_t i = std::max(at, part.begin); i < std::min(next, part.end); ++i) {
          const auto k = static_cast<std::size_t>(i - at);
          const std::span frame = std::span(frames).subspan(k * channels, channels);
          part.meter.put(to_int16(mono[k]), at_full_scale(frame, full_scale));
        }
        if (at < part.end && part.end <= next) part.measures = part.meter.finish();
      }
      at = next;
    }
    return {};
  }

  const Dataset& dataset_;
  Measures& all_;
};

std::vector<FileMeasures> files_of(const Dataset& dataset) {
  std::vector<FileMeasures> files;
  for (std::size_t i = 0; i < dataset.clips.size(); ++i) {
    const Clip& clip = dataset.clips[i];
    if (files.empty() || files.back().path != clip.path) {
      files.emplace_back();
      files.back().path = clip.path;
    }
    files.back().clips.push_back(i);
  }
  return files;
}

}  // namespace

double ClipMeasures::dbfs() const {
  constexpr double least = -120;
  return rms > 0 ? std::max(least, 20 * std::log10(rms)) : least;
}

Result<Measures> measure(const Dataset& dataset) {
  Measures measures;
  measures.files = files_of(dataset);
  measures.clips.resize(dataset.clips.size());
  measures.clip_faults.resize(dataset.clips.size());

  Progress progress("reading recordings", measures.files.size());
  std::atomic<std::size_t> next = 0;
  // A file belongs to one worker, and a clip to one file, so that workers share nothing else.
  const auto work = [&] {
    FileMeasurer measurer(dataset, measures);
    for (std::size_t i = next++; i < measures.files.size() && !interrupted(); i = next++) {
      const Result<void> read = measurer.run(measures.files[i]);
      if (!read.ok()) measures.files[i].fault = read.error().message;
      progress.advance();
    }
  };
  {
    std::vector<std::jthread> workers(std::max(1U, std::thread::hardware_concurrency()));
    for (std::jthread& worker : workers) worker = std::jthread(work);
  }
  if (interrupted()) return Error{"stopped before every recording was read"};
  return measures;
}

}  // namespace sengi::data
