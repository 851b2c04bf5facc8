// SPDX-License-Identifier: Apache-2.0
// Whether what a device tells now is still distributed as in its first weeks: the two-sample test
// of Kolmogorov and Smirnov (Smirnov 1948), with Stephens' correction for few samples (1970).
#pragma once

#include <vector>

namespace sengi::station {

struct Drift {
  double distance = 0;     // D: the largest difference of the two distributions, 0 .. 1
  double probability = 1;  // of such a distance or a larger one where nothing has changed
};

// Values that are equal, as scores are, make the probability too large rather than too small.
// Requires: neither is empty.
Drift drift_between(std::vector<double> before, std::vector<double> now);

}  // namespace sengi::station
