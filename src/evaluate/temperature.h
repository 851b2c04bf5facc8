// SPDX-License-Identifier: Apache-2.0
// Confidence made honest by one number (Guo, Pleiss, Sun and Weinberger 2017, "On Calibration of
// Modern Neural Networks"): scores before the softmax are divided by a temperature, which moves no
// answer. Found on clips that training did not learn from and that the test does not count.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "evaluate/metrics.h"

namespace sengi::evaluate {

// Beyond these a temperature says that the clips are too few or too easy to tell.
inline constexpr double coldest = 0.1;
inline constexpr double hottest = 10;

// Rows of `labels` probabilities as they are at another temperature: softmax(ln p / temperature).
// A probability below `floor` counts as `floor`. Requires: temperature > 0, floor > 0.
std::vector<double> at_temperature(std::span<const double> probabilities, std::size_t labels,
                                   double temperature, double floor = 1.0 / 512);

// The temperature in [coldest, hottest] with the least log loss; above 1 where the network is surer
// than it is right. The loss is convex in 1 / temperature, so that there is one.
// Requires: as calibrate(); at least one clip.
double fit_temperature(std::span<const double> probabilities, std::span<const std::size_t> truth,
                       std::size_t labels, double floor = 1.0 / 512);

}  // namespace sengi::evaluate
