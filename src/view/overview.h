// SPDX-License-Identifier: Apache-2.0
// A recording from far and near. What is seen from far is made once, in one pass over the
// recording, in a thread of its own, and kept in a file; what is seen from near is computed when it
// is asked for. Both have the same definition (peaks.h, spectrum.h), so where one ends and the
// other begins is not seen.
//
// However long the recording, what is kept has at most 2^21 peaks and 2^15 columns: of longer ones
// it begins at a coarser level.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "view/peaks.h"
#include "view/recording.h"
#include "view/spectrum.h"

namespace sengi::view {

// The coarsest level of which one stretch holds the whole recording, and the finest that is kept.
struct Levels {
  int peaks;
  int columns;
  int top;
};
Levels levels_of(std::int64_t frames, int fft_size);

class Overview {
 public:
  // Begins. `recording` outlives it; the cache is a folder, or empty: nothing is kept in files.
  Overview(const Recording& recording, int fft_size, std::filesystem::path cache);
  ~Overview();  // ends what is under way

  int fft_size() const { return fft_size_; }
  const Levels& levels() const { return levels_; }
  // Frames of the recording that were gone through: coarse levels are whole as far as that.
  std::int64_t frames_done() const { return done_; }
  bool over() const { return over_; }
  std::string fault() const;  // why it is over, where it is not whole; else empty
  void wait();                // until it is over

  // Of any level, stretches [first, first + count), as far as there are any; where the pass has not
  // been yet, a sketch from a few samples each.
  // Errors: as Recording::read(); more than 2^22 samples would have to be read.
  Result<std::vector<Peak>> peaks(int level, std::int64_t first, std::int64_t count) const;

  // `count` columns of any level; zeros after the end and where the pass has not been.
  // Errors: likewise.
  Result<std::vector<std::uint8_t>> columns(int level, std::int64_t first,
                                            std::int64_t count) const;

 private:
  void make();
  Result<void> sketch();
  Result<void> pass();
  void enter(std::span<const float> samples, std::int64_t end);
  bool load();
  void save();

  const Recording* recording_;
  int fft_size_;
  Levels levels_;
  std::filesystem::path file_;
  Spectrum spectrum_;  // of the pass
  int sketch_level_;

  mutable std::mutex mutex_;  // of these three
  std::vector<Peak> sketch_;
  std::vector<Peak> peaks_;
  std::vector<std::uint8_t> columns_;
  std::string fault_;
  std::atomic<std::int64_t> done_ = 0;
  std::atomic<bool> over_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace sengi::view
