// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sengi::train {

// The sum over `count` values of value(i): several sums side by side, in an order that is the same
// however wide the machine's vectors are.
template <typename Value>
double sum_of(std::int64_t count, Value value) {
  constexpr std::int64_t lanes = 16;
  float lane[lanes] = {};
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    for (std::int64_t k = 0; k < lanes; ++k) lane[k] += value(i + k);
  }
  double sum = 0;
  for (const float part : lane) sum += static_cast<double>(part);
  for (; i < count; ++i) sum += static_cast<double>(value(i));
  return sum;
}

}  // namespace sengi::train
