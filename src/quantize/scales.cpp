// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "quantize/quantize.h"

namespace sengi::quantize {
namespace {

constexpr double steps_of_activation = 255;  // -128 to 127
constexpr double steps_of_weight = 127;      // to each side

float scale_of(double extent, double steps) {
  if (extent == 0) return scale_of_zero;
  return std::max(static_cast<float>(extent / steps), std::numeric_limits<float>::min());
}

}  // namespace

model::Quantization activation_quantization(Range range) {
  const double lowest = std::min(0.0, static_cast<double>(range.lowest));
  const double highest = std::max(0.0, static_cast<double>(range.highest));
  const float scale = scale_of(highest - lowest, steps_of_activation);
  const double zero_point = std::round(-128 - lowest / static_cast<double>(scale));
  return {.scale = {scale},
          .zero_point = {static_cast<std::int32_t>(std::clamp(zero_point, -128.0, 127.0))},
          .axis = 0};
}

model::Quantization weight_quantization(std::span<const float> weights, const model::Shape& shape,
                                        std::int32_t axis) {
  const auto channel_axis = static_cast<std::size_t>(axis);
  const auto channels = static_cast<std::size_t>(shape[channel_axis]);
  std::size_t inner = 1;  // elements between neighbours along the axis
  for (std::size_t i = channel_axis + 1; i < shape.size(); ++i) {
    inner *= static_cast<std::size_t>(shape[i]);
  }
  assert(weights.size() % (channels * inner) == 0);

  std::vector<double> highest(channels, 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double& channel = highest[i / inner % channels];
    channel = std::max(channel, std::abs(static_cast<double>(weights[i])));
  }
  model::Quantization quantization;
  for (const double extent : highest) {
    quantization.scale.push_back(scale_of(extent, steps_of_weight));
  }
  quantization.zero_point.assign(channels, 0);
  quantization.axis = axis;
  return quantization;
}

}  // namespace sengi::quantize
