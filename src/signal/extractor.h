// SPDX-License-Identifier: Apache-2.0
// From a clip of any kind to the int8 features that the device makes of it. Samples are 16-bit: of
// audio as they are, of a series row by row, of an image's frame its levels of 0 to 255, row by row
// and channel by channel.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "signal/feature_spec.h"
#include "signal/front_end_tables.h"
#include "signal/image_tables.h"
#include "signal/series_tables.h"

namespace sengi::signal {

class Extractor {
 public:
  // Errors: those of the front end's own tables.
  static Result<Extractor> make(const FeatureSpec& spec, const FeatureScaling& scaling);

  // The shape of the features of a clip of so many samples. Of an image and of a series they follow
  // from the spec alone.
  FeatureShape shape(std::int32_t clip_samples) const;
  std::vector<std::int8_t> features(std::span<const std::int16_t> clip) const;
  // Before shifting and scaling to int8.
  std::vector<std::int32_t> unscaled(std::span<const std::int16_t> clip) const;

  // The constants of a front end for sounds. Null for the others.
  const std::shared_ptr<const OwnedTables>& audio() const;

  // Definitions of the front end's constants as C++: see tables_writer.h.
  std::string as_cpp(const std::string& name) const;

 private:
  using Tables =
      std::variant<std::shared_ptr<const OwnedTables>, std::shared_ptr<const OwnedSeriesTables>,
                   std::shared_ptr<const OwnedImageTables>>;
  explicit Extractor(Tables tables) : tables_(std::move(tables)) {}
  Tables tables_;
};

// How many values share nothing of their scaling: those of an audio column, a series' channels, an
// image's colours. Value i of the features is scaled by entry i modulo this.
std::size_t scaled_values(const FeatureSpec& spec);

// Scaling that gives each value mean 0 and a standard deviation of 32 steps of int8 over the clips.
// Errors: those of Extractor::make(); no clip long enough to give a feature.
Result<FeatureScaling> calibrate(const FeatureSpec& spec, ClipViews clips);

}  // namespace sengi::signal
