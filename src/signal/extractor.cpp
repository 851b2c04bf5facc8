// SPDX-License-Identifier: Apache-2.0
#include "signal/extractor.h"

#include <algorithm>
#include <cmath>

#include "signal/image_tables_writer.h"
#include "signal/tables_writer.h"

namespace sengi::signal {
namespace {

// Picks the lambda that takes what a variant holds.
template <typename... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Match(Cases...) -> Match<Cases...>;

using Audio = std::shared_ptr<const OwnedTables>;
using Series = std::shared_ptr<const OwnedSeriesTables>;
using Image = std::shared_ptr<const OwnedImageTables>;

// Columns that a front end fed with `samples`, hop by hop, gives.
std::int32_t columns_in(std::int32_t samples, const FrontEndSpec& spec) {
  const std::int32_t hops_of_window =
      (spec.window_samples + spec.hop_samples - 1) / spec.hop_samples;
  return std::max(0, samples / spec.hop_samples - hops_of_window + 1);
}

// An image's colours have one scaling each. A spread of less than a level is the camera's noise,
// and is not raised to fill int8.
Result<FeatureScaling> calibrate_image(const ImageSpec& spec, ClipViews frames) {
  const auto channels = static_cast<std::size_t>(spec.channels);
  const FeatureScaling neutral{std::vector<std::int32_t>(channels, 0),
                               std::vector<std::int32_t>(channels, 1 << 16)};
  SENGI_TRY(tables, make_image_tables(spec, neutral));
  std::vector<double> sum(channels, 0);
  std::vector<double> squares(channels, 0);
  std::size_t pixels = 0;
  for (const std::span<const std::int16_t> frame : frames) {
    const std::vector<std::int32_t> values = unscaled_image_features(*tables, frame);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double value = values[i];
      sum[i % channels] += value;
      squares[i % channels] += value * value;
    }
    pixels += values.size() / channels;
  }
  if (pixels == 0) return Error{"no image to see how light they are"};
  constexpr double steps = 32;  // of int8 for one standard deviation
  constexpr double level = 256;
  FeatureScaling scaling;
  for (std::size_t i = 0; i < channels; ++i) {
    const double mean = sum[i] / static_cast<double>(pixels);
    const double deviation =
        std::sqrt(std::max(0.0, squares[i] / static_cast<double>(pixels) - mean * mean));
    scaling.offset.push_back(static_cast<std::int32_t>(std::lround(mean)));
    const double scale = steps / std::max(deviation, level);
    scaling.multiplier.push_back(static_cast<std::int32_t>(std::lround(scale * 65536)));
  }
  return scaling;
}

}  // namespace

Result<Extractor> Extractor::make(const FeatureSpec& spec, const FeatureScaling& scaling) {
  return std::visit(Match{[&](const FrontEndSpec& audio) -> Result<Extractor> {
                            SENGI_TRY(tables, make_tables(audio, scaling));
                            return Extractor(std::move(tables));
                          },
                          [&](const SeriesSpec& series) -> Result<Extractor> {
                            SENGI_TRY(tables, make_series_tables(series, scaling));
                            return Extractor(std::move(tables));
                          },
                          [&](const ImageSpec& image) -> Result<Extractor> {
                            SENGI_TRY(tables, make_image_tables(image, scaling));
                            return Extractor(std::move(tables));
                          }},
                    spec);
}

FeatureShape Extractor::shape(std::int32_t clip_samples) const {
  return std::visit(
      Match{[&](const Audio& tables) {
              return FeatureShape{columns_in(clip_samples, tables->spec),
                                  tables->spec.column_size(), 1};
            },
            [](const Series& tables) {
              return FeatureShape{tables->spec.height(), 1, tables->spec.channels()};
            },
            [](const Image& tables) {
              return FeatureShape{tables->spec.height, tables->spec.width, tables->spec.channels};
            }},
      tables_);
}

std::vector<std::int8_t> Extractor::features(std::span<const std::int16_t> clip) const {
  return std::visit(Match{[&](const Audio& tables) { return signal::features(*tables, clip); },
                          [&](const Series& tables) { return series_features(*tables, clip); },
                          [&](const Image& tables) { return image_features(*tables, clip); }},
                    tables_);
}

std::vector<std::int32_t> Extractor::unscaled(std::span<const std::int16_t> clip) const {
  return std::visit(
      Match{[&](const Audio& tables) { return unscaled_features(*tables, clip); },
            [&](const Series& tables) { return unscaled_series_features(*tables, clip); },
            [&](const Image& tables) { return unscaled_image_features(*tables, clip); }},
      tables_);
}

const std::shared_ptr<const OwnedTables>& Extractor::audio() const {
  static const Audio none;
  const Audio* tables = std::get_if<Audio>(&tables_);
  return tables == nullptr ? none : *tables;
}

std::string Extractor::as_cpp(const std::string& name) const {
  return std::visit(Match{[&](const Audio& tables) { return tables_as_cpp(*tables, name); },
                          [&](const Series& tables) { return series_tables_as_cpp(*tables, name); },
                          [&](const Image& tables) { return image_tables_as_cpp(*tables, name); }},
                    tables_);
}

std::size_t scaled_values(const FeatureSpec& spec) {
  const std::int32_t values =
      std::visit(Match{[](const FrontEndSpec& audio) { return audio.column_size(); },
                       [](const SeriesSpec& series) { return series.channels(); },
                       [](const ImageSpec& image) { return image.channels; }},
                 spec);
  return static_cast<std::size_t>(std::max(0, values));
}

Result<FeatureScaling> calibrate(const FeatureSpec& spec, ClipViews clips) {
  return std::visit(Match{[&](const FrontEndSpec& audio) { return calibrate(audio, clips); },
                          [&](const SeriesSpec& series) { return calibrate_series(series, clips); },
                          [&](const ImageSpec& image) { return calibrate_image(image, clips); }},
                    spec);
}

}  // namespace sengi::signal
