// SPDX-License-Identifier: Apache-2.0
// How sure the figures of a test are, when its clips come in groups (speakers, animals, sites).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "evaluate/metrics.h"

namespace sengi::evaluate {

// One clip that was answered.
struct Answered {
  std::size_t truth = 0;
  std::size_t answer = 0;
  std::string group;  // empty where not known: the clip is then a group of its own
};

// Where figures lie with 95 % confidence.
struct Intervals {
  Interval accuracy;
  Interval balanced_accuracy;
  Interval macro_f1;
  std::uint64_t units = 0;      // groups that were drawn from, clips without a group included
  std::uint64_t groups = 0;     // of these, those with a name
  std::uint64_t resamples = 0;  // 0: nothing to draw from, and the intervals are [0, 1]
  std::uint64_t seed = 0;
  bool operator==(const Intervals&) const = default;
};

// Fewer groups than this say little about the next one, and the intervals are still too narrow.
inline constexpr std::uint64_t few_groups = 20;

// The cluster bootstrap: whole groups are drawn with replacement, as many as there are, and each
// figure's interval is the middle 95 % of what the draws give (Efron 1979; Davison and Hinkley
// 1997, section 3.8: clips of one voice are no independent evidence). Clips of one group stay
// together, so a test of few voices is as unsure as it is. The accuracy's interval is never
// narrower than Wilson's for independent clips, which stays honest where every answer is right.
// The same seed gives the same intervals. Cost: resamples times clips.
// Requires: truth and answer below `labels`; resamples > 0.
Intervals bootstrap_95(std::span<const Answered> clips, std::size_t labels,
                       std::uint64_t resamples = 2000, std::uint64_t seed = 1);

// "2,000 draws of 12 groups", "2,000 draws of 12 groups and 40 clips without one"
std::string words_of(const Intervals& intervals);

}  // namespace sengi::evaluate
