// SPDX-License-Identifier: Apache-2.0
// A stretch of sound made of test clips, with what is in it and what the device program hears.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "evaluate/pipeline.h"
#include "project/project.h"

namespace sengi::evaluate {

// One word, call or gesture in time.
struct Stretch {
  std::size_t label = 0;
  double start_s = 0;
  double end_s = 0;
  double confidence = 1;  // of what was heard
};

// Of a whole recording, of which an example may show a part.
struct ListeningFigures {
  double duration_s = 0;
  std::size_t words = 0;  // that were said
  std::size_t found = 0;
  std::size_t false_alarms = 0;
};

struct Example {
  std::string origin;  // what the sound is
  double duration_s = 0;
  std::vector<std::pair<std::int16_t, std::int16_t>> envelope;  // lowest and highest, in columns
  std::vector<Stretch> truth;
  std::vector<Stretch> heard;
  double first_s = 0;                       // time of the first run of the network
  double step_s = 0;                        // between two runs
  std::vector<std::vector<double>> scores;  // a row a run of the network, a probability a label
  ListeningFigures whole;
};

// A detection may come a little after its word, since scores are averaged over time (the tolerance
// of Google's streaming accuracy test for Speech Commands).
inline constexpr double hearing_tolerance_s = 0.75;

// Which of what was heard is right: the same label, overlapping its truth within `tolerance_s`,
// each truth met once.
struct Verdict {
  std::vector<bool> right;  // for each of `heard`
  std::vector<bool> found;  // for each of `truth`
};
Verdict judge(std::span<const Stretch> truth, std::span<const Stretch> heard,
              double tolerance_s = hearing_tolerance_s);
ListeningFigures count(const Verdict& verdict, double duration_s);

// Lowest and highest sample in each of `columns` equal parts.
std::vector<std::pair<std::int16_t, std::int16_t>> envelope(std::span<const std::int16_t> samples,
                                                            std::size_t columns);

}  // namespace sengi::evaluate
