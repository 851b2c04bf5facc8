// SPDX-License-Identifier: Apache-2.0
#include "evaluate/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/progress.h"

namespace sengi::evaluate {
namespace {

// The failure with the lowest number, so that the same input gives the same message.
class FirstFailure {
 public:
  void offer(std::size_t i, Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_ || i < i_) {
      i_ = i;
      error_ = std::move(error);
    }
    any_ = true;
  }
  bool any() const { return any_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  std::mutex mutex_;
  std::atomic<bool> any_ = false;
  std::size_t i_ = 0;
  std::optional<Error> error_;
};

Result<void> guarded(const Step& step, std::size_t worker, std::size_t i) {
  try {
    return step(worker, i);
  } catch (const std::exception& fault) {
    return Error{std::string("out of memory or a fault inside sengi: ") + fault.what()};
  }
}

}  // namespace

std::size_t workers(std::size_t count) {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  return std::clamp<std::size_t>(count, 1, cores);
}

Result<void> for_each_in_parallel(std::size_t count, const std::string& title, const Step& step) {
  Progress progress(title, count);
  FirstFailure failure;
  std::atomic<std::size_t> next = 0;
  const auto work = [&](std::size_t worker) {
    for (std::size_t i = next++; i < count && !failure.any() && !interrupted(); i = next++) {
      if (auto done = guarded(step, worker, i); !done) {
        failure.offer(i, done.error());
        return;
      }
      progress.advance();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t worker = 1; worker < workers(count); ++worker) {
      threads.emplace_back(work, worker);
    }
    work(0);
  }
  if (failure.error()) return *failure.error();
  if (interrupted()) return Error{"interrupted; nothing was written"};
  return {};
}

}  // namespace sengi::evaluate
