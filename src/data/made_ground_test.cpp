// SPDX-License-Identifier: Apache-2.0
#include "data/made_ground.h"

#include <gtest/gtest.h>

#include <set>

namespace sengi::data {
namespace {

constexpr std::int32_t side = 48;

// A green disc, with a black hole in its middle, on black.
Image disc(std::uint8_t around = 3) {
  Image image{side, side, std::vector<std::uint8_t>(3 * side * side, around)};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int far = (x - 24) * (x - 24) + (y - 24) * (y - 24);
      if (far > 256) continue;
      const auto at = static_cast<std::size_t>(3 * (y * side + x));
      for (std::size_t c = 0; c < 3; ++c) image.rgb[at + c] = 0;
      if (far > 16) image.rgb[at + 1] = 120;
    }
  }
  return image;
}

std::vector<std::int16_t> levels_of(const Image& image) {
  return {image.rgb.begin(), image.rgb.end()};
}

float at(const std::vector<float>& away, int x, int y) {
  return away[static_cast<std::size_t>(y * side + x)];
}

TEST(MadeGround, FindsWhatWasCutAwayAndLeavesBlackWithinThePicture) {
  const std::vector<float> away = cut_away(levels_of(disc()), side, side, 3);
  EXPECT_EQ(at(away, 0, 0), 1);
  EXPECT_EQ(at(away, 24, 3), 1);
  EXPECT_EQ(at(away, 24, 12), 0);  // the leaf
  EXPECT_EQ(at(away, 24, 24), 0);  // a hole in it, or a black spot: not ours to say
  const float edge = at(away, 24, 8);
  EXPECT_GT(edge, 0);
  EXPECT_LT(edge, 1);
}

TEST(MadeGround, APictureWithItsOwnGroundStaysAsItIs) {
  const Image whole = disc(90);
  EXPECT_EQ(on_made_ground(whole, 1), whole);
  const signal::ImageSpec spec{.frame_width = side, .frame_height = side, .channels = 3};
  EXPECT_EQ(on_made_ground(levels_of(whole), spec, 1), levels_of(whole));
}

TEST(MadeGround, GroundsDifferBySeedAndTheLeafDoesNot) {
  const signal::ImageSpec spec{.frame_width = side, .frame_height = side, .channels = 3};
  const auto leaf = levels_of(disc());
  std::set<std::int16_t> corners;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto placed = on_made_ground(leaf, spec, seed);
    EXPECT_EQ(placed, on_made_ground(leaf, spec, seed));
    corners.insert(placed[0]);
    const std::size_t inside = 3 * (12 * side + 24);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(placed[inside + c], leaf[inside + c]);
    // A ground is no even colour.
    const std::set<std::int16_t> line(placed.begin(), placed.begin() + 3 * side);
    EXPECT_GT(line.size(), 10U);
  }
  EXPECT_GT(corners.size(), 10U);
}

TEST(MadeGround, AGreyFrameGetsAGreyGround) {
  const signal::ImageSpec spec{.frame_width = side, .frame_height = side, .channels = 1};
  std::vector<std::int16_t> frame(side * side, 2);
  for (std::size_t i = 20 * side; i < 30 * side; ++i) frame[i] = 200;
  const auto placed = on_made_ground(frame, spec, 5);
  ASSERT_EQ(placed.size(), frame.size());
  EXPECT_GT(placed[0], 10);
  EXPECT_EQ(placed[25 * side + 5], 200);
}

}  // namespace
}  // namespace sengi::data
