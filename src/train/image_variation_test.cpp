// SPDX-License-Identifier: Apache-2.0
#include "train/image_variation.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace sengi::train {
namespace {

using Frame = std::vector<std::int16_t>;
using Config = project::ImageAugmentConfig;

constexpr signal::ImageSpec spec_of(std::int32_t width, std::int32_t height,
                                    std::int32_t channels = 3) {
  return {width, height, channels, width, height};
}

Config nothing() {
  return {.rotate_degrees = 0,
          .shift_percent = 0,
          .zoom_percent = 0,
          .brightness_percent = 0,
          .contrast_percent = 0,
          .saturation_percent = 0,
          .hue_degrees = 0};
}

template <typename Level>
Frame made(const signal::ImageSpec& spec, Level level) {
  Frame frame;
  for (int y = 0; y < spec.frame_height; ++y) {
    for (int x = 0; x < spec.frame_width; ++x) {
      for (int c = 0; c < spec.channels; ++c) {
        frame.push_back(static_cast<std::int16_t>(level(x, y, c)));
      }
    }
  }
  return frame;
}

Frame noise(const signal::ImageSpec& spec) {
  Random random({77});
  return made(spec, [&](int, int, int) { return random.below(256); });
}

Frame varied(const Config& config, const signal::ImageSpec& spec, const Frame& frame,
             std::uint64_t seed) {
  Random random({seed});
  return ImageVariation(config, spec).vary(frame, random);
}

double mean(const Frame& frame) {
  return std::accumulate(frame.begin(), frame.end(), 0.0) / static_cast<double>(frame.size());
}

TEST(ImageVariation, NothingIsNothing) {
  for (const auto& spec : {spec_of(96, 96), spec_of(31, 17), spec_of(40, 9, 1), spec_of(1, 1)}) {
    const Frame frame = noise(spec);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      EXPECT_EQ(varied(nothing(), spec, frame, seed), frame);
    }
  }
}

TEST(ImageVariation, FlipsAreExact) {
  for (const auto& spec : {spec_of(31, 18), spec_of(64, 7, 1)}) {
    const Frame frame = noise(spec);
    const auto flipped = [&](bool x_too, bool y_too) {
      return made(spec, [&](int x, int y, int c) {
        const int from_x = x_too ? spec.frame_width - 1 - x : x;
        const int from_y = y_too ? spec.frame_height - 1 - y : y;
        return frame[static_cast<std::size_t>((from_y * spec.frame_width + from_x) * spec.channels +
                                              c)];
      });
    };
    for (const bool horizontal : {false, true}) {
      for (const bool vertical : {false, true}) {
        Config config = nothing();
        config.flip_horizontal = horizontal;
        config.flip_vertical = vertical;
        std::set<Frame> allowed = {flipped(false, false), flipped(horizontal, false),
                                   flipped(false, vertical), flipped(horizontal, vertical)};
        std::set<Frame> seen;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
          seen.insert(varied(config, spec, frame, seed));
        }
        EXPECT_EQ(seen, allowed);
      }
    }
  }
}

TEST(ImageVariation, FollowsFromItsRandomAlone) {
  const auto spec = spec_of(48, 32);
  const Frame frame = noise(spec);
  const Config config{.flip_horizontal = true, .flip_vertical = true, .erase_probability = 0.5};
  std::set<Frame> all;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Frame once = varied(config, spec, frame, seed);
    EXPECT_EQ(once, varied(config, spec, frame, seed));
    EXPECT_EQ(once.size(), frame.size());
    EXPECT_GE(*std::ranges::min_element(once), 0);
    EXPECT_LE(*std::ranges::max_element(once), 255);
    all.insert(once);
  }
  EXPECT_EQ(all.size(), 50U);
  // The stream goes on at the same place whatever was asked for.
  Random one({1});
  Random other({1});
  static_cast<void>(ImageVariation(config, spec).vary(frame, one));
  static_cast<void>(ImageVariation(nothing(), spec).vary(frame, other));
  EXPECT_EQ(one.bits(), other.bits());
}

// A spot's place, weighted by its light.
std::pair<double, double> place_of(const Frame& frame, const signal::ImageSpec& spec) {
  double sum = 0;
  double x = 0;
  double y = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    sum += frame[i];
    x += frame[i] * static_cast<double>(static_cast<int>(i) % spec.frame_width);
    y += frame[i] * static_cast<double>(static_cast<int>(i) / spec.frame_width);
  }
  return {x / sum, y / sum};
}

Frame spot(const signal::ImageSpec& spec, double at_x, double at_y) {
  return made(spec, [&](int x, int y, int) {
    return std::lround(255 * std::exp(-(std::pow(x - at_x, 2) + std::pow(y - at_y, 2)) / 18));
  });
}

TEST(ImageVariation, ShiftsByUpToTheShare) {
  const auto spec = spec_of(101, 81, 1);
  Config config = nothing();
  config.shift_percent = 20;
  double least = 0;
  double most = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto [x, y] = place_of(varied(config, spec, spot(spec, 50, 40), seed), spec);
    EXPECT_LE(std::abs(x - 50), 20.3);
    EXPECT_LE(std::abs(y - 40), 16.3);
    least = std::min(least, x - 50);
    most = std::max(most, x - 50);
  }
  EXPECT_LT(least, -18);
  EXPECT_GT(most, 18);
}

