// SPDX-License-Identifier: Apache-2.0
// The streaming front end of a camera: lines of a frame in, a network's int8 image out.
//
//   std::int32_t memory[ImageFrontEnd::memory_words(spec)];   // known when the program is compiled
//   ImageFrontEnd front_end(tables, memory);
//   std::int8_t image[spec.height * spec.width * spec.channels];
//   while (read(line)) {
//     if (front_end.push(line, image)) use(image);
//   }
//
// The image is the largest centred part of the frame that has the image's aspect ratio, shrunk by
// area averaging: a pixel counts as much as it lies in the pixel that is made of it, to the last
// fraction, and the mean is rounded once, to 1/256 of a level. So a frame need not stand in memory,
// nor a line of it longer than it takes to push; each sample is read once. Last, each channel is
// shifted and scaled to int8 by constants.
//
//   frame   0   1   2   3   4   5   6   7       lines and pixels fall into one pixel of the image,
//          |---|---|---|---|---|---|---|---|    or into two, which share them
//   image    |----0----|----1----|----2----|    (8 pixels; 3 of 2.5 in the middle)
//
// Integers only, the same bytes on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sengi/signal/image_spec.h"
#include "sengi/signal/mel.h"

namespace sengi::signal {

// Of a pixel's mean: a level of the camera is so many steps.
inline constexpr std::int32_t image_steps = 256;

// The constants an image front end runs on. The arrays belong to whoever made them.
// int8 = clamp(round((value - offset) * multiplier / 2^16)), values from 0 to 255 * image_steps.
struct ImageTables {
  ImageSpec spec;
  const std::int32_t* offset;      // [channels] 0 .. 65,280
  const std::int32_t* multiplier;  // [channels] 1 .. 2^24; 1.0 = 2^16
};

// Where the image lies in the frame. Lengths are in units that make all of them whole: a half, a
// third ... of a pixel of the frame.
struct ImageGeometry {
  std::int32_t frame_pixel;  // the side of a pixel of the frame, 1 .. 8,192
  std::int32_t image_pixel;  // of the image, frame_pixel .. 8,192
  std::int32_t left;         // of the image, from the frame's left; at most 2^25
  std::int32_t top;          // from its top

  bool operator==(const ImageGeometry&) const = default;
};

// Requires: a spec in its ranges.
constexpr ImageGeometry image_geometry(const ImageSpec& spec) {
  // A pixel of the image is as wide as height allows, or the other way round.
  const bool wide = spec.frame_width * spec.height >= spec.frame_height * spec.width;
  std::int32_t image_pixel = wide ? spec.frame_height : spec.frame_width;
  std::int32_t frame_pixel = wide ? spec.height : spec.width;
  std::int32_t divisor = image_pixel;
  for (std::int32_t rest = frame_pixel; rest != 0;) {
    const std::int32_t next = divisor % rest;
    divisor = rest;
    rest = next;
  }
  image_pixel /= divisor;
  frame_pixel /= divisor;
  // What is left over, half of which is on either side; one of them is 0.
  const std::int32_t beside = spec.frame_width * frame_pixel - spec.width * image_pixel;
  const std::int32_t above = spec.frame_height * frame_pixel - spec.height * image_pixel;
  if (beside % 2 == 0 && above % 2 == 0) return {frame_pixel, image_pixel, beside / 2, above / 2};
  return {2 * frame_pixel, 2 * image_pixel, beside, above};
}

class ImageFrontEnd {
 public:
  // Words of memory that a front end works in: the sums of one row of the image.
  static constexpr std::size_t memory_words(const ImageSpec& spec) {
    const std::size_t sums = static_cast<std::size_t>(spec.width * spec.channels);
    return narrow(image_geometry(spec)) ? sums : 2 * sums;
  }

  // `tables` and `memory` outlive this object. Requires: memory.size() >= memory_words(spec).
  ImageFrontEnd(const ImageTables& tables, std::span<std::int32_t> memory)
      : tables_(&tables), geometry_(image_geometry(tables.spec)), memory_(memory.data()) {
    reset();
  }

  // Takes the next line of the frame [frame_width][channels], from top to bottom, and writes each
  // row of `image` [height][width][channels] that is complete with it. Returns whether the line was
  // the frame's last; then the image is whole, and the next line is the first of another frame.
  bool push(const std::uint8_t* line, std::int8_t* image) {
    const std::int32_t channels = tables_->spec.channels;
    return take(line, [&](std::int32_t index, std::int32_t channel, std::int32_t value) {
      image[row_ * tables_->spec.width * channels + index] =
          quantize(value, tables_->offset[channel], tables_->multiplier[channel]);
    });
  }

  // The same, without the last step: means in 1/256 of a level.
  bool push_unscaled(const std::uint8_t* line, std::int32_t* image) {
    const std::int32_t channels = tables_->spec.channels;
    return take(line, [&](std::int32_t index, std::int32_t, std::int32_t value) {
      image[row_ * tables_->spec.width * channels + index] = value;
    });
  }

  // Rows of the image that are complete. Those that a frame's last lines do not reach are complete
  // before push() returns true.
  std::int32_t rows() const { return row_; }

  // Forgets the frame that was begun.
  void reset() {
    line_ = 0;
    row_ = 0;
    for (std::size_t i = 0; i < memory_words(tables_->spec); ++i) memory_[i] = 0;
  }

