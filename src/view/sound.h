// SPDX-License-Identifier: Apache-2.0
// A recording of any format as a browser can play and seek it: a WAV file of 16 bits and one
// channel at the recording's own rate, which is nowhere whole; any part of its bytes is made when
// it is asked for. Beyond 4 GiB it is an RF64 (EBU Tech 3306).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "view/recording.h"

namespace sengi::view {

// "RIFF" or "RF64" and what stands before the samples.
std::string wav_header(std::int64_t frames, std::int32_t rate);

// Of one request after the other: bytes that follow those before cost no seek.
class Sound {
 public:
  explicit Sound(const Recording& recording)
      : recording_(&recording), header_(wav_header(recording.frames(), recording.rate())) {}

  std::int64_t bytes() const {
    return static_cast<std::int64_t>(header_.size()) + 2 * recording_->frames();
  }

  // Requires: 0 <= first and first + count <= bytes().
  // Errors: as Recording::read().
  Result<std::string> read(std::int64_t first, std::int64_t count);

 private:
  const Recording* recording_;
  std::string header_;
  std::optional<MonoReader> reader_;
  std::int64_t next_ = 0;  // the frame that it would read
};

}  // namespace sengi::view
