// SPDX-License-Identifier: Apache-2.0
// The one door to the store, for sources in threads of their own. What several bring at a time goes
// to disk in one transaction: whoever finds nobody writing writes for all who wait, as LevelDB has
// its writers do. A disk takes as long for a hundred uplinks as for one.
//
//   Intake intake(store);
//   SENGI_TRY(kept, intake.keep({arrival}));   // on disk
//   acknowledge();
//
// Thread rule: keep() from any thread; it waits until its arrivals are on disk.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "station/store.h"

namespace sengi::station {

class Intake {
 public:
  explicit Intake(Store& store) : store_(store) {}

  // In the order given. Errors: the store's; then none of these arrivals is kept.
  Result<std::vector<Kept>> keep(std::vector<Arrival> arrivals);

  Result<Counts> counts();
  // Nobody writes meanwhile. Not from within itself.
  Result<void> alone(const std::function<Result<void>(Store&)>& work);
  // Transactions so far.
  std::uint64_t commits() const;

 private:
  struct Waiting {
    std::vector<Arrival> arrivals;
    std::optional<Result<std::vector<Kept>>> answer;
  };
  void write_for_all(std::unique_lock<std::mutex>& lock);

  Store& store_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting*> queue_;
  bool writing_ = false;
  std::uint64_t commits_ = 0;
};

}  // namespace sengi::station
