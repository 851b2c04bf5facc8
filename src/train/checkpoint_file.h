// SPDX-License-Identifier: Apache-2.0
// out/checkpoint.pt: what `sengi train --resume` goes on from. A line with the key of the project
// and its recordings, a line with the JSON that Trainer wrote and its learner's archive.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace sengi::train {

class CheckpointFile {
 public:
  CheckpointFile(std::filesystem::path path, std::string key)
      : path_(std::move(path)), key_(std::move(key)) {}

  bool exists() const;
  // Errors: there is none, it is damaged, or it is of other settings or recordings.
  Result<std::string> read() const;

  // Takes a checkpoint and writes it if the last one was written some seconds ago; flush() writes
  // one that is waiting. Errors are kept for flush().
  void keep(std::string checkpoint);
  Result<void> flush();
  void remove() const;

 private:
  std::filesystem::path path_;
  std::string key_;
  std::string waiting_;
  std::chrono::steady_clock::time_point written_ = std::chrono::steady_clock::now();
};

}  // namespace sengi::train
