// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine and standard library, and that can be begun
// anywhere: a stream follows from its keys alone, such as (seed, epoch, clip).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace sengi::train {

// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
class Random {
 public:
  explicit Random(std::initializer_list<std::uint64_t> keys) {
    for (const std::uint64_t key : keys) state_ = mix(state_ ^ mix(key + step));
  }

  std::uint64_t bits() { return mix(state_ += step); }

  // In [0, 1).
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }

  // In [0, count). Requires: count > 0. (Bias below count / 2^64.)
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(bits() % count); }

  // Near enough to a normal distribution for noise: the sum of four uniform 16-bit numbers, with
  // mean 0 and variance 1.
  float noise() {
    std::uint64_t word = bits();
    std::int32_t sum = 0;
    for (int i = 0; i < 4; ++i, word >>= 16) sum += static_cast<std::int32_t>(word & 0xffff);
    constexpr float mean = 2 * 65535.0F;
    constexpr float deviation = 37837.227F;  // sqrt(4 * (2^32 - 1) / 12)
    return (static_cast<float>(sum) - mean) / deviation;
  }

  // The numbers 0 .. count - 1 in random order (Fisher and Yates).
  std::vector<std::uint32_t> permutation(std::size_t count) {
    std::vector<std::uint32_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::uint32_t>(i);
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
    return order;
  }

 private:
  static constexpr std::uint64_t step = 0x9e3779b97f4a7c15;

  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_ = 0;
};

}  // namespace sengi::train
