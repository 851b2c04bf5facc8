// SPDX-License-Identifier: Apache-2.0
// Where the threads that hold the parts of a batch tell one another numbers, in the middle of their
// work: each waits until all have told theirs.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <semaphore>
#include <vector>

namespace sengi::train {

class Meeting {
 public:
  using Numbers = std::vector<double>;

  // For `parts` threads, of which up to `at_once` work at the same time.
  Meeting(std::size_t parts, std::size_t at_once);

  // What each part's thread does, once: work() may tell(). A part that throws releases those who
  // wait for it, and all throw what it threw.
  template <typename Work>
  void attend(Work work) {
    turns_.acquire();
    try {
      work();
    } catch (...) {
      fail(std::current_exception());
      turns_.release();
      throw;
    }
    turns_.release();
  }

  // Tells `numbers` and returns all parts', the same for each, until this part tells again.
  // Requires: called by every part equally often.
  const std::vector<Numbers>& tell(std::size_t part, Numbers numbers);

 private:
  void fail(std::exception_ptr thrown);
  void check();

  std::size_t parts_;
  std::counting_semaphore<> turns_;
  // Of this round and the one before, which some may still read.
  std::vector<Numbers> told_[2];
  std::vector<std::uint32_t> rounds_told_;  // by part
  std::atomic<std::size_t> arrived_ = 0;
  std::atomic<std::uint32_t> round_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::exception_ptr thrown_;
};

// A part's place at it.
struct Seat {
  Meeting* meeting = nullptr;  // absent: the batch is in one part
  std::size_t part = 0;
};

}  // namespace sengi::train
