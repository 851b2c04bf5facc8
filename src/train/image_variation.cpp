// SPDX-License-Identifier: Apache-2.0
#include "train/image_variation.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace sengi::train {
namespace {

constexpr float full_scale = 255;
constexpr std::array<float, 3> luma = {0.299F, 0.587F, 0.114F};  // of red, green and blue

using Levels = std::vector<float>;  // [frame_height, frame_width, channels]
using Matrix = std::array<std::array<float, 3>, 3>;

// Where in the frame each pixel of the varied one comes from: x = ax * x' + bx * y' + cx, and so y.
struct Placement {
  float ax, bx, cx;
  float ay, by, cy;
};

Placement draw_placement(const project::ImageAugmentConfig& config, const signal::ImageSpec& spec,
                         Random& random) {
  const bool mirror_x = random.chance(0.5) && config.flip_horizontal;
  const bool mirror_y = random.chance(0.5) && config.flip_vertical;
  const auto either_way = [&](double most) { return random.uniform(-most, most); };
  const double angle = either_way(config.rotate_degrees) * std::numbers::pi / 180;
  const double shift_x = either_way(config.shift_percent / 100) * spec.frame_width;
  const double shift_y = either_way(config.shift_percent / 100) * spec.frame_height;
  const double size = std::exp(either_way(std::log1p(config.zoom_percent / 100)));
  // From the middle of the varied frame back to that of the other, each step undone.
  const double cos = std::cos(angle) / size;
  const double sin = std::sin(angle) / size;
  const double flip_x = mirror_x ? -1 : 1;
  const double flip_y = mirror_y ? -1 : 1;
  const double middle_x = (spec.frame_width - 1) / 2.0;
  const double middle_y = (spec.frame_height - 1) / 2.0;
  const double ax = flip_x * cos;
  const double bx = flip_x * sin;
  const double ay = flip_y * -sin;
  const double by = flip_y * cos;
  const double from_x = middle_x + shift_x;
  const double from_y = middle_y + shift_y;
  const auto real = [](double x) { return static_cast<float>(x); };
  return {real(ax), real(bx), real(middle_x - ax * from_x - bx * from_y),
          real(ay), real(by), real(middle_y - ay * from_x - by * from_y)};
}

// A place along one axis as two neighbours and the second one's share; the edges reach outwards.
struct Between {
  std::int32_t first;
  std::int32_t second;
  float share;
};

Between between(float at, std::int32_t count) {
  const float held = std::clamp(at, 0.0F, static_cast<float>(count - 1));
  const auto first = static_cast<std::int32_t>(held);
  return {first, std::min(first + 1, count - 1), held - static_cast<float>(first)};
}

template <std::int32_t channels>
Levels resample(std::span<const std::int16_t> pixels, const signal::ImageSpec& spec,
                const Placement& place) {
  Levels levels(pixels.size());
  float* to = levels.data();
  for (std::int32_t row = 0; row < spec.frame_height; ++row) {
    const auto y = static_cast<float>(row);
    for (std::int32_t column = 0; column < spec.frame_width; ++column) {
      const auto x = static_cast<float>(column);
      const Between across = between(place.ax * x + place.bx * y + place.cx, spec.frame_width);
      const Between down = between(place.ay * x + place.by * y + place.cy, spec.frame_height);
      const std::int16_t* upper =
          pixels.data() + std::ptrdiff_t{down.first} * spec.frame_width * channels;
      const std::int16_t* lower =
          pixels.data() + std::ptrdiff_t{down.second} * spec.frame_width * channels;
      for (std::int32_t c = 0; c < channels; ++c) {
        const auto mixed = [&](const std::int16_t* line) {
          const auto left = static_cast<float>(line[across.first * channels + c]);
          const auto right = static_cast<float>(line[across.second * channels + c]);
          return left + across.share * (right - left);
        };
        const float above = mixed(upper);
        *to++ = above + down.share * (mixed(lower) - above);
      }
    }
  }
  return levels;
}

// Turns colours by an angle about the axis of greys and stretches them by `saturation`, luma
// unchanged: the plane of chroma is turned in YIQ (NTSC), which is a linear map of RGB.
Matrix colour_matrix(double angle, double saturation) {
  constexpr std::array<double, 3> to_i = {0.595716, -0.274453, -0.321263};
  constexpr std::array<double, 3> to_q = {0.211456, -0.522591, 0.311135};
  constexpr std::array<double, 3> of_i = {0.9563, -0.2721, -1.1070};
  constexpr std::array<double, 3> of_q = {0.6210, -0.6474, 1.7046};
  // Rounded coefficients are no exact inverse; what is left of the identity is given back, so that
  // an angle of 0 and a saturation of 1 change nothing.
  const double cos = saturation * std::cos(angle);
  const double sin = saturation * std::sin(angle);
  Matrix matrix{};
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 3; ++c) {
      const double chroma = of_i[r] * ((cos - 1) * to_i[c] - sin * to_q[c]) +
                            of_q[r] * (sin * to_i[c] + (cos - 1) * to_q[c]);
      matrix[r][c] = static_cast<float>((r == c ? 1 : 0) + chroma);
    }
  }
  return matrix;
}

