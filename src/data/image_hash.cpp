// SPDX-License-Identifier: Apache-2.0
#include "data/image_hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <tuple>
#include <unordered_map>

namespace sengi::data {
namespace {

constexpr std::int32_t side = 8;  // of the hash

// The whole image as 9 x 8 greys, whatever its aspect ratio: area means in whole numbers, a pixel
// counted where its middle lies.
std::array<std::array<std::int64_t, side + 1>, side> small_greys(const Image& image) {
  std::array<std::array<std::int64_t, side + 1>, side> sums{};
  std::array<std::array<std::int64_t, side + 1>, side> counts{};
  // Of an image with fewer pixels each is several greys.
  const std::int32_t width = std::max(image.width, side + 1);
  const std::int32_t height = std::max(image.height, side);
  for (std::int32_t y = 0; y < height; ++y) {
    const auto row = static_cast<std::size_t>(std::int64_t{y} * side / height);
    const std::int64_t line = std::int64_t{y} * image.height / height;
    for (std::int32_t x = 0; x < width; ++x) {
      const auto column = static_cast<std::size_t>(std::int64_t{x} * (side + 1) / width);
      const std::int64_t pixel = line * image.width + std::int64_t{x} * image.width / width;
      const std::uint8_t* rgb = image.rgb.data() + 3 * pixel;
      sums[row][column] += 299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2];
      ++counts[row][column];
    }
  }
  for (std::size_t row = 0; row < sums.size(); ++row) {
    for (std::size_t column = 0; column < sums[row].size(); ++column) {
      sums[row][column] /= counts[row][column];
    }
  }
  return sums;
}

// Hashes by one band of 16 bits, sorted by it. A band takes every fourth bit, so that each sees all
// of the image.
class Band {
 public:
  Band(std::span<const std::uint64_t> hashes, int which) : which_(which), begins_(keys + 1, 0) {
    for (const std::uint64_t hash : hashes) ++begins_[std::size_t{key(hash)} + 1];
    for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    places_.resize(hashes.size());
    std::vector<std::uint32_t> next = begins_;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      places_[next[key(hashes[i])]++] = static_cast<std::uint32_t>(i);
    }
  }

  std::uint16_t key(std::uint64_t hash) const {
    std::uint32_t key = 0;
    for (int bit = 0; bit < 16; ++bit) {
      key |= static_cast<std::uint32_t>(hash >> (4 * bit + which_) & 1) << bit;
    }
    return static_cast<std::uint16_t>(key);
  }

  std::span<const std::uint32_t> with(std::uint16_t key) const {
    return std::span(places_).subspan(begins_[key], begins_[key + 1U] - begins_[key]);
  }

 private:
  static constexpr std::size_t keys = 1 << 16;

  int which_;
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> places_;
};

// All words of 16 bits with at most `most` of them set.
std::vector<std::uint16_t> near_zero(int most) {
  std::vector<std::uint16_t> words;
  for (std::uint32_t word = 0; word < 1U << 16; ++word) {
    if (std::popcount(word) <= most) words.push_back(static_cast<std::uint16_t>(word));
  }
  return words;
}

}  // namespace

std::optional<std::uint64_t> difference_hash(const Image& image) {
  constexpr std::int64_t even = 8 * 1000;
  const auto greys = small_greys(image);
  std::int64_t darkest = greys[0][0];
  std::int64_t lightest = greys[0][0];
  std::uint64_t hash = 0;
  for (std::size_t row = 0; row < greys.size(); ++row) {
    for (std::size_t column = 0; column < greys[row].size(); ++column) {
      darkest = std::min(darkest, greys[row][column]);
      lightest = std::max(lightest, greys[row][column]);
      if (column > 0 && greys[row][column] > greys[row][column - 1]) {
        hash |= std::uint64_t{1} << (side * row + column - 1);
      }
    }
  }
  if (lightest - darkest < even) return std::nullopt;
  return hash;
}

std::vector<AlikeHashes> find_alike_hashes(std::span<const std::optional<std::uint64_t>> hashes,
                                           int most_bits) {
  assert(most_bits >= 0 && most_bits < 12);
  std::vector<AlikeHashes> alike;
  std::vector<std::uint64_t> different;
  std::vector<std::size_t> first_place;  // of each of them
  std::unordered_map<std::uint64_t, std::size_t> known;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (!hashes[i]) continue;
    const auto [at, fresh] = known.emplace(*hashes[i], i);
    if (fresh) {
      different.push_back(*hashes[i]);
      first_place.push_back(i);
    } else {
      alike.push_back({at->second, i, 0});
    }
  }
  constexpr int bands = 4;
  const std::vector<std::uint16_t> probes = near_zero(most_bits / bands);
  std::vector<Band> index;
  for (int band = 0; band < bands; ++band) index.emplace_back(different, band);
  // A pair is found in several bands; it counts in the first of them.
  const auto found_before = [&](std::size_t band, std::uint64_t differing) {
    for (std::size_t before = 0; before < band; ++before) {
      if (std::popcount(index[before].key(differing)) <= most_bits / bands) return true;
    }
    return false;
  };
  for (std::size_t band = 0; band < index.size(); ++band) {
    for (std::size_t i = 0; i < different.size(); ++i) {
      const std::uint16_t key = index[band].key(different[i]);
      for (const std::uint16_t probe : probes) {
        for (const std::uint32_t k : index[band].with(static_cast<std::uint16_t>(key ^ probe))) {
          if (k <= i) continue;
          const std::uint64_t differing = different[i] ^ different[k];
          const int bits = std::popcount(differing);
          if (bits > most_bits || found_before(band, differing)) continue;
          alike.push_back({first_place[i], first_place[k], bits});
        }
      }
    }
  }
  std::ranges::sort(alike, {},
                    [](const AlikeHashes& pair) { return std::tuple(pair.first, pair.second); });
  return alike;
}

}  // namespace sengi::data
