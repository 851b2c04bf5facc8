// SPDX-License-Identifier: Apache-2.0
// Clips whose label may be wrong: those that a network which never learned from them denies with
// confidence. Confident learning in its simple form (Northcutt, Jiang and Chuang 2021, "Confident
// Learning: Estimating Uncertainty in Dataset Labels").
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sengi::evaluate {

struct Suspicion {
  std::size_t clip = 0;    // index into what was asked about
  std::size_t answer = 0;  // the label that it seems to be
  double confidence = 0;   // probability of that
  double own = 0;          // probability of the label that it has
};

// A label's threshold is the mean probability that its own clips give it. A clip is suspect where
// another label reaches that label's threshold and is the likeliest of all that reach theirs. The
// most suspect come first: by how much surer the network is of the answer than of the label.
// Requires: as calibrate(); probabilities of clips that the network did not learn from.
std::vector<Suspicion> find_suspects(std::span<const double> probabilities,
                                     std::span<const std::size_t> given, std::size_t labels);

}  // namespace sengi::evaluate