TEST(ImageVariation, TurnsAndZoomsAboutTheMiddle) {
  const auto spec = spec_of(101, 101, 1);
  Config turning = nothing();
  turning.rotate_degrees = 30;
  Config zooming = nothing();
  zooming.zoom_percent = 25;
  const Frame off = spot(spec, 70, 50);
  double most_angle = 0;
  double smallest = 100;
  double largest = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto [x, y] = place_of(varied(turning, spec, off, seed), spec);
    EXPECT_NEAR(std::hypot(x - 50, y - 50), 20, 0.3);
    most_angle = std::max(most_angle, std::abs(std::atan2(y - 50, x - 50)) * 57.29578);
    const auto [far, level] = place_of(varied(zooming, spec, off, seed), spec);
    EXPECT_NEAR(level, 50, 0.1);
    smallest = std::min(smallest, far - 50);
    largest = std::max(largest, far - 50);
  }
  EXPECT_LE(most_angle, 30.5);
  EXPECT_GT(most_angle, 28);
  EXPECT_NEAR(smallest, 16, 0.5);  // 20 / 1.25
  EXPECT_NEAR(largest, 25, 0.5);
}

TEST(ImageVariation, EdgesReachOutwards) {
  const auto spec = spec_of(40, 30);
  const Frame white(40 * 30 * 3, 200);
  Config config = nothing();
  config.rotate_degrees = 180;
  config.shift_percent = 50;
  config.zoom_percent = 80;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(varied(config, spec, white, seed), white);
  }
}

TEST(ImageVariation, BrightnessMovesTheMean) {
  const auto spec = spec_of(20, 20);
  const Frame frame = made(spec, [](int x, int, int c) { return 100 + x + 10 * c; });
  Config config = nothing();
  config.brightness_percent = 20;
  double sum = 0;
  double most = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Frame got = varied(config, spec, frame, seed);
    const int moved = got[0] - frame[0];
    for (std::size_t i = 0; i < frame.size(); ++i) ASSERT_NEAR(got[i] - frame[i], moved, 1);
    sum += moved;
    most = std::max<double>(most, std::abs(moved));
  }
  EXPECT_NEAR(sum / 400, 0, 5);
  EXPECT_NEAR(most, 51, 1);  // a fifth of 255
}

TEST(ImageVariation, ContrastKeepsTheMeanAndStretches) {
  const auto spec = spec_of(32, 32, 1);
  const Frame frame = made(spec, [](int x, int y, int) { return 100 + (x + y) % 64; });
  Config config = nothing();
  config.contrast_percent = 40;
  double widest = 0;
  double narrowest = 1000;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Frame got = varied(config, spec, frame, seed);
    EXPECT_NEAR(mean(got), mean(frame), 0.6);
    const auto [low, high] = std::ranges::minmax(got);
    widest = std::max<double>(widest, high - low);
    narrowest = std::min<double>(narrowest, high - low);
  }
  EXPECT_NEAR(widest, 63 * 1.4, 4);
  EXPECT_NEAR(narrowest, 63 * 0.6, 4);
}

TEST(ImageVariation, ColoursTurnAndGreyStaysGrey) {
  const auto spec = spec_of(8, 8);
  Config config = nothing();
  config.hue_degrees = 60;
  config.saturation_percent = 30;
  const Frame grey = made(spec, [](int x, int y, int) { return 10 * x + 8 * y; });
  const Frame teal = made(spec, [](int, int, int c) { return c == 0 ? 90 : 130; });
  const auto luma = [](const Frame& frame) {
    return 0.299 * frame[0] + 0.587 * frame[1] + 0.114 * frame[2];
  };
  int different = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Frame got = varied(config, spec, grey, seed);
    for (std::size_t i = 0; i < grey.size(); ++i) ASSERT_NEAR(got[i], grey[i], 1);
    const Frame turned = varied(config, spec, teal, seed);
    EXPECT_NEAR(luma(turned), luma(teal), 1);
    different += std::abs(turned[1] - turned[2]) > 3;
  }
  EXPECT_GT(different, 50);
}

TEST(ImageVariation, ErasesARectangleAsOftenAsAsked) {
  const auto spec = spec_of(60, 50);
  const Frame frame(60 * 50 * 3, 30);
  Config config = nothing();
  config.erase_probability = 0.3;
  int erased = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Frame got = varied(config, spec, frame, seed);
    int left = 60, right = -1, top = 50, bottom = -1, grey = 0;
    for (int i = 0; i < 60 * 50; ++i) {
      const int level = got[static_cast<std::size_t>(3 * i)];
      ASSERT_TRUE(level == 30 || level == 128);
      if (level == 30) continue;
      ++grey;
      left = std::min(left, i % 60);
      right = std::max(right, i % 60);
      top = std::min(top, i / 60);
      bottom = std::max(bottom, i / 60);
    }
    if (grey == 0) continue;
    ++erased;
    EXPECT_EQ(grey, (right - left + 1) * (bottom - top + 1));
    EXPECT_LE(grey, 0.36 * 60 * 50);
  }
  EXPECT_NEAR(erased, 600, 75);
}

}  // namespace
}  // namespace sengi::train
