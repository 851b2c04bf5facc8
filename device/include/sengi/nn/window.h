// SPDX-License-Identifier: Apache-2.0
// Which taps of a sliding window fall on the image and which on the padding around it.
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"

namespace sengi::nn {

// How a window slides. `padding` is the rows above and the columns left of the image; what lies
// below and right of it follows from the output's size.
struct Window {
  Size taps;
  Size stride = {1, 1};
  Size dilation = {1, 1};
  Size padding = {0, 0};
};

// Taps first, first + 1 .. end - 1 of one axis; none where end == first.
struct Taps {
  std::int32_t first;
  std::int32_t end;

  constexpr std::int32_t count() const { return end - first; }
};

// The taps that fall on [0, size) when tap 0 falls on `origin`.
constexpr Taps taps_inside(std::int32_t origin, std::int32_t size, std::int32_t taps,
                           std::int32_t dilation) {
  const std::int32_t first = origin < 0 ? (dilation - 1 - origin) / dilation : 0;
  const std::int32_t room = size > origin ? (size - origin + dilation - 1) / dilation : 0;
  const std::int32_t end = room < taps ? room : taps;
  return {first, end > first ? end : first};
}

// Output positions along one axis at which the whole window falls on the image.
constexpr Taps whole_positions(std::int32_t input, std::int32_t output, std::int32_t taps,
                               std::int32_t stride, std::int32_t dilation, std::int32_t padding) {
  const std::int32_t reach = (taps - 1) * dilation;
  const std::int32_t first = (padding + stride - 1) / stride;
  const std::int32_t room = input - 1 - reach + padding;
  const std::int32_t end = room < 0 ? 0 : room / stride + 1;
  const std::int32_t last = end < output ? end : output;
  return last > first ? Taps{first, last} : Taps{0, 0};
}

// The rows and columns of one placed window, known when the program runs (at the image's edge).
struct ClippedTaps {
  Taps rows;
  Taps columns;
};

// The same where all taps fall on the image: known to the compiler.
template <std::int32_t height, std::int32_t width>
struct WholeTaps {
  static constexpr Taps rows = {0, height};
  static constexpr Taps columns = {0, width};
};

// Slides the window of Layer::shape over one image in memory order. For each output pixel it calls
// work(taps, row, column): the taps that fall on the image (WholeTaps or ClippedTaps) and where on
// the image tap (0, 0) falls, which may be outside it.
template <typename Layer, typename Work>
inline void slide(Work work) {
  constexpr auto shape = Layer::shape;
  constexpr Window window = shape.window;
  constexpr Taps whole_rows =
      whole_positions(shape.input.height, shape.output.height, window.taps.height,
                      window.stride.height, window.dilation.height, window.padding.height);
  constexpr Taps whole_columns =
      whole_positions(shape.input.width, shape.output.width, window.taps.width, window.stride.width,
                      window.dilation.width, window.padding.width);
  constexpr bool all_whole =
      whole_rows.count() == shape.output.height && whole_columns.count() == shape.output.width;

  std::int32_t row = -window.padding.height;
  for (std::int32_t y = 0; y < shape.output.height; ++y, row += window.stride.height) {
    const bool whole_row = y >= whole_rows.first && y < whole_rows.end;
    const Taps rows =
        taps_inside(row, shape.input.height, window.taps.height, window.dilation.height);
    std::int32_t column = -window.padding.width;
    for (std::int32_t x = 0; x < shape.output.width; ++x, column += window.stride.width) {
      if (all_whole || (whole_row && x >= whole_columns.first && x < whole_columns.end)) {
        work(WholeTaps<window.taps.height, window.taps.width>{}, row, column);
      } else if constexpr (!all_whole) {
        const Taps columns =
            taps_inside(column, shape.input.width, window.taps.width, window.dilation.width);
        work(ClippedTaps{rows, columns}, row, column);
      }
    }
  }
}

}  // namespace sengi::nn
