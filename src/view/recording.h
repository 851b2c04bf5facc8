// SPDX-License-Identifier: Apache-2.0
// A recording that is looked at: any stretch of it as it was recorded, channels averaged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/audio_reader.h"

namespace sengi::view {

class Recording {
 public:
  // Errors: as data::audio_info().
  static Result<Recording> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::string name() const { return path_.filename().string(); }
  std::int32_t rate() const { return info_.sample_rate_hz; }
  std::int64_t frames() const { return info_.frames; }
  double length_s() const { return static_cast<double>(frames()) / rate(); }
  const data::AudioInfo& info() const { return info_; }

  // Frames [first, first + count), zeros where they lie outside of the recording. Any thread.
  // Errors: as data::AudioReader.
  Result<std::vector<float>> read(std::int64_t first, std::int64_t count) const;

  // Stands for the file as it was when it was opened: its place, size and time of change.
  // Errors: it is not there any more.
  Result<std::string> key() const;

 private:
  Recording(std::filesystem::path path, data::AudioInfo info)
      : path_(std::move(path)), info_(std::move(info)) {}

  std::filesystem::path path_;
  data::AudioInfo info_;
};

// A recording read from one frame on, block by block.
class MonoReader {
 public:
  // Errors: as Recording::read().
  static Result<MonoReader> open(const std::filesystem::path& path, std::int64_t first = 0);

  // The next frames, at most so many; none at the end.
  Result<std::vector<float>> read(std::size_t count);

 private:
  explicit MonoReader(data::AudioReader reader) : reader_(std::move(reader)) {}

  data::AudioReader reader_;
  std::vector<float> interleaved_;
};

}  // namespace sengi::view
