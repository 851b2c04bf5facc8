// SPDX-License-Identifier: Apache-2.0
#include "tune/program/own_worker.h"

#include <utility>

namespace sengi::tune {

OwnWorker::~OwnWorker() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void OwnWorker::give(std::string job) {
  {
    const std::lock_guard lock(mutex_);
    job_ = std::move(job);
  }
  changed_.notify_all();
}

std::optional<std::string> OwnWorker::take(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, wait, [&] { return answer_.has_value(); });
  return std::exchange(answer_, std::nullopt);
}

void OwnWorker::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return over_ || job_; });
    if (over_) return;
    const std::string job = *std::exchange(job_, std::nullopt);
    lock.unlock();
    std::string answer = work_(job);
    lock.lock();
    answer_ = std::move(answer);
    changed_.notify_all();
  }
}

}  // namespace sengi::tune
