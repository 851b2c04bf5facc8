// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sengi::signal {

// The samples of many clips, wherever they lie.
using ClipViews = std::span<const std::span<const std::int16_t>>;

// Of clips in vectors, which must outlive what is returned.
inline std::vector<std::span<const std::int16_t>> views(
    std::span<const std::vector<std::int16_t>> clips) {
  return {clips.begin(), clips.end()};
}

}  // namespace sengi::signal
