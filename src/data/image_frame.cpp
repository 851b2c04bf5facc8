// SPDX-License-Identifier: Apache-2.0
// An image as the frame of a camera.
#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "data/image.h"

namespace sengi::data {
namespace {

// A pixel of the frame along one axis: from the image's pixel `first` on, and how much of each.
struct Taps {
  std::int64_t first;
  std::vector<std::uint64_t> weights;
};

struct Axis {
  std::vector<Taps> taps;  // of each pixel of the frame
  std::uint64_t total;     // of the weights of each
};

// `from` pixels made into `to`, each of which is side / unit pixels long, in the middle. Lengths
// are counted in halves of a unit, so that all are whole.
class Resampling {
 public:
  Resampling(std::int64_t side, std::int64_t unit)
      : side_(2 * side / std::gcd(side, unit)), pixel_(2 * unit / std::gcd(side, unit)) {}

  Axis axis(std::int64_t from, std::int64_t to) const {
    const std::int64_t begin = (from * pixel_ - to * side_) / 2;
    Axis axis{{}, static_cast<std::uint64_t>(side_ >= pixel_ ? side_ : pixel_)};
    for (std::int64_t i = 0; i < to; ++i) {
      axis.taps.push_back(side_ >= pixel_ ? covering(begin + i * side_)
                                          : between(begin + i * side_ + side_ / 2, from));
    }
    return axis;
  }

 private:
  // What lies in [begin, begin + side).
  Taps covering(std::int64_t begin) const {
    Taps taps{begin / pixel_, {}};
    for (std::int64_t at = begin; at < begin + side_;) {
      const std::int64_t next = std::min((at / pixel_ + 1) * pixel_, begin + side_);
      taps.weights.push_back(static_cast<std::uint64_t>(next - at));
      at = next;
    }
    return taps;
  }

  // The two pixels whose middles are beside a place; beyond the edge the last one.
  Taps between(std::int64_t place, std::int64_t from) const {
    const std::int64_t right = std::clamp<std::int64_t>(place - pixel_ / 2, 0, (from - 1) * pixel_);
    const std::int64_t first = std::min(right / pixel_, std::max<std::int64_t>(0, from - 2));
    const auto share = static_cast<std::uint64_t>(right - first * pixel_);
    if (from == 1) return {0, {static_cast<std::uint64_t>(pixel_)}};
    return {first, {static_cast<std::uint64_t>(pixel_) - share, share}};
  }

  std::int64_t side_;   // of a pixel of the frame
  std::int64_t pixel_;  // of the image
};

// Lines of the image, resampled along themselves; the last two stay, since two neighbouring lines
// of the frame may share them.
class Lines {
 public:
  Lines(const Image& image, const Axis& across) : image_(image), across_(across) {}

  const std::vector<std::uint64_t>& line(std::int64_t y) {
    Line& kept = kept_[static_cast<std::size_t>(y % 2)];
    if (kept.y != y) fill(kept, y);
    return kept.sums;
  }

 private:
  struct Line {
    std::int64_t y = -1;
    std::vector<std::uint64_t> sums;  // [frame_width, 3]
  };

  void fill(Line& line, std::int64_t y) const {
    line.y = y;
    line.sums.clear();
    for (const Taps& taps : across_.taps) {
      std::array<std::uint64_t, 3> sum{};
      const std::uint8_t* pixel =
          image_.rgb.data() + 3 * (y * std::int64_t{image_.width} + taps.first);
      for (const std::uint64_t weight : taps.weights) {
        for (std::size_t c = 0; c < 3; ++c) sum[c] += weight * *pixel++;
      }
      line.sums.insert(line.sums.end(), sum.begin(), sum.end());
    }
  }

  const Image& image_;
  const Axis& across_;
  std::array<Line, 2> kept_;
};

}  // namespace

// No sum overflows: weights along an axis add up to at most twice a side of the image's part or the
// frame. The part has the frame's aspect ratio, so of 100 million pixels its sides are at most
// 640,000, and a sum at most 255 * (2 * 640,000)^2 < 2^49; a luma is a thousand times that.
std::vector<std::int16_t> frame_of(const Image& image, const signal::ImageSpec& spec) {
  const std::int64_t width = image.width;
  const std::int64_t height = image.height;
  const bool wide = width * spec.frame_height >= height * spec.frame_width;
  const Resampling resampling(wide ? height : width, wide ? spec.frame_height : spec.frame_width);
  const Axis across = resampling.axis(width, spec.frame_width);
  const Axis down = resampling.axis(height, spec.frame_height);
  const std::uint64_t total = across.total * down.total;

  std::vector<std::int16_t> frame;
  frame.reserve(static_cast<std::size_t>(spec.frame_width) *
                static_cast<std::size_t>(spec.frame_height * spec.channels));
  Lines lines(image, across);
  std::vector<std::uint64_t> sums(across.taps.size() * 3);
  for (const Taps& taps : down.taps) {
    std::ranges::fill(sums, 0);
    for (std::size_t tap = 0; tap < taps.weights.size(); ++tap) {
      const auto& line = lines.line(taps.first + static_cast<std::int64_t>(tap));
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += taps.weights[tap] * line[i];
    }
    const auto put = [&](std::uint64_t sum, std::uint64_t weight) {
      frame.push_back(static_cast<std::int16_t>((sum + weight / 2) / weight));
    };
    for (std::size_t i = 0; i < sums.size(); i += 3) {
      if (spec.channels == 1) {
        put(299 * sums[i] + 587 * sums[i + 1] + 114 * sums[i + 2], 1000 * total);
      } else {
        for (std::size_t c = 0; c < 3; ++c) put(sums[i + c], total);
      }
    }
  }
  return frame;
}

}  // namespace sengi::data
