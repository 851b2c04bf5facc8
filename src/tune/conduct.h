// SPDX-License-Identifier: Apache-2.0
// The loop of a search: hands its jobs to whoever is idle, records each answer, and says so.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "tune/search.h"
#include "tune/store.h"

namespace sengi::tune {

// Those who do jobs: a thread of this process, other processes, a test's landscape. Jobs and
// answers go as text (trial.h).
class Workers {
 public:
  struct Mail {
    std::size_t worker;
    std::string text;
  };

  virtual ~Workers() = default;
  virtual std::size_t count() const = 0;
  // Requires: the worker has answered what it was given before.
  virtual void give(std::size_t worker, const std::string& job) = 0;
  // An answer that came; waits a little for one, and gives none if none came.
  virtual std::optional<Mail> take() = 0;
};

struct ConductOptions {
  std::function<bool()> stop;                           // ends it; what is running is given up
  std::function<std::optional<double>()> seconds_left;  // none: no limit
  std::function<void(const Job&)> began = {};
  std::function<void(const Trial&, const Answer&)> told = {};  // after it was recorded
  std::function<void()> waited = {};                           // now and then, between answers
};

// Ends when nothing is left to do, the time is over, or `stop` says so; and then waits for those
// at work.
// Errors: an answer's, where nothing can be done about it (a full disk, a missing compiler); a
// record that cannot be written; several trials refused by their trainings, one after the other.
Result<void> conduct(Search& search, Store& store, Workers& workers, const ConductOptions& options);

}  // namespace sengi::tune
