// SPDX-License-Identifier: Apache-2.0
#include "train/series_variation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace sengi::train {
namespace {

using Window = std::vector<std::int16_t>;

project::SeriesAugmentConfig nothing() {
  return {.shift_percent = 0, .speed_percent = 0, .gain_percent = 0, .jitter_percent = 0};
}

Window noise(std::size_t size, int most, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> value(-most, most);
  Window window(size);
  for (std::int16_t& x : window) x = static_cast<std::int16_t>(value(random));
  return window;
}

TEST(SeriesVariation, NothingAskedForIsNothingDone) {
  const Window window = noise(50 * 7, 32767, 1);
  const SeriesVariation variation(nothing(), 50, 7, 2, std::vector<float>(7, 1000));
  Random random({1});
  EXPECT_EQ(variation.vary(window, random), window);
}

TEST(SeriesVariation, FollowsFromTheRandomAlone) {
  project::SeriesAugmentConfig config;
  config.rotate_degrees = 30;
  config.axis_dropout = 0.5;
  const Window window = noise(50 * 6, 9000, 2);
  const SeriesVariation variation(config, 50, 6, 1, std::vector<float>(6, 1000));
  for (std::uint64_t key = 0; key < 20; ++key) {
    Random first({key});
    Random second({key});
    Random other({key + 1000});
    const Window varied = variation.vary(window, first);
    EXPECT_EQ(varied.size(), window.size());
    EXPECT_EQ(varied, variation.vary(window, second));
    EXPECT_NE(varied, variation.vary(window, other));
  }
}

TEST(SeriesVariation, TurnsKeepLengthsAndAngles) {
  for (const double degrees : {5.0, 90.0, 180.0}) {
    auto config = nothing();
    config.rotate_degrees = degrees;
    const Window window = noise(40 * 7, 15000, 3);
    const SeriesVariation variation(config, 40, 7, 2, std::vector<float>(7, 0));
    double widest = 0;
    for (std::uint64_t key = 0; key < 50; ++key) {
      Random random({key});
      const Window turned = variation.vary(window, random);
      for (std::size_t row = 0; row < 40; ++row) {
        const auto dot = [&](const Window& a, std::size_t i, const Window& b, std::size_t j) {
          double sum = 0;
          for (std::size_t k = 0; k < 3; ++k) {
            sum += double{1} * a[row * 7 + i + k] * b[row * 7 + j + k];
          }
          return sum;
        };
        EXPECT_NEAR(std::sqrt(dot(turned, 0, turned, 0)), std::sqrt(dot(window, 0, window, 0)), 1);
        // Both vectors turn as one: what lies between them stays.
        EXPECT_NEAR(dot(turned, 0, turned, 3), dot(window, 0, window, 3), 6e4);
        EXPECT_EQ(turned[row * 7 + 6], window[row * 7 + 6]);
        const double cosine = dot(turned, 0, window, 0) / dot(window, 0, window, 0);
        widest = std::max(widest, std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / 3.14159265);
      }
    }
    EXPECT_LE(widest, degrees + 0.1);
    EXPECT_GE(widest, degrees * 0.8);
  }
}

TEST(SeriesVariation, AHalfTurnIsAnyOrientation) {
  auto config = nothing();
  config.rotate_degrees = 180;
  const SeriesVariation variation(config, 2, 3, 1, std::vector<float>(3, 0));
  const Window down = {0, 0, 10000, 0, 0, 10000};
  std::array<double, 3> sum{}, squares{};
  constexpr int count = 4000;
  Random random({4});
  for (int i = 0; i < count; ++i) {
    const Window turned = variation.vary(down, random);
    for (std::size_t k = 0; k < 3; ++k) {
      sum[k] += turned[k] / 1e4 / count;
      squares[k] += turned[k] / 1e4 * turned[k] / 1e4 / count;
    }
  }
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(sum[k], 0, 0.04);
    EXPECT_NEAR(squares[k], 1.0 / 3, 0.03);
  }
}

TEST(SeriesVariation, GainIsAsOftenMoreAsLess) {
  auto config = nothing();
  config.gain_percent = 25;
  const SeriesVariation variation(config, 1, 1, 0, {0});
  Random random({5});
  double logs = 0;
  int least = 32767, most = 0;
  for (int i = 0; i < 2000; ++i) {
    const int value = variation.vary(Window{10000}, random)[0];
    least = std::min(least, value);
    most = std::max(most, value);
    logs += std::log(value / 1e4) / 2000;
  }
  EXPECT_NEAR(logs, 0, 0.01);
  EXPECT_NEAR(least, 8000, 20);
  EXPECT_NEAR(most, 12500, 20);
}

