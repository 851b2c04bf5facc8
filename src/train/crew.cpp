// SPDX-License-Identifier: Apache-2.0
#include "train/crew.h"

#include <algorithm>
#include <exception>

namespace sengi::train {

Crew::Crew(std::size_t hands, std::function<void()> prepare) : prepare_(std::move(prepare)) {
  prepare_();
  for (std::size_t i = 1; i < hands; ++i) others_.emplace_back([this] { stay(); });
}

Crew::~Crew() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  begun_.notify_all();
}

void Crew::run(std::size_t count, const std::function<void(std::size_t)>& work) {
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    next_ = 0;
    count_ = open_ = count;
    thrown_.assign(count, nullptr);
  }
  begun_.notify_all();
  take();
  {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return open_ == 0; });
    work_ = nullptr;
  }
  const auto first = std::ranges::find_if(thrown_, [](const auto& e) { return e != nullptr; });
  if (first != thrown_.end()) std::rethrow_exception(*first);
}

// Takes what is there to be done until nothing is.
void Crew::take() {
  std::unique_lock lock(mutex_);
  while (work_ != nullptr && next_ < count_) {
    const std::size_t i = next_++;
    const auto* work = work_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      (*work)(i);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    thrown_[i] = thrown;
    if (--open_ == 0) done_.notify_one();
  }
}

void Crew::stay() {
  prepare_();
  while (true) {
    {
      std::unique_lock lock(mutex_);
      begun_.wait(lock, [&] { return over_ || (work_ != nullptr && next_ < count_); });
      if (over_) return;
    }
    take();
  }
}

}  // namespace sengi::train
