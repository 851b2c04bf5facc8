// SPDX-License-Identifier: Apache-2.0
// The leads against a simulation that walks every tap of every output pixel and remembers when each
// input byte was read for the last time.
#include "compile/overlap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "compile/graph_builder.h"

namespace sengi::compile {
namespace {

struct Layer {
  std::int32_t images;
  nn::Image input;
  nn::Image output;
  nn::Window window;
};

// For each input byte the number of the output pixel that reads it last; -1: none does.
std::vector<std::ptrdiff_t> last_reads(const Layer& layer) {
  const auto& [images, input, output, window] = layer;
  std::vector<std::ptrdiff_t> last(static_cast<std::size_t>(images * input.bytes()), -1);
  std::ptrdiff_t pixel = 0;
  for (std::int32_t n = 0; n < images; ++n) {
    for (std::int32_t y = 0; y < output.height; ++y) {
      for (std::int32_t x = 0; x < output.width; ++x, ++pixel) {
        for (std::int32_t i = 0; i < window.taps.height; ++i) {
          for (std::int32_t j = 0; j < window.taps.width; ++j) {
            const std::int32_t row =
                y * window.stride.height - window.padding.height + i * window.dilation.height;
            const std::int32_t column =
                x * window.stride.width - window.padding.width + j * window.dilation.width;
            if (row < 0 || row >= input.height || column < 0 || column >= input.width) continue;
            for (std::int32_t c = 0; c < input.channels; ++c) {
              const std::int32_t at =
                  ((n * input.height + row) * input.width + column) * input.channels + c;
              last[static_cast<std::size_t>(at)] = pixel;
            }
          }
        }
      }
    }
  }
  return last;
}

// Whether an output that begins `lead` below the input never covers a byte that is still read,
// where turn(p) says when pixel p is read and turn(p) + `before` when it is written: with 0 before,
// pixels of one turn are read and written in any order; with 1, all are read first.
template <typename Turn>
bool is_safe(const Layer& layer, std::ptrdiff_t lead, const Turn& turn, std::ptrdiff_t before) {
  const std::vector<std::ptrdiff_t> last = last_reads(layer);
  const std::ptrdiff_t channels = layer.output.channels;
  const std::ptrdiff_t bytes = layer.images * std::ptrdiff_t{layer.output.bytes()};
  for (std::ptrdiff_t written = 0; written < bytes; ++written) {
    const std::ptrdiff_t at = written - lead;  // byte of the input that is written over
    if (at < 0 || at >= static_cast<std::ptrdiff_t>(last.size())) continue;
    const std::ptrdiff_t reader = last[static_cast<std::size_t>(at)];
    if (reader >= 0 && turn(reader) >= turn(written / channels) + before) return false;
  }
  return true;
}

bool is_safe(const Layer& layer, std::ptrdiff_t lead) {
  return is_safe(
      layer, lead, [](std::ptrdiff_t pixel) { return pixel; }, 0);
}

Layer random_layer_of(Random& random) {
  const std::int32_t stride = random.integer(1, 3);
  const std::int32_t taps = random.integer(1, 4);
  const std::int32_t dilation = random.integer(1, 2);
  const nn::Image input = {random.integer(1, 7), random.integer(1, 7), random.integer(1, 4)};
  const auto outputs = [&](std::int32_t size) { return (size + stride - 1) / stride; };
  const auto padding = [&](std::int32_t size) {
    const std::int32_t all = (outputs(size) - 1) * stride + (taps - 1) * dilation + 1 - size;
    return std::max(all, 0) / 2;
  };
  return {.images = random.integer(1, 2),
          .input = input,
          .output = {outputs(input.height), outputs(input.width), random.integer(1, 6)},
          .window = {.taps = {taps, taps},
                     .stride = {stride, stride},
                     .dilation = {dilation, dilation},
                     .padding = {padding(input.height), padding(input.width)}}};
}

TEST(Overlap, LeadOfAWindowIsSafe) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const Layer layer = random_layer_of(random);
    const std::ptrdiff_t lead =
        lead_of_window(layer.images, layer.input, layer.output, layer.window);
    EXPECT_TRUE(is_safe(layer, lead)) << "layer " << i;
    EXPECT_TRUE(is_safe(layer, lead + 3)) << "layer " << i;
  }
}

