// SPDX-License-Identifier: Apache-2.0
// From a stream of scores to events: posterior smoothing, a threshold with hysteresis, and a
// refractory time (after Chen, Parada and Heigold 2014, "Small-footprint keyword spotting using
// deep neural networks").
#pragma once

#include <cstdint>

namespace sengi::detect {

// Times are in steps: one step is one run of the network.
struct DetectorSpec {
  std::int32_t labels = 0;            // 1 .. 127
  std::int32_t smoothing_steps = 1;   // 1 .. 64
  std::int32_t threshold = 205;       // averaged score (0 .. 255) at which an event starts
  std::int32_t release = 128;         // averaged score below which it ends
  std::int32_t refractory_steps = 0;  // after the end of an event of the same label
};

}  // namespace sengi::detect
