// SPDX-License-Identifier: Apache-2.0
// Whether a request may do what it asks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/loopback.h"
#include "base/result.h"
#include "station/accounts.h"

namespace sengi::station {

// Connections that read beside the one that writes, one a request at a time.
class Readers {
 public:
  explicit Readers(std::filesystem::path path) : path_(std::move(path)) {}

  // Runs `work` with a connection.
  template <typename Work>
  auto with(Work work) -> decltype(work(std::declval<Database&>())) {
    SENGI_TRY(database, take());
    auto done = work(*database);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(database));
    return done;
  }

  explicit Readers(Readers&& other) noexcept : path_(std::move(other.path_)) {}

 private:
  Result<std::unique_ptr<Database>> take();

  std::filesystem::path path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

// Who tries passwords waits: after five that were wrong a second, then two, four ... a quarter of
// an hour. By name and address, so that nobody locks out another.
class Attempts {
 public:
  // Seconds until the next is allowed; 0: now.
  std::int64_t wait_s(const std::string& who, std::int64_t now_ms);
  void failed(const std::string& who, std::int64_t now_ms);
  void succeeded(const std::string& who);

 private:
  struct Record {
    int failures = 0;
    std::int64_t until_ms = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Record> records_;
};

}  // namespace sengi::station
