// SPDX-License-Identifier: Apache-2.0
#include "train/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace sengi::train {

int thread_count(int threads) {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  const auto wanted = std::min(count, static_cast<std::size_t>(thread_count(threads)));
  for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(take);
  take();
}

}  // namespace sengi::train
