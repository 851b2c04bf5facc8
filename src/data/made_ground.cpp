// SPDX-License-Identifier: Apache-2.0
#include "data/made_ground.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "data/made_speech_dice.h"

namespace sengi::data {
namespace {

using Colour = std::array<float, 3>;

// From what is dark in a kind of ground to what is light in it.
struct Kind {
  Colour dark, light;
  double grain;  // patches across the picture, of the largest octave
  int octaves;
};
constexpr std::array<Kind, 7> kinds = {{
    {{58, 42, 30}, {150, 118, 88}, 5, 5},      // soil
    {{30, 62, 18}, {128, 168, 74}, 9, 5},      // grass
    {{64, 40, 20}, {186, 138, 80}, 7, 4},      // dead leaves
    {{52, 46, 42}, {142, 132, 120}, 4, 5},     // bark, stone
    {{120, 160, 205}, {226, 236, 246}, 2, 3},  // sky
    {{196, 190, 180}, {240, 238, 232}, 3, 2},  // paper, a table
    {{18, 40, 14}, {84, 122, 52}, 3, 3},       // other leaves, out of focus
}};

// Values at whole places of a grid, smoothly between them, 0 .. 1.
class ValueNoise {
 public:
  ValueNoise(int cells, Dice& dice) : side_(cells + 2) {
    for (int i = 0; i < side_ * side_; ++i) values_.push_back(static_cast<float>(dice.uniform()));
  }
  float at(double x, double y) const {  // 0 .. cells
    const auto column = static_cast<int>(x);
    const auto row = static_cast<int>(y);
    const auto smooth = [](double t) { return static_cast<float>(t * t * (3 - 2 * t)); };
    const float across = smooth(x - column);
    const float down = smooth(y - row);
    const auto value = [&](int r, int c) {
      return values_[static_cast<std::size_t>(r * side_ + c)];
    };
    const float above = std::lerp(value(row, column), value(row, column + 1), across);
    const float below = std::lerp(value(row + 1, column), value(row + 1, column + 1), across);
    return std::lerp(above, below, down);
  }

 private:
  int side_;
  std::vector<float> values_;
};

// [height, width, 3], 0 .. 255.
std::vector<float> made_ground(std::int32_t width, std::int32_t height, Dice& dice) {
  const Kind& kind = dice.one_of(kinds);
  const double grain = kind.grain * dice.uniform(0.5, 2.0);
  const double rough = dice.uniform(0.45, 0.65);  // of an octave's height, what the next has
  const auto side = static_cast<double>(std::max(width, height));
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<float> height_of(pixels, 0);
  double cells = grain;
  double weight = 1;
  double total = 0;
  for (int octave = 0; octave < kind.octaves && cells < side; ++octave) {
    const auto whole = std::max(1, static_cast<int>(std::lround(cells)));
    const ValueNoise noise(whole, dice);
    for (std::size_t i = 0; i < pixels; ++i) {
      const double x = static_cast<double>(i % static_cast<std::size_t>(width)) * whole / side;
      const double y = static_cast<double>(i / static_cast<std::size_t>(width)) * whole / side;
      height_of[i] += static_cast<float>(weight) * noise.at(x, y);
    }
    total += weight;
    weight *= rough;
    cells *= 2;
  }
  // Each ground a little off its kind's colours.
  Colour off;
  for (float& x : off) x = static_cast<float>(dice.uniform(-14, 14));
  const auto contrast = static_cast<float>(dice.uniform(1.2, 2.2));
  std::vector<float> ground(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    const float raw = height_of[i] / static_cast<float>(total);
    const float t = std::clamp(0.5F + contrast * (raw - 0.5F), 0.0F, 1.0F);
    for (std::size_t c = 0; c < 3; ++c) {
      ground[3 * i + c] =
          std::clamp(std::lerp(kind.dark[c], kind.light[c], t) + off[c], 0.0F, 255.0F);
    }
  }
  return ground;
}

// Levels with the ground behind them, where something was cut away.
std::vector<float> in_front(std::span<const std::int16_t> levels, std::span<const float> away,
                            std::int32_t width, std::int32_t height, std::int32_t channels,
                            Dice& dice) {
  const std::vector<float> ground = made_ground(width, height, dice);
  std::vector<float> result(levels.begin(), levels.end());
  const auto count = static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < away.size(); ++i) {
    if (away[i] == 0) continue;
    const float* colour = &ground[3 * i];
    const float grey = 0.299F * colour[0] + 0.587F * colour[1] + 0.114F * colour[2];  // BT.601
    for (std::size_t c = 0; c < count; ++c) {
      float& level = result[i * count + c];
      level = std::lerp(level, count == 3 ? colour[c] : grey, away[i]);
    }
  }
  return result;
}

bool any(std::span<const float> away) {
  return std::ranges::any_of(away, [](float x) { return x > 0; });
}

}  // namespace

