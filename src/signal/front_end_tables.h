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
#include "signal/clip_views.h"

namespace sengi::signal {

// int8 = clamp(round((value - offset) * multiplier / 2^16)), for each value of a column; values are
// the front end's own fixed-point numbers (log2 of energy, or its DCT).
struct FeatureScaling {
  std::vector<std::int32_t> offset;      // [column_size]
  std::vector<std::int32_t> multiplier;  // [column_size]
  bool operator==(const FeatureScaling&) const = default;
};

// The arrays that a device's FrontEndTables points to, with the lengths given there.
struct OwnedTables {
  FrontEndSpec spec;
  std::vector<std::int16_t> decimator;  // empty where nothing is decimated
  std::vector<std::uint16_t> window;
  std::vector<std::int32_t> sine;
  std::vector<std::uint8_t> mel_rising;
  std::vector<std::uint16_t> mel_weight;
  std::vector<std::int16_t> dct;  // empty for log_mel
  FeatureScaling scaling;
};

// Errors: a spec out of range, naming the value and the range; a mel filter so narrow that no bin
// of the transform falls into it; scaling of another size than a column's.
Result<std::shared_ptr<const OwnedTables>> make_tables(const FrontEndSpec& spec,
                                                       const FeatureScaling& scaling);

// The front end as it would hear a speaker whose vocal tract is shorter or longer: all frequencies
// count as `factor` times as high, up to four fifths of high_hz; from there on a straight line
// leads to half of the rate that is transformed (Jaitly and Hinton 2013, "Vocal Tract Length
// Perturbation improves speech recognition"). The tables themselves where a filter would lose its
// last bin. Requires: factor in 0.7 .. 1.4.
std::shared_ptr<const OwnedTables> warped(const std::shared_ptr<const OwnedTables>& tables,
                                          double factor);

// What the device's code takes. Lives as long as `tables`.
FrontEndTables view(const OwnedTables& tables);

// Scaling that gives each value of a column mean 0 and a standard deviation of 32 steps over the
// clips given (each value of a column by its own statistics).
// Errors: those of make_tables(); no clip long enough for one column.
Result<FeatureScaling> calibrate(const FrontEndSpec& spec, ClipViews clips);

// int8 features [columns, column_size] of one clip: the device's front end fed hop by hop. Samples
// behind the last whole hop are not heard.
std::vector<std::int8_t> features(const OwnedTables& tables, std::span<const std::int16_t> samples);

// The same before scaling, in 1/4096 of an octave.
std::vector<std::int32_t> unscaled_features(const OwnedTables& tables,
                                            std::span<const std::int16_t> samples);

}  // namespace sengi::signal
