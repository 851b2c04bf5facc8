// SPDX-License-Identifier: Apache-2.0
// Folders that keep what was built, for the next time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/result.h"

namespace sengi::cli {

// $XDG_CACHE_HOME/sengi or ~/.cache/sengi; none where the environment names neither.
std::optional<std::filesystem::path> cache_folder();

// A folder that this process alone uses while the object lives: another sengi waits.
class WorkFolder {
 public:
  // PROJECT/out/build/BOARD and the like.
  static Result<WorkFolder> at(const std::filesystem::path& folder);
  // Below $XDG_CACHE_HOME/sengi or ~/.cache/sengi; a temporary folder where neither can be written.
  static Result<WorkFolder> cached(const std::string& key);
  WorkFolder(WorkFolder&& other) noexcept;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  WorkFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_ = -1;
  std::optional<TemporaryFolder> temporary_;
};

}  // namespace sengi::cli