std::vector<float> cut_away(std::span<const std::int16_t> levels, std::int32_t width,
                            std::int32_t height, std::int32_t channels) {
  constexpr int nearly_black = 24;
  const auto columns = static_cast<std::size_t>(width);
  const auto rows = static_cast<std::size_t>(height);
  const auto count = static_cast<std::size_t>(channels);
  const auto black = [&](std::size_t i) {
    int highest = 0;
    for (std::size_t c = 0; c < count; ++c) {
      highest = std::max<int>(highest, levels[i * count + c]);
    }
    return highest <= nearly_black;
  };
  std::vector<bool> away(columns * rows, false);
  std::vector<std::size_t> open;
  const auto reach = [&](std::size_t i) {
    if (away[i] || !black(i)) return;
    away[i] = true;
    open.push_back(i);
  };
  std::size_t edge = 0;
  std::size_t black_edge = 0;
  for (std::size_t i = 0; i < columns * rows; ++i) {
    const std::size_t x = i % columns;
    const std::size_t y = i / columns;
    if (x != 0 && y != 0 && x != columns - 1 && y != rows - 1) continue;
    ++edge;
    black_edge += black(i) ? 1 : 0;
    reach(i);
  }
  if (2 * black_edge < edge) return std::vector<float>(columns * rows, 0.0F);
  while (!open.empty()) {
    const std::size_t i = open.back();
    open.pop_back();
    if (i % columns > 0) reach(i - 1);
    if (i % columns < columns - 1) reach(i + 1);
    if (i >= columns) reach(i - columns);
    if (i + columns < columns * rows) reach(i + columns);
  }
  // The mean over a pixel's neighbours.
  std::vector<float> soft(columns * rows);
  for (std::size_t i = 0; i < soft.size(); ++i) {
    const std::size_t x = i % columns;
    const std::size_t y = i / columns;
    int sum = 0;
    int seen = 0;
    for (std::size_t v = y - (y > 0 ? 1 : 0); v <= std::min(y + 1, rows - 1); ++v) {
      for (std::size_t u = x - (x > 0 ? 1 : 0); u <= std::min(x + 1, columns - 1); ++u) {
        sum += away[v * columns + u] ? 1 : 0;
        ++seen;
      }
    }
    soft[i] = static_cast<float>(sum) / static_cast<float>(seen);
  }
  return soft;
}

Image on_made_ground(const Image& picture, std::uint64_t seed) {
  const std::vector<std::int16_t> levels(picture.rgb.begin(), picture.rgb.end());
  const std::vector<float> away = cut_away(levels, picture.width, picture.height, 3);
  if (!any(away)) return picture;
  Dice dice(seed, "ground");
  const std::vector<float> placed = in_front(levels, away, picture.width, picture.height, 3, dice);
  const double light = dice.uniform(0.75, 1.25);
  const double warmth = dice.uniform(-0.125, 0.125);
  const std::array<double, 3> gain = {light * (1 + warmth), light, light * (1 - warmth)};
  Image result = picture;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const double level = gain[i % 3] * static_cast<double>(placed[i]);
    result.rgb[i] = static_cast<std::uint8_t>(std::clamp(std::lround(level), 0L, 255L));
  }
  return result;
}

std::vector<std::int16_t> on_made_ground(std::span<const std::int16_t> frame,
                                         const signal::ImageSpec& spec, std::uint64_t seed) {
  std::vector<std::int16_t> result(frame.begin(), frame.end());
  const std::vector<float> away =
      cut_away(frame, spec.frame_width, spec.frame_height, spec.channels);
  if (!any(away)) return result;
  Dice dice(seed, "ground");
  const std::vector<float> placed =
      in_front(frame, away, spec.frame_width, spec.frame_height, spec.channels, dice);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    result[i] = static_cast<std::int16_t>(std::clamp(std::lround(placed[i]), 0L, 255L));
  }
  return result;
}

}  // namespace sengi::data
