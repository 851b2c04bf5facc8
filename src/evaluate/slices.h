// SPDX-License-Identifier: Apache-2.0
// The same test, by what its clips are like: for whom, where and when does it work less well?
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluate/bootstrap.h"
#include "evaluate/metrics.h"

namespace sengi::evaluate {

struct Slice {
  std::string value;  // "Swahili", "quietest third, below -31.2 dBFS"
  std::uint64_t count = 0;
  std::uint64_t correct = 0;
  std::uint64_t groups = 0;  // clips without a group count as one each
  Interval accuracy_95;      // as bootstrap_95() has it

  double accuracy() const;
  // Too little to say much: under 30 clips or under 5 groups.
  bool few() const { return count < 30 || groups < 5; }
  bool operator==(const Slice&) const = default;
};

struct Slicing {
  std::string by;  // "level", "duration", or a column of the manifest
  std::vector<Slice> slices;
  bool operator==(const Slicing&) const = default;
};

// A slice a value, in the order of the values. Clips without a value are a slice "(not given)".
// Requires: values.size() == clips.size().
Slicing slice_by_value(std::string by, std::span<const std::string> values,
                       std::span<const Answered> clips, std::size_t labels);

// Three slices of as many clips each, lowest first, with the limits in the names: "lowest third,
// below 0.84 s". Clips without a measure are left out. Nothing where fewer than three values
// differ, or where they differ by no more than `least`: there is nothing to compare.
std::optional<Slicing> slice_by_thirds(std::string by, const std::string& unit, double least,
                                       std::span<const std::optional<double>> measures,
                                       std::span<const Answered> clips, std::size_t labels);

}  // namespace sengi::evaluate
