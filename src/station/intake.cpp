// SPDX-License-Identifier: Apache-2.0
#include "station/intake.h"

#include <iterator>

#include "station/clock.h"

namespace sengi::station {

Result<std::vector<Kept>> Intake::keep(std::vector<Arrival> arrivals) {
  Waiting mine{std::move(arrivals), {}};
  std::unique_lock lock(mutex_);
  queue_.push_back(&mine);
  while (!mine.answer) {
    if (writing_) {
      changed_.wait(lock);
    } else {
      write_for_all(lock);
    }
  }
  return std::move(*mine.answer);
}

void Intake::write_for_all(std::unique_lock<std::mutex>& lock) {
  std::vector<Waiting*> served;
  std::vector<Arrival> batch;
  while (!queue_.empty()) {
    Waiting& next = *queue_.front();
    if (!served.empty() && batch.size() + next.arrivals.size() > commit_arrivals_max) break;
    batch.insert(batch.end(), std::move_iterator(next.arrivals.begin()),
                 std::move_iterator(next.arrivals.end()));
    served.push_back(&next);
    queue_.pop_front();
  }
  writing_ = true;
  lock.unlock();
  auto kept = store_.keep(batch, now_ms());
  lock.lock();
  writing_ = false;
  ++commits_;
  auto from = kept.ok() ? kept.value().begin() : std::vector<Kept>::iterator();
  for (Waiting* one : served) {
    if (!kept.ok()) {
      one->answer = kept.error();
      continue;
    }
    const auto to = from + static_cast<std::ptrdiff_t>(one->arrivals.size());
    one->answer = std::vector<Kept>(from, to);
    from = to;
  }
  changed_.notify_all();
}

Result<void> Intake::alone(const std::function<Result<void>(Store&)>& work) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !writing_; });
  writing_ = true;
  lock.unlock();
  auto done = work(store_);
  lock.lock();
  writing_ = false;
  changed_.notify_all();
  return done;
}

Result<Counts> Intake::counts() {
  Counts counts;
  SENGI_CHECK(alone([&](Store& store) -> Result<void> {
    SENGI_TRY(now, store.counts());
    counts = now;
    return {};
  }));
  return counts;
}

std::uint64_t Intake::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

}  // namespace sengi::station
