// SPDX-License-Identifier: Apache-2.0
// How well a detector hears: what it found against what people marked, over whole recordings.
//
//   const Judgement j = judge(recordings, {.matching = {Rule::overlap, 0.2}});
//   j.all.recall();  j.false_alarms_an_hour()  j.curve  ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "events/event.h"
#include "events/match.h"

namespace sengi::events {

struct Counts {
  std::size_t right = 0;         // true positives
  std::size_t false_alarms = 0;  // false positives
  std::size_t missed = 0;        // false negatives
  std::size_t wrong = 0;         // by Rule::first alone: at a mark, with another label

  // None where there is nothing to have a share of.
  std::optional<double> precision() const;
  std::optional<double> recall() const;
  std::optional<double> f1() const;

  Counts& operator+=(const Counts& other);
  bool operator==(const Counts&) const = default;
};

struct Range {
  double low = 0;
  double high = 0;
};

// What comes of a threshold: of all that was found, only what is at least so sure counts.
struct Point {
  double threshold = 0;
  Counts counts;
};

// Where a found event stands.
struct Fate {
  std::size_t recording = 0;
  std::size_t found = 0;
  std::optional<std::size_t> mark;   // that it is, or by Rule::first that it stands at
  std::optional<std::string> other;  // the label of a mark that nothing found, at the same time
};

struct Judgement {
  double threshold = 0;
  double hours = 0;  // 0 where a recording's length is not known
  std::size_t recordings = 0;
  Counts all;
  std::map<std::string, Counts> labels;
  std::vector<Fate> found;                                  // of what is at least so sure
  std::vector<std::pair<std::size_t, std::size_t>> missed;  // recording, mark
  std::vector<Point> curve;                                 // by falling threshold
  // Where 95 of 100 such sets of recordings have it: whole recordings are drawn anew, since what is
  // in one is alike; shares are never surer than independent events would make them (Wilson 1927).
  // None with fewer than two recordings.
  std::optional<Range> precision_95, recall_95, f1_95;
  // As these, and never narrower than a count's own (Garwood 1936), which is all there is of one
  // recording.
  std::optional<Range> false_alarms_an_hour_95;

  std::optional<double> false_alarms_an_hour() const;
};

struct JudgeOptions {
  Matching matching = {};
  double threshold = 0;
  // Instead of `threshold`: the lowest at which there are so many false alarms an hour or fewer.
  std::optional<double> false_alarms_an_hour = {};
  std::uint64_t draws = 2000;
  std::uint64_t seed = 1;
};

// Errors: a rate is asked for and a length is not known; no recording.
Result<Judgement> judge(const std::vector<Recording>& recordings, const JudgeOptions& options);

// The mean that a count was drawn of lies here with 95 % confidence (Garwood 1936).
Range poisson_95(std::size_t count);

}  // namespace sengi::events
