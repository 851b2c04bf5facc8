// SPDX-License-Identifier: Apache-2.0
#include "signal/front_end_tables.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "signal/decimator_taps.h"
#include "signal/spec_check.h"
#include "signal/table_parts.h"

namespace sengi::signal {
namespace {

constexpr double pi = std::numbers::pi;

std::size_t size(std::int32_t count) { return static_cast<std::size_t>(count); }

double mel_of(double hz) { return 2595 * std::log10(1 + hz / 700); }

// Where each bin lies between the filters' centres; its frequency counts as `warp` of it.
template <typename Warp>
void fill_mel(OwnedTables& tables, Warp warp) {
  const FrontEndSpec& spec = tables.spec;
  const double low = mel_of(spec.low_hz);
  const double step = (mel_of(spec.high_hz) - low) / (spec.mel_channels + 1);
  const std::int32_t bins = spec.fft_size / 2 + 1;
  tables.mel_rising.assign(size(bins), outside_mel);
  tables.mel_weight.assign(size(bins), 0);
  for (std::int32_t k = 0; k < bins; ++k) {
    const double hz = static_cast<double>(k) * spec.low_rate_hz() / spec.fft_size;
    const double position = (mel_of(warp(hz)) - low) / step;  // filter c's centre stands at c + 1
    if (position < 0 || position >= spec.mel_channels + 1) continue;
    tables.mel_rising[size(k)] = static_cast<std::uint8_t>(position);
    tables.mel_weight[size(k)] = fixed<std::uint16_t>(position - std::floor(position), 15);
  }
}

// The first filter that no bin gives anything to, or -1.
std::int32_t empty_filter(const OwnedTables& tables) {
  std::vector<bool> fed(size(tables.spec.mel_channels) + 1, false);
  for (std::size_t k = 0; k < tables.mel_rising.size(); ++k) {
    const std::uint8_t rising = tables.mel_rising[k];
    if (rising == outside_mel) continue;
    if (tables.mel_weight[k] > 0) fed[rising] = true;
    if (rising > 0 && tables.mel_weight[k] < mel_weight_one) fed[rising - 1U] = true;
  }
  for (std::int32_t c = 0; c < tables.spec.mel_channels; ++c) {
    if (!fed[size(c)]) return c;
  }
  return -1;
}

// Orthonormal DCT-II.
std::vector<std::int16_t> make_dct(const FrontEndSpec& spec) {
  std::vector<std::int16_t> dct;
  const double channels = spec.mel_channels;
  for (std::int32_t i = 0; i < spec.coefficients; ++i) {
    const double norm = std::sqrt((i == 0 ? 1 : 2) / channels);
    for (std::int32_t c = 0; c < spec.mel_channels; ++c) {
      dct.push_back(fixed<std::int16_t>(norm * std::cos(pi * i * (c + 0.5) / channels), 15));
    }
  }
  return dct;
}

FeatureScaling neutral_scaling(const FrontEndSpec& spec) {
  const std::size_t count = size(std::max(0, spec.column_size()));
  return {std::vector<std::int32_t>(count, 0), std::vector<std::int32_t>(count, 1 << 16)};
}

// Feeds a clip hop by hop; use(front_end, hop) for each.
template <typename Use>
void for_each_hop(const OwnedTables& tables, std::span<const std::int16_t> samples, Use use) {
  const FrontEndTables constants = view(tables);
  std::vector<std::int32_t> memory(FrontEnd::memory_words(tables.spec));
  FrontEnd front_end(constants, memory);
  const std::size_t hop = size(tables.spec.hop_samples);
  for (std::size_t at = 0; at + hop <= samples.size(); at += hop) {
    use(front_end, samples.data() + at);
  }
}

}  // namespace

Result<std::shared_ptr<const OwnedTables>> make_tables(const FrontEndSpec& spec,
                                                       const FeatureScaling& scaling) {
  if (const auto fault = find_fault(spec)) return Error{fault->message};
  const std::size_t column_size = size(spec.column_size());
  if (scaling.offset.size() != column_size || scaling.multiplier.size() != column_size) {
    return Error{
        fmt::format("the feature scaling has {} offsets and {} multipliers for columns of {}",
                    scaling.offset.size(), scaling.multiplier.size(), column_size)};
  }
  auto tables = std::make_shared<OwnedTables>();
  tables->spec = spec;
  if (spec.decimate > 1) tables->decimator = make_decimator_taps(spec.decimate);
  tables->window = make_window(spec.low_window());
  tables->sine = make_sine(spec.fft_size);
  fill_mel(*tables, [](double hz) { return hz; });
  if (const std::int32_t empty = empty_filter(*tables); empty >= 0) {
    return Error{fmt::format(
        "mel channel {} of {} is narrower than the {:.1f} Hz between two bins of the transform: "
        "choose fewer mel_channels or a larger fft_size",
        empty, spec.mel_channels, static_cast<double>(spec.low_rate_hz()) / spec.fft_size)};
  }
  if (spec.feature == Feature::mfcc) tables->dct = make_dct(spec);
  tables->scaling = scaling;
  return std::shared_ptr<const OwnedTables>(std::move(tables));
}

std::shared_ptr<const OwnedTables> warped(const std::shared_ptr<const OwnedTables>& tables,
                                          double factor) {
  auto result = std::make_shared<OwnedTables>(*tables);
  const double nyquist = tables->spec.low_rate_hz() / 2.0;
  const double knee = 0.8 * tables->spec.high_hz * std::min(1.0, 1 / factor);
  const double slope = (nyquist - factor * knee) / (nyquist - knee);
  fill_mel(*result,
           [&](double hz) { return hz <= knee ? factor * hz : nyquist - slope * (nyquist - hz); });
  if (empty_filter(*result) >= 0) return tables;
  return result;
}

FrontEndTables view(const OwnedTables& tables) {
  return {.spec = tables.spec,
          .decimator = tables.decimator.empty() ? nullptr : tables.decimator.data(),
          .window = tables.window.data(),
          .sine = tables.sine.data(),
          .mel = {.rising = tables.mel_rising.data(), .weight = tables.mel_weight.data()},
          .dct = tables.dct.empty() ? nullptr : tables.dct.data(),
          .offset = tables.scaling.offset.data(),
          .multiplier = tables.scaling.multiplier.data()};
}

Result<FeatureScaling> calibrate(const FrontEndSpec& spec, ClipViews clips) {
  SENGI_TRY(tables, make_tables(spec, neutral_scaling(spec)));
  const std::size_t column_size = size(spec.column_size());
  std::vector<double> sum(column_size, 0);
  std::vector<double> squares(column_size, 0);
  std::size_t columns = 0;
  for (const std::span<const std::int16_t> clip : clips) {
    const std::vector<std::int32_t> values = unscaled_features(*tables, clip);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double value = values[i];
      sum[i % column_size] += value;
      squares[i % column_size] += value * value;
    }
    columns += values.size() / column_size;
  }
  if (columns == 0) {
    return Error{
        fmt::format("no clip is as long as one window of {} samples", spec.window_samples)};
  }
  // Nothing is raised so far that a hundredth of an octave fills a step.
  constexpr double least_deviation = scaled_steps * 4096 / 100;
  FeatureScaling scaling;
  for (std::size_t i = 0; i < column_size; ++i) {
    const double mean = sum[i] / static_cast<double>(columns);
    const double deviation =
        std::sqrt(std::max(0.0, squares[i] / static_cast<double>(columns) - mean * mean));
    scaling.offset.push_back(static_cast<std::int32_t>(std::lround(mean)));
    scaling.multiplier.push_back(
        fixed<std::int32_t>(scaled_steps / std::max(deviation, least_deviation), 16));
  }
  return scaling;
}

std::vector<std::int8_t> features(const OwnedTables& tables,
                                  std::span<const std::int16_t> samples) {
  std::vector<std::int8_t> all;
  std::vector<std::int8_t> column(size(tables.spec.column_size()));
  for_each_hop(tables, samples, [&](FrontEnd& front_end, const std::int16_t* hop) {
    if (front_end.push(hop, column.data())) all.insert(all.end(), column.begin(), column.end());
  });
  return all;
}

std::vector<std::int32_t> unscaled_features(const OwnedTables& tables,
                                            std::span<const std::int16_t> samples) {
  std::vector<std::int32_t> all;
  for_each_hop(tables, samples, [&](FrontEnd& front_end, const std::int16_t* hop) {
    const std::int32_t* values = front_end.push_unscaled(hop);
    if (values != nullptr) all.insert(all.end(), values, values + tables.spec.column_size());
  });
  return all;
}

}  // namespace sengi::signal
