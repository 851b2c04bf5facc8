// SPDX-License-Identifier: Apache-2.0
#include "signal/series_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "signal/spec_check.h"
#include "signal/table_parts.h"

namespace sengi::signal {
namespace {

std::size_t size(std::int32_t count) { return static_cast<std::size_t>(count); }

std::vector<std::uint16_t> make_windows(const SeriesSpec& spec) {
  std::vector<std::uint16_t> windows = make_window(longest_segment(spec));
  if (spec.rows % spec.segments != 0) {
    const std::vector<std::uint16_t> shorter = make_window(longest_segment(spec) - 1);
    windows.insert(windows.end(), shorter.begin(), shorter.end());
  }
  return windows;
}

std::vector<std::uint8_t> make_bands(const SeriesSpec& spec) {
  const std::int32_t bins = series_fft_size(spec) / 2;  // without the constant one
  std::vector<std::uint8_t> bands(size(bins) + 1, outside_bands);
  std::int32_t first = 1;
  for (std::int32_t band = 0; band < spec.bands; ++band) {
    const double edge = std::pow(bins + 1, static_cast<double>(band + 1) / spec.bands);
    const std::int32_t left = spec.bands - 1 - band;  // bands behind, that need a bin each
    const std::int32_t end =
        std::clamp(static_cast<std::int32_t>(std::lround(edge)), first + 1, bins + 1 - left);
    std::fill(bands.begin() + first, bands.begin() + end, static_cast<std::uint8_t>(band));
    first = end;
  }
  return bands;
}

// What a standard deviation counts as at least, in a channel's own units.
double least_deviation(const SeriesSpec& spec, std::size_t channel) {
  constexpr double count = scaled_steps;
  constexpr double octave = scaled_steps * 4096 / 100;
  constexpr double share = scaled_steps * (1 << share_bits) / 4096;
  if (spec.feature == SeriesFeature::raw) return count;
  const std::size_t of_axis =
      channel %
      size(series_statistics + (spec.feature == SeriesFeature::spectral ? spec.bands : 0));
  if (of_axis == 5) return share;
  return of_axis == 1 || of_axis == 4 || of_axis > 5 ? octave : count;
}

// use(front_end) once all rows of a window are in it; returns whether there is one.
template <typename Use>
bool with_window(const OwnedSeriesTables& tables, std::span<const std::int16_t> rows, Use use) {
  const SeriesSpec& spec = tables.spec;
  const std::size_t window = size(spec.rows) * size(spec.axes);
  const std::size_t whole = rows.size() / size(spec.axes) * size(spec.axes);
  if (whole < window) return false;
  const SeriesTables constants = view(tables);
  std::vector<std::int32_t> memory(SeriesFrontEnd::memory_words(spec));
  SeriesFrontEnd front_end(constants, memory);
  for (std::size_t at = whole - window; at < whole; at += size(spec.axes)) {
    front_end.push(rows.data() + at);
  }
  use(front_end);
  return true;
}

std::size_t values_of(const SeriesSpec& spec) {
  return size(spec.height()) * size(spec.channels());
}

}  // namespace

Result<std::shared_ptr<const OwnedSeriesTables>> make_series_tables(const SeriesSpec& spec,
                                                                    const FeatureScaling& scaling) {
  if (const auto fault = find_series_fault(spec)) return Error{fault->message};
  const std::size_t channels = size(spec.channels());
  if (scaling.offset.size() != channels || scaling.multiplier.size() != channels) {
    return Error{
        fmt::format("the feature scaling has {} offsets and {} multipliers for {} channels",
                    scaling.offset.size(), scaling.multiplier.size(), channels)};
  }
  auto tables = std::make_shared<OwnedSeriesTables>();
  tables->spec = spec;
  tables->scaling = scaling;
  if (spec.feature == SeriesFeature::spectral) {
    tables->window = make_windows(spec);
    tables->sine = make_sine(series_fft_size(spec));
    tables->band = make_bands(spec);
  }
  return std::shared_ptr<const OwnedSeriesTables>(std::move(tables));
}

SeriesTables view(const OwnedSeriesTables& tables) {
  const bool spectral = tables.spec.feature == SeriesFeature::spectral;
  return {.spec = tables.spec,
          .offset = tables.scaling.offset.data(),
          .multiplier = tables.scaling.multiplier.data(),
          .window = spectral ? tables.window.data() : nullptr,
          .sine = spectral ? tables.sine.data() : nullptr,
          .band = spectral ? tables.band.data() : nullptr};
}

FeatureScaling neutral_series_scaling(const SeriesSpec& spec) {
  const std::size_t count = size(std::max(0, spec.channels()));
  return {std::vector<std::int32_t>(count, 0), std::vector<std::int32_t>(count, 1 << 16)};
}

Result<FeatureScaling> calibrate_series(const SeriesSpec& spec, ClipViews windows) {
  if (const auto fault = find_series_fault(spec)) return Error{fault->message};
  SENGI_TRY(tables, make_series_tables(spec, neutral_series_scaling(spec)));
  if (windows.empty()) return Error{"no window to learn the scale of features from"};
  const std::size_t channels = size(spec.channels());
  std::vector<double> sum(channels, 0);
  std::vector<double> squares(channels, 0);
  for (const std::span<const std::int16_t> window : windows) {
    if (window.size() != size(spec.rows) * size(spec.axes)) {
      return Error{fmt::format("a window holds {} values where {} rows of {} are {}", window.size(),
                               spec.rows, spec.axes, size(spec.rows) * size(spec.axes))};
    }
    const std::vector<std::int32_t> values = unscaled_series_features(*tables, window);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double value = values[i];
      sum[i % channels] += value;
      squares[i % channels] += value * value;
    }
  }
  const double count = static_cast<double>(windows.size()) * spec.height();
  FeatureScaling scaling;
  for (std::size_t i = 0; i < channels; ++i) {
    const double mean = sum[i] / count;
    const double deviation = std::sqrt(std::max(0.0, squares[i] / count - mean * mean));
    scaling.offset.push_back(static_cast<std::int32_t>(std::lround(mean)));
    scaling.multiplier.push_back(
        fixed<std::int32_t>(scaled_steps / std::max(deviation, least_deviation(spec, i)), 16));
  }
  return scaling;
}

std::vector<std::int8_t> series_features(const OwnedSeriesTables& tables,
                                         std::span<const std::int16_t> rows) {
  std::vector<std::int8_t> features(values_of(tables.spec));
  const bool any = with_window(
      tables, rows, [&](const SeriesFrontEnd& front_end) { front_end.features(features.data()); });
  if (!any) features.clear();
  return features;
}

std::vector<std::int32_t> unscaled_series_features(const OwnedSeriesTables& tables,
                                                   std::span<const std::int16_t> rows) {
  std::vector<std::int32_t> values(values_of(tables.spec));
  const bool any = with_window(
      tables, rows, [&](const SeriesFrontEnd& front_end) { front_end.unscaled(values.data()); });
  if (!any) values.clear();
  return values;
}

}  // namespace sengi::signal
