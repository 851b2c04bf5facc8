// SPDX-License-Identifier: Apache-2.0
#include "data/image_check.h"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <random>

#include "base/files.h"
#include "data/test_images.h"

namespace sengi::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using Hashes = std::vector<std::optional<std::uint64_t>>;

// Blobs of light at random places, in colour.
Image scene(std::int32_t width, std::int32_t height, unsigned seed, double gain = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> share(0, 1);
  std::array<std::array<double, 4>, 8> blobs{};
  for (auto& blob : blobs) blob = {share(random), share(random), share(random), share(random)};
  return drawn(width, height, [&](int x, int y, int c) {
    double level = 30;
    for (const auto& [at_x, at_y, red, size] : blobs) {
      const double dx = (x + 0.5) / width - at_x;
      const double dy = (y + 0.5) / height - at_y;
      level +=
          120 * (c == 0 ? red : 1 - red) * std::exp(-(dx * dx + dy * dy) / (0.01 + 0.03 * size));
    }
    return std::min(255.0, gain * level);
  });
}

int distance(const Image& one, const Image& other) {
  return std::popcount(*difference_hash(one) ^ *difference_hash(other));
}

TEST(DifferenceHash, IsTheDefinition) {
  // A picture of 9 x 8 greys is its own.
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::array<std::array<int, 9>, 8> greys{};
    for (auto& row : greys) {
      for (int& grey : row) grey = static_cast<int>(random() % 256);
    }
    std::uint64_t right = 0;
    for (std::size_t y = 0; y < 8; ++y) {
      for (std::size_t x = 0; x < 8; ++x) {
        if (greys[y][x + 1] > greys[y][x]) right |= std::uint64_t{1} << (8 * y + x);
      }
    }
    const auto grey_at = [&](int x, int y, int) {
      return greys[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
    };
    EXPECT_EQ(difference_hash(drawn(9, 8, grey_at)), right);
    const auto enlarged = [&](int x, int y, int c) { return grey_at(x / 5, y / 3, c); };
    EXPECT_EQ(difference_hash(drawn(45, 24, enlarged)), right);
  }
}

TEST(DifferenceHash, StaysWhereTheImageDoes) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    const Image image = scene(200, 150, seed);
    EXPECT_LE(distance(image, scene(90, 60, seed)), 3);
    EXPECT_LE(distance(image, scene(200, 150, seed, 0.7)), 3);
    const FileBytes jpeg = jpeg_of(image.rgb, 200, 150, TJPF_RGB, TJSAMP_420, 60);
    EXPECT_LE(distance(image, decode_image(jpeg, "a").value()), 4);
    EXPECT_GT(distance(image, scene(200, 150, seed + 1000)), 8);
  }
  EXPECT_EQ(difference_hash(drawn(50, 50, [](auto, auto, auto) { return 7; })), std::nullopt);
  EXPECT_NE(difference_hash(gradient(3, 2)), std::nullopt);
}

TEST(FindAlikeHashes, IsEveryPairByComparison) {
  std::mt19937_64 random(2);
  for (int most_bits = 0; most_bits < 12; ++most_bits) {
    Hashes hashes;
    for (int i = 0; i < 300; ++i) {
      std::uint64_t hash = hashes.empty() || random() % 4 == 0
                               ? random()
                               : hashes[random() % hashes.size()].value_or(0);
      for (std::uint64_t flips = random() % 9; flips > 0; --flips) {
        hash ^= std::uint64_t{1} << (random() % 64);
      }
      hashes.push_back(i % 17 == 0 ? std::nullopt : std::optional(hash));
    }
    std::vector<std::array<std::size_t, 3>> right;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      for (std::size_t k = i + 1; k < hashes.size(); ++k) {
        if (!hashes[i] || !hashes[k]) continue;
        const auto bits = static_cast<std::size_t>(std::popcount(*hashes[i] ^ *hashes[k]));
        // What equals something before it is paired with the first of these alone.
        const auto first_of = [&](std::size_t at) {
          return static_cast<std::size_t>(std::ranges::find(hashes, hashes[at]) - hashes.begin());
        };
        if (first_of(i) != i || (bits > 0 && first_of(k) != k)) continue;
        if (bits <= static_cast<std::size_t>(most_bits)) right.push_back({i, k, bits});
      }
    }
    std::vector<std::array<std::size_t, 3>> got;
    for (const auto& [first, second, bits] : find_alike_hashes(hashes, most_bits)) {
      got.push_back({first, second, static_cast<std::size_t>(bits)});
    }
    EXPECT_EQ(got, right) << most_bits;
  }
}