TEST(SeriesVariation, JitterIsOfEachAxisOwnSpread) {
  auto config = nothing();
  config.jitter_percent = 10;
  const SeriesVariation variation(config, 500, 2, 0, {1000, 50});
  Random random({6});
  const Window varied = variation.vary(Window(1000, 0), random);
  std::array<double, 2> squares{};
  for (std::size_t i = 0; i < 1000; ++i) squares[i % 2] += double{1} * varied[i] * varied[i] / 500;
  EXPECT_NEAR(std::sqrt(squares[0]), 100, 10);
  EXPECT_NEAR(std::sqrt(squares[1]), 5, 0.7);
}

TEST(SeriesVariation, SpeedKeepsTheMiddleAndTheEndsHold) {
  auto config = nothing();
  config.speed_percent = 50;
  Window ramp(101);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::int16_t>(100 * i);
  const SeriesVariation variation(config, 101, 1, 0, {0});
  Random random({7});
  bool slower = false;
  bool faster = false;
  for (int i = 0; i < 100; ++i) {
    const Window varied = variation.vary(ramp, random);
    EXPECT_EQ(varied[50], 5000);
    EXPECT_TRUE(std::ranges::is_sorted(varied));
    const int step = varied[51] - varied[50];
    EXPECT_GE(step, 66);
    EXPECT_LE(step, 150);
    slower = slower || step < 75;
    faster = faster || (step > 140 && varied[0] == 0 && varied[10] == 0 && varied[100] == 10000);
  }
  EXPECT_TRUE(slower && faster);
}

TEST(SeriesVariation, ShiftsRepeatTheEdge) {
  auto config = nothing();
  config.shift_percent = 20;
  Window ramp(50);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::int16_t>(100 * i);
  const SeriesVariation variation(config, 50, 1, 0, {0});
  Random random({8});
  int least = 0, most = 0;
  for (int i = 0; i < 300; ++i) {
    const Window varied = variation.vary(ramp, random);
    const int moved = varied[25] - ramp[25];
    least = std::min(least, moved);
    most = std::max(most, moved);
    EXPECT_NEAR(varied[0], std::max(0, moved), 1);
    EXPECT_NEAR(varied[49], std::min(4900, 4900 + moved), 1);
  }
  EXPECT_NEAR(least, -1000, 40);
  EXPECT_NEAR(most, 1000, 40);
}

TEST(SeriesVariation, SilencesOneAxisAsOftenAsAskedFor) {
  auto config = nothing();
  config.axis_dropout = 0.25;
  const SeriesVariation variation(config, 3, 4, 0, std::vector<float>(4, 0));
  const Window window(12, 77);
  Random random({9});
  std::array<int, 5> silenced{};
  for (int i = 0; i < 4000; ++i) {
    const Window varied = variation.vary(window, random);
    std::size_t axis = 4;
    for (std::size_t k = 0; k < 4; ++k) axis = varied[k] == 0 ? k : axis;
    ++silenced[axis];
    EXPECT_EQ(std::ranges::count(varied, 0), axis == 4 ? 0 : 3);
  }
  EXPECT_NEAR(silenced[4], 3000, 120);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(silenced[k], 250, 60);
}

TEST(SeriesVariation, SaturatesAtTheEndsOfTheRange) {
  Random random({10});
  auto loud = nothing();
  loud.gain_percent = 300;
  const SeriesVariation gain(loud, 1, 2, 0, {0, 0});
  bool reached = false;
  for (int i = 0; i < 50; ++i) {
    reached = reached || gain.vary(Window{20000, -20000}, random) == Window{32767, -32768};
  }
  EXPECT_TRUE(reached);
}

// A row of plain numbers has no time and no direction.
TEST(SeriesVariation, ASingleRowGetsGainAndNoiseAlone) {
  project::SeriesAugmentConfig config = nothing();
  config.shift_percent = 50;
  config.speed_percent = 50;
  config.rotate_degrees = 180;
  config.axis_dropout = 1;
  const SeriesVariation variation(config, 1, 3, 1, std::vector<float>(3, 100));
  Random random({11});
  const Window row = {1, 2, 3};
  for (int i = 0; i < 20; ++i) EXPECT_EQ(variation.vary(row, random), row);
}

}  // namespace
}  // namespace sengi::train
