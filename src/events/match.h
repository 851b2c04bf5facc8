// SPDX-License-Identifier: Apache-2.0
// Which of what was found is which of what was marked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "events/assignment.h"
#include "events/event.h"

namespace sengi::events {

enum class Rule : std::uint8_t {
  // Both last a time, and share some of it, or are no more than the tolerance apart. Of all ways to
  // have most pairs, that of the least difference in starts and ends.
  overlap,
  // Both begin within the tolerance of one another; of all ways to have most pairs, that of the
  // least difference in starts. (Mesaros, Heittola and Virtanen 2016, "Metrics for polyphonic sound
  // event detection", onset only.)
  onset,
  // As in the accuracy test of TensorFlow's speech commands and in "Few-shot keyword spotting in
  // any
  // language" (Mazumder et al. 2021): in the order of time, what was found takes the first mark
  // that
  // begins within the tolerance and is still free, whatever its label. Where the labels differ it
  // is
  // wrong, which is neither a false alarm nor a miss. Not the best assignment: there to compare.
  first,
};
std::optional<Rule> rule_named(std::string_view name);  // "overlap", "onset", "first"
std::string_view name_of(Rule rule);

struct Matching {
  Rule rule = Rule::overlap;
  double tolerance_s = 0;  // both ends of it count
};

// The pairs that may be, with what they differ by in microseconds. Found is left, marked is right.
// Labels must be the same but by Rule::first.
std::vector<Pair> pairs_between(std::span<const Event> marked, std::span<const Event> found,
                                const Matching& matching);

// For each found event the mark that it is, or none.
std::vector<std::optional<std::size_t>> match(std::span<const Event> marked,
                                              std::span<const Event> found,
                                              const Matching& matching);

}  // namespace sengi::events
