// SPDX-License-Identifier: Apache-2.0
#include "station/http_access.h"

#include <algorithm>

namespace sengi::station {
namespace {

constexpr int free_failures = 5;
constexpr std::size_t records_max = 10'000;

}  // namespace

Result<std::unique_ptr<Database>> Readers::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto database = std::move(idle_.back());
      idle_.pop_back();
      return database;
    }
  }
  SENGI_TRY(database, Database::open_to_read(path_));
  return std::make_unique<Database>(std::move(database));
}

std::int64_t Attempts::wait_s(const std::string& who, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(who);
  if (found == records_.end() || found->second.until_ms <= now_ms) return 0;
  return (found->second.until_ms - now_ms + 999) / 1000;
}

void Attempts::failed(const std::string& who, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (records_.size() >= records_max) records_.clear();
  Record& record = records_[who];
  ++record.failures;
  if (record.failures < free_failures) return;
  constexpr std::int64_t longest_s = 900;
  const int doublings = std::min(record.failures - free_failures, 10);
  record.until_ms = now_ms + std::min<std::int64_t>(std::int64_t{1} << doublings, longest_s) * 1000;
}

void Attempts::succeeded(const std::string& who) {
  const std::lock_guard lock(mutex_);
  records_.erase(who);
}

}  // namespace sengi::station