// Each with each would be 20,000,000,000 comparisons.
TEST(FindAlikeHashes, ManyHashesAreNotComparedEachWithEach) {
  std::mt19937_64 random(3);
  Hashes hashes(200000);
  for (auto& hash : hashes) hash = random();
  hashes.back() = *hashes[1000] ^ 0x8000'0000'0100'0001;
  EXPECT_THAT(find_alike_hashes(hashes, 3), ElementsAre(Field(&AlikeHashes::first, 1000U)));
  // The same one very often is no reason either.
  std::ranges::fill(hashes, std::optional<std::uint64_t>(5));
  EXPECT_EQ(find_alike_hashes(hashes, 3).size(), hashes.size() - 1);
}

TEST(CheckImages, FindsWhatIsWrong) {
  const auto folder = TemporaryFolder::make().value();
  std::vector<fs::path> paths;
  const auto add = [&](const std::string& name, const FileBytes& bytes) {
    paths.push_back(folder.path() / name);
    ASSERT_TRUE(write_file(paths.back(), bytes).ok());
  };
  add("0.png", png_of(scene(100, 80, 1)));
  add("1.png", png_of(scene(100, 80, 2)));
  add("2.jpg", jpeg_of(scene(60, 48, 1)));  // the first one, smaller
  add("3.png", png_of(drawn(64, 64, [](auto x, auto y, auto) { return 2 * x + y; })));
  add("4.png", png_of(drawn(64, 64, [](auto, auto, auto c) { return c == 0 ? 9 : 0; })));
  add("5.png", png_of(scene(20, 60, 4)));
  add("6.png", png_of(scene(200, 40, 5)));
  FileBytes cut = jpeg_of(scene(50, 50, 6));
  cut.resize(cut.size() / 2);
  add("7.jpg", cut);
  paths.push_back(folder.path() / "8.jpg");
  const auto found =
      check_images(paths, {.least_side = 32, .most_side = 150, .most_alike_bits = 4});
  ASSERT_TRUE(found.ok());
  const ImageFindings& findings = found.value();
  EXPECT_EQ(findings.read, 7U);
  ASSERT_EQ(findings.unreadable.size(), 2U);
  EXPECT_EQ(findings.unreadable[0].image, 7U);
  EXPECT_THAT(findings.unreadable[0].message, HasSubstr("7.jpg: cut short"));
  EXPECT_EQ(findings.unreadable[1].image, 8U);
  using Measured = ImageFindings::Measured;
  EXPECT_THAT(findings.small, ElementsAre(Field(&Measured::image, 5U)));
  EXPECT_THAT(findings.large, ElementsAre(Field(&Measured::width, 200)));
  EXPECT_THAT(findings.narrow, ElementsAre(Field(&Measured::image, 6U)));
  EXPECT_THAT(findings.grey, ElementsAre(3U));
  EXPECT_THAT(findings.even, ElementsAre(4U));
  ASSERT_EQ(findings.alike.size(), 1U);
  EXPECT_EQ(findings.alike[0].first, 0U);
  EXPECT_EQ(findings.alike[0].second, 2U);
}

TEST(CheckImages, GreyAmongGreyIsNothing) {
  const auto folder = TemporaryFolder::make().value();
  std::vector<fs::path> paths;
  for (int i = 0; i < 3; ++i) {
    paths.push_back(folder.path() / (std::to_string(i) + ".png"));
    const Image image = drawn(40, 40, [&](auto x, auto y, auto) { return i * x + 2 * y; });
    ASSERT_TRUE(write_png(paths.back(), image).ok());
  }
  EXPECT_THAT(check_images(paths).value().grey, IsEmpty());
  EXPECT_EQ(check_images({}).value().read, 0U);
}

}  // namespace
}  // namespace sengi::data