void colour(Levels& levels, const Matrix& matrix) {
  for (std::size_t i = 0; i < levels.size(); i += 3) {
    const float red = levels[i];
    const float green = levels[i + 1];
    const float blue = levels[i + 2];
    for (std::size_t c = 0; c < 3; ++c) {
      levels[i + c] = matrix[c][0] * red + matrix[c][1] * green + matrix[c][2] * blue;
    }
  }
}

float mean_luma(const Levels& levels, std::int32_t channels) {
  double sum = 0;
  if (channels == 1) {
    for (const float level : levels) sum += static_cast<double>(level);
    return static_cast<float>(sum / static_cast<double>(levels.size()));
  }
  for (std::size_t i = 0; i < levels.size(); i += 3) {
    sum += static_cast<double>(luma[0] * levels[i] + luma[1] * levels[i + 1] +
                               luma[2] * levels[i + 2]);
  }
  return static_cast<float>(3 * sum / static_cast<double>(levels.size()));
}

void erase(std::span<std::int16_t> frame, const signal::ImageSpec& spec, Random& random) {
  constexpr std::int16_t grey = 128;
  const double area = random.uniform(0.02, 0.33) * spec.frame_width * spec.frame_height;
  // As often higher than wide as the other way round.
  const double aspect = std::exp(random.uniform(std::log(0.3), std::log(1 / 0.3)));
  const auto side = [](double length, std::int32_t most) {
    return std::clamp(static_cast<std::int32_t>(std::lround(length)), 1, most);
  };
  const std::int32_t height = side(std::sqrt(area * aspect), spec.frame_height);
  const std::int32_t width = side(std::sqrt(area / aspect), spec.frame_width);
  const auto below = [&](std::int32_t count) {
    return static_cast<std::int32_t>(random.below(static_cast<std::size_t>(count)));
  };
  const std::int32_t top = below(spec.frame_height - height + 1);
  const std::int32_t left = below(spec.frame_width - width + 1);
  for (std::int32_t y = top; y < top + height; ++y) {
    const auto first = static_cast<std::size_t>(y * spec.frame_width + left);
    const auto channels = static_cast<std::size_t>(spec.channels);
    std::ranges::fill(frame.subspan(first * channels, static_cast<std::size_t>(width) * channels),
                      grey);
  }
}

}  // namespace

ImageVariation::ImageVariation(const project::ImageAugmentConfig& config,
                               const signal::ImageSpec& spec)
    : config_(config), spec_(spec) {}

std::vector<std::int16_t> ImageVariation::vary(std::span<const std::int16_t> pixels,
                                               Random& random) const {
  assert(pixels.size() == static_cast<std::size_t>(spec_.frame_width) *
                              static_cast<std::size_t>(spec_.frame_height * spec_.channels));
  const Placement place = draw_placement(config_, spec_, random);
  const auto either_way = [&](double most) { return random.uniform(-most, most); };
  const double hue = either_way(config_.hue_degrees) * std::numbers::pi / 180;
  const double saturation = 1 + either_way(config_.saturation_percent / 100);
  const auto contrast = static_cast<float>(1 + either_way(config_.contrast_percent / 100));
  const auto brightness =
      static_cast<float>(either_way(config_.brightness_percent / 100)) * full_scale;

  const bool in_colour = spec_.channels == 3;
  Levels levels = in_colour ? resample<3>(pixels, spec_, place) : resample<1>(pixels, spec_, place);
  if (in_colour) colour(levels, colour_matrix(hue, saturation));
  const float mean = mean_luma(levels, spec_.channels);
  const float added = brightness + mean - contrast * mean;
  std::vector<std::int16_t> frame(levels.size());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const float level = std::clamp(contrast * levels[i] + added, 0.0F, full_scale);
    frame[i] = static_cast<std::int16_t>(level + 0.5F);
  }
  Random erasing({random.bits()});
  if (erasing.chance(config_.erase_probability)) erase(frame, spec_, erasing);
  return frame;
}

}  // namespace sengi::train
