// SPDX-License-Identifier: Apache-2.0
#include "view/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/files.h"
#include "base/hash.h"

namespace sengi::view {
namespace {

constexpr int peaks_max_log = 21;
constexpr int columns_max_log = 15;
constexpr std::int64_t samples_max = std::int64_t{1} << 22;  // read for one answer
constexpr std::int64_t sketch_count_log = 10;
constexpr std::int64_t sketch_frames = 256;
constexpr std::string_view magic = "sengi overview 1\n";

int log_of(std::int64_t frames) {
  return static_cast<int>(
      std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(frames, 1) - 1)));
}

std::int64_t count_at(std::int64_t frames, int level) {
  return (frames + (std::int64_t{1} << level) - 1) >> level;
}

}  // namespace

Levels levels_of(std::int64_t frames, int fft_size) {
  const int all = log_of(frames);
  const int look = log_of(fft_size / 2);
  return {std::max(8, all - peaks_max_log), std::max({13, look, all - columns_max_log}),
          std::max(all, 14)};
}

Overview::Overview(const Recording& recording, int fft_size, std::filesystem::path cache)
    : recording_(&recording),
      fft_size_(fft_size),
      levels_(levels_of(recording.frames(), fft_size)),
      spectrum_(fft_size),
      sketch_level_(std::max<int>(levels_.peaks, log_of(recording.frames()) - sketch_count_log)) {
  if (const auto key = recording.key(); key.ok() && !cache.empty()) {
    file_ = cache / fmt::format("{}.{}.overview", key.value().substr(0, 32), fft_size);
  }
  thread_ = std::thread([this] { make(); });
}

Overview::~Overview() {
  stop_ = true;
  thread_.join();
}

std::string Overview::fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

void Overview::wait() { over_.wait(false); }

void Overview::make() {
  if (!load()) {
    auto done = sketch();
    if (done.ok()) done = pass();
    if (!done.ok()) {
      const std::lock_guard lock(mutex_);
      fault_ = done.error().message;
    } else if (!stop_) {
      save();
    }
  }
  over_ = true;
  over_.notify_all();
}

// A glance at a thousand places, which takes no longer for a day than for a minute. Compressed
// recordings are sought too slowly for that.
Result<void> Overview::sketch() {
  const std::string& format = recording_->info().format;
  if (format != "WAV" && format != "WAVEX" && format != "RF64" && format != "AIFF" &&
      format != "W64")
    return {};
  const std::int64_t width = std::int64_t{1} << sketch_level_;
  if (width < 4 * sketch_frames) return {};
  SENGI_TRY(reader, data::AudioReader::open(recording_->path()));
  const std::int32_t channels = reader.info().channels;
  std::vector<float> frames(static_cast<std::size_t>(sketch_frames * channels));
  std::vector<float> mono(static_cast<std::size_t>(sketch_frames));
  std::vector<Peak> seen;
  for (std::int64_t at = 0; at < recording_->frames() && !stop_; at += width) {
    SENGI_CHECK(reader.seek(std::min(at + width / 2, recording_->frames() - 1)));
    SENGI_TRY(got, reader.read(frames));
    const auto part = std::span(mono).first(got);
    data::mix_down(frames, channels, part);
    seen.push_back(peaks_of(part, log_of(sketch_frames)).front());
  }
  const std::lock_guard lock(mutex_);
  sketch_ = std::move(seen);
  return {};
}

Result<void> Overview::pass() {
  SENGI_TRY(reader, MonoReader::open(recording_->path()));
  const std::int64_t before = spectrum_.before();
  const std::int64_t width = std::int64_t{1} << levels_.columns;  // and whole peaks
  // Samples from `before` ahead of the next block on, as columns look at them.
  std::vector<float> held(static_cast<std::size_t>(before));
  bool more = true;
  while (more && !stop_) {
    SENGI_TRY(block, reader.read(65536));
    more = !block.empty();
    held.insert(held.end(), block.begin(), block.end());
    // At the end zeros follow, to whole columns.
    if (!more) {
      const std::int64_t left = recording_->frames() - done_;
      const std::int64_t whole = (left + width - 1) / width * width;
      held.resize(static_cast<std::size_t>(whole + 2 * before));
    }
    const std::int64_t ready =
        (static_cast<std::int64_t>(held.size()) - 2 * before) / width * width;
    if (ready <= 0) continue;
    enter(std::span(held).first(static_cast<std::size_t>(ready + 2 * before)),
          std::min(done_ + ready, recording_->frames()));
    held.erase(held.begin(), held.begin() + ready);
  }
  return {};
}

