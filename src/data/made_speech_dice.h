// SPDX-License-Identifier: Apache-2.0
// Chance that is the same on every machine: what is thrown follows from the seed and the words the
// dice are made with, so that adding a clip to a recipe changes no other clip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace sengi::data {

class Dice {
 public:
  Dice(std::uint64_t seed, std::string_view words)
      : engine_(std::stoull(sha256(std::to_string(seed) + '/' + std::string(words)).substr(0, 16),
                            nullptr, 16)) {}

  // In [0, 1). (The distributions of the standard library differ between implementations.)
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }

  // In [0, count). Requires: count > 0.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }

  // One of a container that is not empty.
  template <typename List>
  const auto& one_of(const List& list) {
    return list[below(list.size())];
  }

  // Normal with mean 0 and variance 1, near enough for noise (sum of twelve uniform numbers).
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace sengi::data
