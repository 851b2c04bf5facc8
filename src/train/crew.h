// SPDX-License-Identifier: Apache-2.0
// Threads that stay, for work that comes in many small helpings: a step of training takes
// milliseconds, and starting threads for each would take a good part of them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sengi::train {

class Crew {
 public:
  // As many threads as `hands`, of which the caller of run() is one. Each calls `prepare` before
  // anything else. Requires: hands >= 1.
  Crew(std::size_t hands, std::function<void()> prepare);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Calls work(i) for i in [0, count); returns when all are done. Waiting threads sleep.
  // Requires: called by one thread at a time, and not by `work`.
  // Throws: what work(i) threw, of the lowest i, after all are done.
  void run(std::size_t count, const std::function<void(std::size_t)>& work);

 private:
  void take();
  void stay();

  std::function<void()> prepare_;
  std::mutex mutex_;
  std::condition_variable begun_, done_;
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::size_t next_ = 0, count_ = 0, open_ = 0;  // of the present work
  std::vector<std::exception_ptr> thrown_;       // by what
  bool over_ = false;
  std::vector<std::jthread> others_;
};

}  // namespace sengi::train
