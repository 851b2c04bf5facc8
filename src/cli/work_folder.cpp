// SPDX-License-Identifier: Apache-2.0
#include "cli/work_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace sengi::cli {
namespace fs = std::filesystem;
std::optional<fs::path> cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && fs::path(cache).is_absolute()) return fs::path(cache) / "sengi";
  const char* home = std::getenv("HOME");
  if (home != nullptr && fs::path(home).is_absolute()) return fs::path(home) / ".cache" / "sengi";
  return std::nullopt;
}

Result<WorkFolder> WorkFolder::at(const fs::path& folder) {
  SENGI_CHECK(make_folder(folder));
  const fs::path file = folder / ".lock";
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0)
    return Error{fmt::format("{}: cannot write: {}", folder.string(), std::strerror(errno))};
  while (::flock(lock, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const Error error{fmt::format("{}: cannot lock: {}", file.string(), std::strerror(errno))};
    ::close(lock);
    return error;
  }
  return WorkFolder(folder, lock);
}

Result<WorkFolder> WorkFolder::cached(const std::string& key) {
  if (const auto cache = cache_folder()) {
    if (auto folder = at(*cache / key)) return folder;
  }
  SENGI_TRY(temporary, TemporaryFolder::make());
  WorkFolder folder(temporary.path(), -1);
  folder.temporary_.emplace(std::move(temporary));
  return folder;
}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      temporary_(std::move(other.temporary_)) {}

WorkFolder::~WorkFolder() {
  if (lock_ >= 0) ::close(lock_);  // which unlocks
}

}  // namespace sengi::cli
