// SPDX-License-Identifier: Apache-2.0
// Every recording of a dataset read once, and what was measured on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/audio.h"
#include "data/dataset.h"

namespace sengi::data {

// Of one clip at its file's own rate; levels are of the mean of the channels.
struct ClipMeasures {
  double duration_s = 0;
  double past_end_s = 0;        // by which the manifest has it end after the file does
  double rms = 0;               // full scale is 1
  std::size_t samples = 0;      // frames
  std::size_t full_scale = 0;   // frames with a channel at full scale
  std::size_t longest_run = 0;  // of those, in a row
  double longest_run_s = 0;     // where that run starts, from the start of the file
  std::string samples_sha256;   // of samples and rate: equal for equal sound in any container

  bool all_zero() const { return rms == 0; }
  double dbfs() const;  // RMS in dB below full scale, at least -120
};

struct FileMeasures {
  std::filesystem::path path;
  std::vector<std::size_t> clips;  // indices into Dataset::clips
  AudioInfo info{};
  std::int32_t bits = 0;
  std::string fault;  // why it could not be read; empty when it could
};

struct Measures {
  std::vector<FileMeasures> files;  // sorted by path
  std::vector<std::optional<ClipMeasures>>
      clips;                             // one for each of the dataset; none: not readable
  std::vector<std::string> clip_faults;  // likewise: why only this clip cannot be read
};

// Reads on all cores and shows its progress.
// Errors: Ctrl-C.
Result<Measures> measure(const Dataset& dataset);

}  // namespace sengi::data