 private:
  // A sum that fits one word, with the interface of WideSum.
  struct NarrowSum {
    std::uint32_t sum;

    constexpr std::uint32_t value() const { return sum; }
    constexpr void add(std::uint32_t x) { sum += x; }
  };

  // Whether a pixel's sum, and what its mean is made of, fit 32 bits: a sum's weights add up to
  // image_pixel^2, so steps are at most 255 * 256 * 256^2 = 4,278,190,080, and half the weights
  // more to round is 32,768: below 2^32. In 64 bits there is room for 8,192^2 * 255 * 256 < 2^42.
  static constexpr bool narrow(const ImageGeometry& geometry) {
    return geometry.image_pixel <= 256;
  }

  static constexpr std::int32_t least(std::int32_t a, std::int32_t b) { return a < b ? a : b; }

  template <typename Write>
  bool take(const std::uint8_t* line, Write write) {
    const ImageSpec& spec = tables_->spec;
    if (line_ == 0) row_ = 0;
    // The line's part in the row that is being summed, and in the one below it. A line is not
    // higher than a row, so there is no third.
    const std::int32_t line_begin = line_ * geometry_.frame_pixel;
    const std::int32_t line_end = line_begin + geometry_.frame_pixel;
    const std::int32_t row_begin = geometry_.top + row_ * geometry_.image_pixel;
    const std::int32_t row_end = row_begin + geometry_.image_pixel;
    if (row_ < spec.height && line_end > row_begin) {
      const std::int32_t from = line_begin > row_begin ? line_begin : row_begin;
      const bool complete = line_end >= row_end;
      const std::int32_t here = least(line_end, row_end) - from;
      const std::int32_t below = complete && row_ + 1 < spec.height ? line_end - row_end : 0;
      if (narrow(geometry_)) {
        add_line<NarrowSum>(line, here, complete, below, write);
      } else {
        add_line<WideSum>(line, here, complete, below, write);
      }
      if (complete) ++row_;
    }
    if (++line_ < spec.frame_height) return false;
    line_ = 0;
    return true;
  }

  // Adds `here` units of a line's height to the row's sums. A row that is complete with that is
  // written, and the sums become those of the next, with `below` units of this line.
  template <typename Sum, typename Write>
  void add_line(const std::uint8_t* line, std::int32_t here, bool complete, std::int32_t below,
                Write write) {
    using Word = decltype(Sum{}.value());
    const ImageSpec& spec = tables_->spec;
    auto* sums = reinterpret_cast<Sum*>(memory_);
    const auto weights =
        static_cast<Word>(geometry_.image_pixel) * static_cast<Word>(geometry_.image_pixel);
    for (std::int32_t channel = 0; channel < spec.channels; ++channel) {
      const std::uint8_t* pixel =
          line + geometry_.left / geometry_.frame_pixel * spec.channels + channel;
      std::int32_t rest = geometry_.frame_pixel - geometry_.left % geometry_.frame_pixel;
      std::int32_t index = channel;
      for (std::int32_t column = 0; column < spec.width; ++column, index += spec.channels) {
        const std::uint32_t across = add_across(pixel, rest);
        sums[index].add(static_cast<Word>(across) * static_cast<Word>(here));
        if (!complete) continue;
        const Word mean =
            (sums[index].value() * static_cast<Word>(image_steps) + weights / 2) / weights;
        write(index, channel, static_cast<std::int32_t>(mean));
        sums[index] = {};
        sums[index].add(static_cast<Word>(across) * static_cast<Word>(below));
      }
    }
  }

  // The pixels along one pixel of the image, weighted by their parts in it: at most 8,192 * 255.
  // `pixel` and what is left of it, `rest`, move on to where the next begins.
  std::uint32_t add_across(const std::uint8_t*& pixel, std::int32_t& rest) const {
    const std::int32_t channels = tables_->spec.channels;
    const std::int32_t whole = geometry_.frame_pixel;
    if (rest == 0) {
      pixel += channels;
      rest = whole;
    }
    std::uint32_t sum = static_cast<std::uint32_t>(rest) * *pixel;
    std::int32_t missing = geometry_.image_pixel - rest;
    std::uint32_t levels = 0;  // of pixels that lie in it wholly
    for (; missing >= whole; missing -= whole) levels += *(pixel += channels);
    sum += static_cast<std::uint32_t>(whole) * levels;
    rest = 0;
    if (missing > 0) {
      pixel += channels;
      sum += static_cast<std::uint32_t>(missing) * *pixel;
      rest = whole - missing;
    }
    return sum;
  }

  static std::int8_t quantize(std::int32_t value, std::int32_t offset, std::int32_t multiplier) {
    const std::int64_t scaled = std::int64_t{value - offset} * multiplier;
    const std::int64_t rounded = (scaled + (1 << 15)) >> 16;
    return static_cast<std::int8_t>(rounded < -128 ? -128 : (rounded > 127 ? 127 : rounded));
  }

  const ImageTables* tables_;
  ImageGeometry geometry_;
  std::int32_t* memory_;   // [width][channels] sums
  std::int32_t line_ = 0;  // of the frame, the next
  std::int32_t row_ = 0;   // of the image, the one that is summed
};

}  // namespace sengi::signal
