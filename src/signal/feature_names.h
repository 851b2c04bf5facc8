// SPDX-License-Identifier: Apache-2.0
// Kinds of features as sengi.toml, pipeline.json and generated code spell them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sengi/signal/front_end.h"
#include "sengi/signal/series_spec.h"

namespace sengi::signal {

// All spellings: "mfcc", "log-mel", "pcan".
const std::vector<std::string>& feature_names();

std::string_view name_of(Feature feature);
std::optional<Feature> feature_named(std::string_view name);

// The same of series: "raw", "statistics", "spectral".
const std::vector<std::string>& series_feature_names();
std::string_view name_of(SeriesFeature feature);
std::optional<SeriesFeature> series_feature_named(std::string_view name);

}  // namespace sengi::signal
