// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sengi::train {

// The scale of a network's input: real = feature / 32 (zero point 0).
inline constexpr float feature_scale = 1.0F / 32;

// Labelled feature matrices, back to back.
struct Examples {
  std::size_t feature_size = 0;       // values of one matrix, columns * column_size
  std::vector<std::int8_t> features;  // [count, columns, column_size]
  std::vector<std::int32_t> labels;   // [count]

  std::size_t size() const { return labels.size(); }
  std::span<const std::int8_t> features_of(std::size_t i) const {
    return std::span(features).subspan(i * feature_size, feature_size);
  }
  // Examples [begin, end).
  Examples slice(std::size_t begin, std::size_t end) const {
    const auto feature = [&](std::size_t i) {
      return features.begin() + static_cast<std::ptrdiff_t>(i * feature_size);
    };
    const auto label = [&](std::size_t i) {
      return labels.begin() + static_cast<std::ptrdiff_t>(i);
    };
    return {feature_size, {feature(begin), feature(end)}, {label(begin), label(end)}};
  }
};

}  // namespace sengi::train