TEST(Overlap, LeadOfAWindowIsNoLargerThanNeeded) {
  // A 3x3 window over an image of 5 columns and 2 channels: at each pixel but the first ones a row
  // and a pixel before it are still read, and its own bytes are written.
  const nn::Image image = {6, 5, 2};
  const nn::Window window = {.taps = {3, 3}, .padding = {1, 1}};
  EXPECT_EQ(lead_of_window(1, image, image, window), (5 + 1 + 1) * 2);
  EXPECT_FALSE(is_safe({1, image, image, window}, (5 + 1 + 1) * 2 - 1));
}

TEST(Overlap, LeadOfGroupsIsSafeAndNoLargerThanNeeded) {
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    const Layer layer = random_layer_of(random);
    const std::int32_t group = random.integer(1, 5);
    const auto turn = [&](std::ptrdiff_t pixel) { return pixel / group; };
    const std::ptrdiff_t lead =
        lead_of_groups(layer.images, layer.input, layer.output, layer.window, group);
    EXPECT_TRUE(is_safe(layer, lead, turn, 1)) << "layer " << i;
    EXPECT_TRUE(is_safe(layer, lead + 3, turn, 1)) << "layer " << i;
  }
  // A pixel of as many channels takes its own place.
  const nn::Image image = {4, 5, 3};
  EXPECT_EQ(lead_of_groups(1, image, image, {.taps = {1, 1}}, 4), 0);
}

TEST(Overlap, LeadOfBandsIsSafe) {
  Random random(3);
  for (int i = 0; i < 1000; ++i) {
    const Layer layer = random_layer_of(random);
    const std::int32_t rows = random.integer(1, 4);
    const auto turn = [&](std::ptrdiff_t pixel) {
      const std::ptrdiff_t row = pixel / layer.output.width;
      return row / layer.output.height * 1000 + row % layer.output.height / rows;
    };
    const std::ptrdiff_t lead =
        lead_of_bands(layer.images, layer.input, layer.output, layer.window, rows);
    EXPECT_TRUE(is_safe(layer, lead, turn, 0)) << "layer " << i;
    EXPECT_TRUE(is_safe(layer, lead + 3, turn, 0)) << "layer " << i;
  }
}

TEST(Overlap, LeadOfRowsIsThatOfAOnePixelWindow) {
  for (const std::int32_t inputs : {1, 3, 8}) {
    for (const std::int32_t outputs : {1, 3, 8}) {
      for (const std::int32_t rows : {1, 2, 9}) {
        EXPECT_EQ(lead_of_rows(rows, inputs, outputs),
                  lead_of_window(1, {rows, 1, inputs}, {rows, 1, outputs}, {.taps = {1, 1}}));
      }
    }
  }
}

TEST(Overlap, LeadOfReadsIsNoneWhereWritingStaysBehindReading) {
  EXPECT_EQ(lead_of_reads({4}, {1}, 0, 2), 0);
  EXPECT_EQ(lead_of_reads({2, 3}, {8, 1}, 5, 2), 0);  // a slice
}

TEST(Overlap, LeadOfReadsIsHowFarWritingRunsAhead) {
  // 2x3 transposed reads 0, 3, 1, 4, 2, 5: four are written when 2 is to be read.
  EXPECT_EQ(lead_of_reads({3, 2}, {1, 3}, 0, 1), 2);
  EXPECT_EQ(lead_of_reads({3, 2}, {1, 3}, 0, 4), 8);
  // Backwards: all but the last are written when 0 is to be read.
  EXPECT_EQ(lead_of_reads({4}, {-1}, 3, 1), 3);
  // One element for all.
  EXPECT_EQ(lead_of_reads({4}, {0}, 0, 1), 3);
}

}  // namespace
}  // namespace sengi::compile
