// SPDX-License-Identifier: Apache-2.0
#include "tune/conduct.h"

#include <algorithm>
#include <vector>

namespace sengi::tune {
namespace {

// Trainings that fail, one after the other: then it is not the candidates' fault.
constexpr int most_failures = 5;

}  // namespace

Result<void> conduct(Search& search, Store& store, Workers& workers,
                     const ConductOptions& options) {
  std::vector<bool> busy(workers.count(), false);
  std::vector<bool> trains(workers.count(), false);
  std::optional<Error> fault;
  int failures = 0;
  while (true) {
    for (std::size_t worker = 0; worker < busy.size(); ++worker) {
      if (busy[worker] || fault || options.stop()) continue;
      const auto job = search.next(options.seconds_left());
      // What was drawn is recorded before it is tried, so that it is drawn only once.
      if (const auto saved = store.save(search.trials()); !saved.ok()) fault = saved.error();
      if (!job || fault) break;
      workers.give(worker, to_json(*job));
      busy[worker] = true;
      trains[worker] = job->kind == Job::Kind::train;
      if (options.began) options.began(*job);
    }
    if (std::ranges::find(busy, true) == busy.end()) break;
    const auto mail = workers.take();
    if (options.waited) options.waited();
    if (!mail) continue;
    busy[mail->worker] = false;
    auto answer = answer_from(mail->text);
    if (!answer) {
      fault = answer.error();
      continue;
    }
    const Trial& trial = search.tell(answer.value());
    if (!answer.value().error.empty() && !fault) fault = Error{answer.value().error};
    if (trains[mail->worker]) failures = answer.value().refused.empty() ? 0 : failures + 1;
    if (failures >= most_failures && !fault) {
      fault = Error{"training fails again and again: " + answer.value().refused};
    }
    if (const auto saved = store.save(search.trials()); !saved.ok() && !fault) {
      fault = saved.error();
    }
    if (options.told) options.told(trial, answer.value());
  }
  if (fault) return *fault;
  return {};
}

}  // namespace sengi::tune
