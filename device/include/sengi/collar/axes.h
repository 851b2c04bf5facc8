// SPDX-License-Identifier: Apache-2.0
// How much a window of the accelerometer moved, and which of its axes can be believed.
//
// A sensor that works is never quite still: its last bits flicker from noise, even on a stone (the
// LIS2DW12's noise is several of its steps). An axis whose number does not change at all, window
// after window, is stuck, whatever it reads; an animal that lies dead is no such thing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sengi::collar {

inline constexpr std::size_t axes_max = 3;

struct Spread {
  std::uint8_t axes = 0;  // 0: there was no window
  // Mean distance from the window's mean, an axis each, in the 16-bit units of its rows, rounded
  // up: 0 says that all rows were the same.
  std::uint16_t value[axes_max] = {};
};

// Of rows [rows][stride], of which the first `axes` numbers are taken. Requires: at least a row, at
// most 65,535; axes <= stride, axes <= axes_max.
constexpr Spread spread_of(std::span<const std::int16_t> values, std::size_t stride,
                           std::uint8_t axes) {
  Spread spread;
  spread.axes = axes;
  const auto rows = static_cast<std::int32_t>(values.size() / stride);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::int64_t sum = 0;
    for (std::size_t at = axis; at < values.size(); at += stride) sum += values[at];
    std::uint64_t distance = 0;  // times the number of rows
    for (std::size_t at = axis; at < values.size(); at += stride) {
      const std::int64_t off = std::int64_t{values[at]} * rows - sum;
      distance += static_cast<std::uint64_t>(off < 0 ? -off : off);
    }
    const auto area = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(rows);
    spread.value[axis] = static_cast<std::uint16_t>((distance + area - 1) / area);
  }
  return spread;
}

enum class Stir : std::uint8_t {
  unknown,  // no axis can be believed
  still,
  moving,
};

class Axes {
 public:
  static constexpr std::uint8_t windows_to_tell = 12;

  // `still_below`: what the spread of an animal that does not stir stays below on every axis.
  explicit Axes(std::uint16_t still_below) : still_below_(still_below) {}

  Stir push(const Spread& spread) {
    Stir stir = Stir::unknown;
    for (std::size_t axis = 0; axis < spread.axes && axis < axes_max; ++axis) {
      std::uint8_t& same = same_[axis];
      if (spread.value[axis] == 0) {
        if (same < windows_to_tell) ++same;
        continue;
      }
      same = 0;
      if (spread.value[axis] >= still_below_) stir = Stir::moving;
      if (stir == Stir::unknown) stir = Stir::still;
    }
    return stir;
  }

  // Bit i: axis i has not changed for windows_to_tell windows.
  std::uint8_t stuck() const {
    std::uint8_t bits = 0;
    for (std::size_t axis = 0; axis < axes_max; ++axis) {
      if (same_[axis] == windows_to_tell) bits = static_cast<std::uint8_t>(bits | (1U << axis));
    }
    return bits;
  }

 private:
  std::uint16_t still_below_;
  std::uint8_t same_[axes_max] = {};
};

}  // namespace sengi::collar
