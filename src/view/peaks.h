// SPDX-License-Identifier: Apache-2.0
// The lowest and highest sample of each stretch of a recording: what a waveform is drawn from.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sengi::view {

struct Peak {
  std::int16_t low = 0;
  std::int16_t high = 0;
  bool operator==(const Peak&) const = default;
};

// Of each stretch of 2^level samples, the last one shorter.
std::vector<Peak> peaks_of(std::span<const float> samples, int level);

// From one level to a coarser one: each 2^steps peaks become one.
std::vector<Peak> coarser(std::span<const Peak> peaks, int steps);

}  // namespace sengi::view
