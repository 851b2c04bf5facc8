// SPDX-License-Identifier: Apache-2.0
#include "compile/overlap.h"

#include <algorithm>
#include <limits>

namespace sengi::compile {
namespace {

// Byte of the image that the window over output pixel (y, x) reads first, or its size where the
// window misses the image altogether.
std::ptrdiff_t first_read(const nn::Image& input, const nn::Window& window, std::int32_t y,
                          std::int32_t x) {
  const std::int32_t top = y * window.stride.height - window.padding.height;
  const std::int32_t left = x * window.stride.width - window.padding.width;
  const nn::Taps rows =
      nn::taps_inside(top, input.height, window.taps.height, window.dilation.height);
  const nn::Taps columns =
      nn::taps_inside(left, input.width, window.taps.width, window.dilation.width);
  if (rows.count() == 0 || columns.count() == 0) return input.bytes();
  const std::ptrdiff_t row = top + rows.first * window.dilation.height;
  const std::ptrdiff_t column = left + columns.first * window.dilation.width;
  return (row * input.width + column) * input.channels;
}

}  // namespace

std::ptrdiff_t lead_of_window(std::int32_t images, const nn::Image& input, const nn::Image& output,
                              const nn::Window& window) {
  const std::ptrdiff_t pixels = std::ptrdiff_t{output.height} * output.width;
  std::ptrdiff_t lead = std::numeric_limits<std::ptrdiff_t>::min();
  std::ptrdiff_t still_read = images * std::ptrdiff_t{input.bytes()};  // lowest byte, from the end
  for (std::int32_t image = images - 1; image >= 0; --image) {
    const std::ptrdiff_t image_input = image * std::ptrdiff_t{input.bytes()};
    for (std::ptrdiff_t pixel = pixels - 1; pixel >= 0; --pixel) {
      const auto y = static_cast<std::int32_t>(pixel / output.width);
      const auto x = static_cast<std::int32_t>(pixel % output.width);
      still_read = std::min(still_read, image_input + first_read(input, window, y, x));
      const std::ptrdiff_t written = (image * pixels + pixel + 1) * output.channels;
      lead = std::max(lead, written - still_read);
    }
  }
  return lead;
}

std::ptrdiff_t lead_of_rows(std::int32_t rows, std::int32_t inputs, std::int32_t outputs) {
  // Row r is written up to (r + 1) * outputs while r * inputs is still read: a line in r.
  const std::ptrdiff_t first = outputs;
  const std::ptrdiff_t last = std::ptrdiff_t{rows} * outputs - (rows - 1) * std::ptrdiff_t{inputs};
  return std::max(first, last);
}

}  // namespace sengi::compile
