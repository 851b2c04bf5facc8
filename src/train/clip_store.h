// SPDX-License-Identifier: Apache-2.0
// Many clips of one length, more than memory may hold: beyond a bound they lie in a file that the
// system brings in and puts out by pages as they are used. The file has no name, so nothing is left
// of it however the process ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/result.h"

namespace sengi::train {

// Bytes that clips may take in memory before they go to a file: a quarter of the machine's.
std::uint64_t clip_memory();

class ClipStore {
 public:
  ClipStore() = default;
  // Room for `count` clips of `samples` each, all zero; in a file in `folder`, which is made where
  // missing, if that takes more than `most_memory` bytes.
  // Errors: no space left in the folder, or it cannot be written.
  static Result<ClipStore> make(std::size_t count, std::size_t samples,
                                const std::filesystem::path& folder, std::uint64_t most_memory);
  ClipStore(ClipStore&& other) noexcept;
  ClipStore& operator=(ClipStore&& other) noexcept;
  ~ClipStore();

  // Thread rule: different clips may be written by different threads.
  std::span<std::int16_t> clip(std::size_t i);
  bool in_file() const { return in_file_; }

 private:
  std::int16_t* first_ = nullptr;
  std::size_t count_ = 0, samples_ = 0;
  bool in_file_ = false;
};

}  // namespace sengi::train
