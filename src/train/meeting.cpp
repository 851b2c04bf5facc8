// SPDX-License-Identifier: Apache-2.0
#include "train/meeting.h"

#include <utility>

namespace sengi::train {

Meeting::Meeting(std::size_t parts, std::size_t at_once)
    : parts_(parts), turns_(static_cast<std::ptrdiff_t>(at_once)), rounds_told_(parts, 0) {
  for (auto& told : told_) told.resize(parts);
}

const std::vector<Meeting::Numbers>& Meeting::tell(std::size_t part, Numbers numbers) {
  const std::uint32_t round = rounds_told_[part]++;
  std::vector<Numbers>& told = told_[round % 2];
  told[part] = std::move(numbers);
  if (arrived_.fetch_add(1) + 1 == parts_) {
    arrived_ = 0;
    round_.fetch_add(1);
    round_.notify_all();
  } else {
    turns_.release();
    while (round_ == round && !failed_) round_.wait(round);
    turns_.acquire();
  }
  check();
  return told;
}

void Meeting::fail(std::exception_ptr thrown) {
  {
    const std::lock_guard lock(mutex_);
    if (thrown_ == nullptr) thrown_ = std::move(thrown);
  }
  failed_ = true;
  round_.fetch_add(1);
  round_.notify_all();
}

void Meeting::check() {
  if (!failed_) return;
  const std::lock_guard lock(mutex_);
  std::rethrow_exception(thrown_);
}

}  // namespace sengi::train
