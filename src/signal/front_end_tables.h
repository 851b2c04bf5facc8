// SPDX-License-Identifier: Apache-2.0
// The host's face of the device's front end: the constant tables it runs on, computed once in
// double precision, and features of whole clips, made by the very code the device runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "sengi/signal/front_end.h"

namespace sengi::signal {

// int8 = clamp(round((value - offset) * multiplier / 2^16)), for each value of a column; values are
// the front end's own fixed-point numbers (log2 of energy, or its DCT).
struct FeatureScaling {
  std::vector<std::int32_t> offset;      // [column_size]
  std::vector<std::int32_t> multiplier;  // [column_size]
  bool operator==(const FeatureScaling&) const = default;
};

// Owns the arrays that a device FrontEndTables points to.
struct OwnedTables;

// Errors: a spec out of range, naming the value and the range.
Result<std::shared_ptr<const OwnedTables>> make_tables(const FrontEndSpec& spec,
                                                       const FeatureScaling& scaling);

// Scaling that gives each value of a column mean 0 and a standard deviation of 32 steps over the
// clips given (each value of a column by its own statistics).
// Requires: at least one clip long enough for one column.
Result<FeatureScaling> calibrate(const FrontEndSpec& spec,
                                 std::span<const std::vector<std::int16_t>> clips);

// int8 features [columns, column_size] of one clip: the device's front end fed hop by hop.
std::vector<std::int8_t> features(const OwnedTables& tables, std::span<const std::int16_t> samples);

}  // namespace sengi::signal
