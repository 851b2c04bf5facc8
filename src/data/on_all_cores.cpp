// SPDX-License-Identifier: Apache-2.0
#include "data/on_all_cores.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/progress.h"

namespace sengi::data {

Result<void> on_all_cores(std::size_t count, const std::function<Result<void>(std::size_t)>& step) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> failure;
  const auto work = [&] {
    for (std::size_t i = next++; i < count && !interrupted(); i = next++) {
      auto done = step(i);
      if (done) continue;
      const std::lock_guard lock(mutex);
      if (!failure) failure = done.error();
      next = count;
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 1; i < std::min(cores, count); ++i) threads.emplace_back(work);
    work();
  }
  if (failure) return *failure;
  if (interrupted()) return Error{"interrupted; what is made stands, and the next run goes on"};
  return {};
}

}  // namespace sengi::data
