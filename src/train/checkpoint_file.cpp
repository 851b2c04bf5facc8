// SPDX-License-Identifier: Apache-2.0
#include "train/checkpoint_file.h"

#include <fmt/format.h>

#include <system_error>

#include "base/files.h"

namespace sengi::train {

bool CheckpointFile::exists() const {
  std::error_code error;
  return std::filesystem::exists(path_, error);
}

Result<std::string> CheckpointFile::read() const {
  if (!exists()) {
    return Error{
        fmt::format("{}: there is no training to resume; train without --resume", path_.string())};
  }
  SENGI_TRY(text, read_text(path_));
  const std::size_t line = text.find('\n');
  if (line != key_.size() || !text.starts_with(key_)) {
    return Error{fmt::format(
        "{}: it is of other settings or recordings (or damaged); train without --resume",
        path_.string())};
  }
  return text.substr(line + 1);
}

void CheckpointFile::keep(std::string checkpoint) {
  waiting_ = std::move(checkpoint);
  constexpr auto pause = std::chrono::seconds(5);
  // A full disk is no reason to stop learning: what matters is written at the end.
  if (std::chrono::steady_clock::now() - written_ >= pause) static_cast<void>(flush());
}

Result<void> CheckpointFile::flush() {
  if (waiting_.empty()) return {};
  written_ = std::chrono::steady_clock::now();
  SENGI_CHECK(write_text(path_, key_ + '\n' + waiting_));
  waiting_.clear();
  return {};
}

void CheckpointFile::remove() const {
  std::error_code error;
  std::filesystem::remove(path_, error);
}

}  // namespace sengi::train
