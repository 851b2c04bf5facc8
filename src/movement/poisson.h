// SPDX-License-Identifier: Apache-2.0
// The exact confidence interval of a Poisson mean (Garwood 1936, "Fiducial limits for the Poisson
// distribution").
#pragma once

#include <cstddef>

namespace sengi::movement {

struct Interval {
  double low;
  double high;
};

// Of the mean of which `count` is one draw. Requires: confidence in (0, 1).
Interval poisson_interval(std::size_t count, double confidence = 0.95);

}  // namespace sengi::movement
