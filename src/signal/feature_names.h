// SPDX-License-Identifier: Apache-2.0
// Kinds of features as sengi.toml, pipeline.json and generated code spell them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sengi/signal/front_end.h"

namespace sengi::signal {

// All spellings: "mfcc", "log-mel", "pcan".
const std::vector<std::string>& feature_names();

std::string_view name_of(Feature feature);
std::optional<Feature> feature_named(std::string_view name);

}  // namespace sengi::signal
