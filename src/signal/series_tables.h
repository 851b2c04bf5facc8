// SPDX-License-Identifier: Apache-2.0
// The host's face of the device's series front end: its constant tables, computed once in double
// precision, and features of windows, made by the very code the device runs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "sengi/signal/series_front_end.h"
#include "signal/front_end_tables.h"

namespace sengi::signal {

// The arrays that a device's SeriesTables points to, with the lengths given there.
struct OwnedSeriesTables {
  SeriesSpec spec;
  std::vector<std::uint16_t> window;  // this and the next two are empty but for spectral
  std::vector<std::int32_t> sine;
  std::vector<std::uint8_t> band;
  FeatureScaling scaling;  // [channels]
};

// Bands part the bins from the first to the last (half the sample rate) at equal ratios; where such
// a band would hold no bin, the bands from the lowest on hold one each until the ratio's own do.
// Errors: a spec out of range, as find_series_fault() says; scaling of another size than channels.
Result<std::shared_ptr<const OwnedSeriesTables>> make_series_tables(const SeriesSpec& spec,
                                                                    const FeatureScaling& scaling);

// What the device's code takes. Lives as long as `tables`.
SeriesTables view(const OwnedSeriesTables& tables);

// Offsets of 0 and multipliers of 1 for each channel.
FeatureScaling neutral_series_scaling(const SeriesSpec& spec);

// Scaling that gives each channel mean 0 and a standard deviation of 32 steps over the windows
// given, each [rows][axes]. A channel that hardly changes is not raised without end: a count, a
// hundredth of an octave or a crossing in 4,096 rows is at most one step.
// Errors: those of make_series_tables(); no window; one of another size.
Result<FeatureScaling> calibrate_series(const SeriesSpec& spec, ClipViews windows);

// int8 features [height][channels] of the last whole window of `rows` [any count][axes]; empty
// where there is none.
std::vector<std::int8_t> series_features(const OwnedSeriesTables& tables,
                                         std::span<const std::int16_t> rows);

// The same before scaling, in the units of sengi/signal/series_front_end.h.
std::vector<std::int32_t> unscaled_series_features(const OwnedSeriesTables& tables,
                                                   std::span<const std::int16_t> rows);

}  // namespace sengi::signal
