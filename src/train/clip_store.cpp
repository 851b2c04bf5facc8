// SPDX-License-Identifier: Apache-2.0
#include "train/clip_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace sengi::train {
namespace {

namespace fs = std::filesystem;

Error no_room(std::uint64_t bytes, const fs::path& folder, int reason) {
  return Error{fmt::format(
      "{}: cannot keep {:.1f} GB of clips there while training ({}); make room, or train on fewer",
      folder.string(), static_cast<double>(bytes) / 1e9, std::strerror(reason))};
}

}  // namespace

std::uint64_t clip_memory() {
  const auto pages = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 4;
}

Result<ClipStore> ClipStore::make(std::size_t count, std::size_t samples, const fs::path& folder,
                                  std::uint64_t most_memory) {
  ClipStore store;
  store.count_ = count;
  store.samples_ = samples;
  const std::uint64_t bytes = std::uint64_t{count} * samples * sizeof(std::int16_t);
  if (bytes == 0) return store;
  int file = -1;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  if (bytes > most_memory) {
    std::error_code ignored;  // open() says the same
    fs::create_directories(folder, ignored);
    file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) return no_room(bytes, folder, errno);
    // Space is taken now: a page without a place on the disk would end the process later.
    if (const int reason = ::posix_fallocate(file, 0, static_cast<off_t>(bytes)); reason != 0) {
      ::close(file);
      return no_room(bytes, folder, reason);
    }
    flags = MAP_SHARED;
  }
  void* first = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, file, 0);
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (first == MAP_FAILED) return no_room(bytes, folder, reason);
  store.first_ = static_cast<std::int16_t*>(first);
  store.in_file_ = flags == MAP_SHARED;
  return store;
}

ClipStore::ClipStore(ClipStore&& other) noexcept { *this = std::move(other); }

ClipStore& ClipStore::operator=(ClipStore&& other) noexcept {
  std::swap(first_, other.first_);
  std::swap(count_, other.count_);
  std::swap(samples_, other.samples_);
  std::swap(in_file_, other.in_file_);
  return *this;
}

ClipStore::~ClipStore() {
  if (first_ != nullptr) ::munmap(first_, count_ * samples_ * sizeof(std::int16_t));
}

std::span<std::int16_t> ClipStore::clip(std::size_t i) { return {first_ + i * samples_, samples_}; }

}  // namespace sengi::train
