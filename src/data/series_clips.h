// SPDX-License-Identifier: Apache-2.0
// Recordings of numbers as clips of a project's length.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "data/series.h"
#include "project/project.h"

namespace sengi::data {

// Recordings and tables, each read once for as long as it is among those last asked for.
class SeriesFiles {
 public:
  Result<std::shared_ptr<const Series>> recording(const std::filesystem::path& path,
                                                  const SeriesOptions& options);
  Result<std::shared_ptr<const SeriesTable>> table(const std::filesystem::path& path,
                                                   const SeriesTableOptions& options);

 private:
  template <typename T>
  struct Kept {
    std::shared_ptr<const T> value;
    std::uint64_t asked = 0;
  };
  template <typename T, typename Read>
  Result<std::shared_ptr<const T>> find(std::map<std::filesystem::path, Kept<T>>& kept,
                                        const std::filesystem::path& path, Read read);

  std::mutex mutex_;
  std::uint64_t asked_ = 0;
  std::map<std::filesystem::path, Kept<Series>> recordings_;
  std::map<std::filesystem::path, Kept<SeriesTable>> tables_;
};

// What [data] and [signal] say of the table's columns.
SeriesTableOptions table_options(const project::Project& project);

// Each recording, or the part of it between start_s and end_s, as clips of [data] clip_ms:
// clip_hop_ms apart, or one from its middle where that is 0 or the part is shorter than a clip.
// Clips of a table's rows stay as they are. What cannot be read, or has no time, is left out and
// its fault told to `faults`, a line a recording.
std::vector<Clip> cut_into_clips(const std::vector<Clip>& recordings,
                                 const project::Project& project, std::vector<std::string>& faults);

// The 16-bit samples [rows, axes] of a clip. Requires: a settled series.
Result<std::vector<std::int16_t>> read_series_clip(const Clip& clip,
                                                   const project::Project& project,
                                                   SeriesFiles& files);

// All of a recording at the project's rate, as its device takes it, row by row. Requires: a settled
// series with a rate. Errors: it cannot be read; it has a gap, across which nobody knows the
// values.
Result<std::vector<std::int16_t>> read_series_stream(const std::filesystem::path& path,
                                                     const project::Project& project);

}  // namespace sengi::data
