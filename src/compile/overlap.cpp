// SPDX-License-Identifier: Apache-2.0
#include "compile/overlap.h"

#include <algorithm>
#include <limits>

#include "model/broadcast.h"

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

struct Pixel {
  std::ptrdiff_t number;      // in memory order, over all images
  std::ptrdiff_t first_read;  // byte of the input, over all images, that its window begins with
  std::ptrdiff_t later_read;  // lowest byte that a later pixel reads
  std::ptrdiff_t written;     // bytes of the output up to its end
};

template <typename Visit>
void from_the_last_pixel(std::int32_t images, const nn::Image& input, const nn::Image& output,
                         const nn::Window& window, const Visit& visit) {
  const std::ptrdiff_t pixels = std::ptrdiff_t{output.height} * output.width;
  std::ptrdiff_t later_read = images * std::ptrdiff_t{input.bytes()};
  for (std::ptrdiff_t number = images * pixels - 1; number >= 0; --number) {
    const std::ptrdiff_t at = number % pixels;
    const std::ptrdiff_t first =
        number / pixels * input.bytes() + first_read(input, window,
                                                     static_cast<std::int32_t>(at / output.width),
                                                     static_cast<std::int32_t>(at % output.width));
    visit(Pixel{number, first, later_read, (number + 1) * output.channels});
    later_read = std::min(later_read, first);
  }
}

}  // namespace

std::ptrdiff_t lead_of_window(std::int32_t images, const nn::Image& input, const nn::Image& output,
                              const nn::Window& window) {
  std::ptrdiff_t lead = std::numeric_limits<std::ptrdiff_t>::min();
  from_the_last_pixel(images, input, output, window, [&](const Pixel& pixel) {
    lead = std::max(lead, pixel.written - std::min(pixel.first_read, pixel.later_read));
  });
  return lead;
}

std::ptrdiff_t lead_of_groups(std::int32_t images, const nn::Image& input, const nn::Image& output,
                              const nn::Window& window, std::int32_t group) {
  std::ptrdiff_t lead = std::numeric_limits<std::ptrdiff_t>::min();
  const std::ptrdiff_t last = images * std::ptrdiff_t{output.height} * output.width - 1;
  from_the_last_pixel(images, input, output, window, [&](const Pixel& pixel) {
    // The groups before were written, and this one and those behind it are still read.
    if (pixel.number % group != 0 && pixel.number != last) return;
    const std::ptrdiff_t still_read = std::min(pixel.first_read, pixel.later_read);
    const std::ptrdiff_t written_before = pixel.number / group * group * output.channels;
    lead = std::max(lead, written_before - still_read);
  });
  return lead;
}

std::ptrdiff_t lead_of_bands(std::int32_t images, const nn::Image& input, const nn::Image& output,
                             const nn::Window& window, std::int32_t rows) {
  std::ptrdiff_t lead = std::numeric_limits<std::ptrdiff_t>::min();
  const std::ptrdiff_t pixels = std::ptrdiff_t{output.height} * output.width;
  const std::ptrdiff_t band = std::ptrdiff_t{rows} * output.width;
  std::ptrdiff_t written = 0;  // up to the end of the band that the pixel belongs to
  from_the_last_pixel(images, input, output, window, [&](const Pixel& pixel) {
    const std::ptrdiff_t at = pixel.number % pixels;
    if (at == pixels - 1 || (at + 1) % band == 0) written = pixel.written;
    lead = std::max(lead, written - std::min(pixel.first_read, pixel.later_read));
  });
  return lead;
}

std::ptrdiff_t lead_of_reads(const model::Shape& counts, const std::vector<std::int64_t>& steps,
                             std::int64_t start, std::size_t element_bytes) {
  std::int64_t count = 1;
  for (const std::int32_t along : counts) count *= along;
  std::vector<std::int64_t> reads;
  reads.reserve(static_cast<std::size_t>(count));
  model::Walk walk(counts);
  for (std::int64_t i = 0; i < count; ++i, walk.next()) reads.push_back(start + walk.offset(steps));
  // Element i is written, and all before it, while all reads behind it are to come.
  std::int64_t lead = 0;
  std::int64_t still_read = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t i = count - 1; i >= 0; --i) {
    if (i + 1 < count) lead = std::max(lead, i + 1 - still_read);
    still_read = std::min(still_read, reads[static_cast<std::size_t>(i)]);
  }
  return lead * static_cast<std::ptrdiff_t>(element_bytes);
}

std::ptrdiff_t lead_of_whole(const model::Tensor& output) {
  return static_cast<std::ptrdiff_t>(output.bytes());
}

std::ptrdiff_t lead_of_rows(std::int32_t rows, std::int32_t inputs, std::int32_t outputs) {
  // Row r is written up to (r + 1) * outputs while r * inputs is still read: a line in r.
  const std::ptrdiff_t first = outputs;
  const std::ptrdiff_t last = std::ptrdiff_t{rows} * outputs - (rows - 1) * std::ptrdiff_t{inputs};
  return std::max(first, last);
}

}  // namespace sengi::compile
