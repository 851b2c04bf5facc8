// SPDX-License-Identifier: Apache-2.0
// What any front end is made from, and the shape of what it gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "sengi/signal/front_end.h"
#include "sengi/signal/image_spec.h"
#include "sengi/signal/series_spec.h"

namespace sengi::signal {

using FeatureSpec = std::variant<FrontEndSpec, SeriesSpec, ImageSpec>;

// Of the features of one clip, a network's input [1, height, width, channels].
struct FeatureShape {
  std::int32_t height = 0;
  std::int32_t width = 0;
  std::int32_t channels = 1;

  std::size_t values() const {
    return static_cast<std::size_t>(height) * static_cast<std::size_t>(width) *
           static_cast<std::size_t>(channels);
  }
  bool operator==(const FeatureShape&) const = default;
};

}  // namespace sengi::signal