void Overview::enter(std::span<const float> samples, std::int64_t end) {
  const auto before = static_cast<std::size_t>(spectrum_.before());
  const std::size_t all = samples.size() - 2 * before;
  const auto count = static_cast<std::int64_t>(all) >> levels_.columns;
  std::vector<std::uint8_t> columns =
      spectrum_.columns(samples, levels_.columns, static_cast<std::size_t>(count));
  const std::vector<Peak> peaks =
      peaks_of(samples.subspan(before, static_cast<std::size_t>(end - done_)), levels_.peaks);
  const std::lock_guard lock(mutex_);
  peaks_.insert(peaks_.end(), peaks.begin(), peaks.end());
  columns_.insert(columns_.end(), columns.begin(), columns.end());
  done_ = end;
}

Result<std::vector<Peak>> Overview::peaks(int level, std::int64_t first, std::int64_t count) const {
  const std::int64_t all = count_at(recording_->frames(), level);
  first = std::clamp<std::int64_t>(first, 0, all);
  count = std::clamp<std::int64_t>(count, 0, all - first);
  if (count == 0) return std::vector<Peak>{};
  if (level < levels_.peaks) {
    if ((count << level) > samples_max) return Error{"too long a stretch for so fine a level"};
    const std::int64_t begin = first << level;
    const std::int64_t length = std::min(count << level, recording_->frames() - begin);
    SENGI_TRY(samples, recording_->read(begin, length));
    return peaks_of(samples, level);
  }
  const std::lock_guard lock(mutex_);
  const int steps = level - levels_.peaks;
  const auto made = static_cast<std::int64_t>(peaks_.size());
  const std::int64_t begin = std::min(first << steps, made);
  const std::int64_t end = std::min((first + count) << steps, made);
  std::vector<Peak> result =
      coarser(std::span(peaks_).subspan(static_cast<std::size_t>(begin),
                                        static_cast<std::size_t>(end - begin)),
              steps);
  while (static_cast<std::int64_t>(result.size()) < count) {
    const std::int64_t frame = (first + static_cast<std::int64_t>(result.size())) << level;
    const auto at = static_cast<std::size_t>(frame >> sketch_level_);
    result.push_back(at < sketch_.size() ? sketch_[at] : Peak{});
  }
  return result;
}

Result<std::vector<std::uint8_t>> Overview::columns(int level, std::int64_t first,
                                                    std::int64_t count) const {
  const std::size_t bins = spectrum_.bins();
  if (level < levels_.columns) {
    if ((count << level) > samples_max) return Error{"too long a stretch for so fine a level"};
    Spectrum spectrum(fft_size_);
    const std::int64_t before = spectrum.before();
    SENGI_TRY(samples, recording_->read((first << level) - before, (count << level) + 2 * before));
    return spectrum.columns(samples, level, static_cast<std::size_t>(count));
  }
  const std::lock_guard lock(mutex_);
  const int steps = level - levels_.columns;
  const auto made = static_cast<std::int64_t>(columns_.size() / bins);
  const std::int64_t begin = std::min(first << steps, made);
  const std::int64_t end = std::min((first + count) << steps, made);
  std::vector<std::uint8_t> result =
      coarser_columns(std::span(columns_).subspan(static_cast<std::size_t>(begin) * bins,
                                                  static_cast<std::size_t>(end - begin) * bins),
                      bins, steps);
  result.resize(static_cast<std::size_t>(count) * bins);
  return result;
}

// A file of another version, cut or of other numbers is none.
bool Overview::load() {
  if (file_.empty()) return false;
  const auto bytes = read_file(file_);
  if (!bytes.ok()) return false;
  const auto peaks = static_cast<std::size_t>(count_at(recording_->frames(), levels_.peaks));
  const std::size_t columns =
      static_cast<std::size_t>(count_at(recording_->frames(), levels_.columns)) * spectrum_.bins();
  constexpr std::size_t digest = 64;
  const std::size_t body = magic.size() + peaks * sizeof(Peak) + columns;
  if (bytes.value().size() != body + digest) return false;
  const auto* data = reinterpret_cast<const char*>(bytes.value().data());
  if (std::string_view(data, magic.size()) != magic) return false;
  if (sha256(std::string_view(data, body)) != std::string_view(data + body, digest)) return false;
  const std::lock_guard lock(mutex_);
  peaks_.resize(peaks);
  columns_.resize(columns);
  std::memcpy(peaks_.data(), data + magic.size(), peaks * sizeof(Peak));
  std::memcpy(columns_.data(), data + magic.size() + peaks * sizeof(Peak), columns);
  done_ = recording_->frames();
  return true;
}

// One that cannot be kept is made again.
void Overview::save() {
  if (file_.empty()) return;
  std::string text(magic);
  text.append(reinterpret_cast<const char*>(peaks_.data()), peaks_.size() * sizeof(Peak));
  text.append(reinterpret_cast<const char*>(columns_.data()), columns_.size());
  text += sha256(text);
  static_cast<void>(write_text(file_, text).ok());
}

}  // namespace sengi::view
