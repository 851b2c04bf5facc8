// SPDX-License-Identifier: Apache-2.0
// Convolution with a window of any size, four output pixels at a time: their windows are copied
// into a panel, padding included, and the panel is multiplied by the weights.
#pragma once

#include <cstdint>
#include <cstring>

#include "sengi/nn/panel.h"
#include "sengi/nn/window.h"

namespace sengi::nn {

// input [images, H, W, I], output [images, Y, X, O]. Beside its shape a layer has
//   weights      of a PanelMatrix, products in the order [Kh][Kw][I]
//   bias         [O] (even), with the zero point's share in it and all that pairs.h and scaling.h
//   say multiplier   [O] or [1] right_shift  the same, unless it scales straight
// `scratch` holds paired_conv2d_scratch() bytes, aligned to 4. A group of four pixels is read whole
// before any of it is written.
struct PairedConv2D {
  std::int32_t images = 1;
  Image input;
  Image output;
  Window window;
  std::int32_t input_zero_point = 0;
  std::int32_t straight_shift = 0;
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
};

// Bytes of one window's row where its taps lie side by side, or of one tap.
constexpr std::int32_t run_bytes(const PairedConv2D& shape) {
  const bool beside = shape.window.dilation.width == 1;
  return (beside ? shape.window.taps.width : 1) * shape.input.channels;
}

constexpr std::int32_t window_products(const PairedConv2D& shape) {
  return shape.window.taps.height * shape.window.taps.width * shape.input.channels;
}

// Whether outputs are made of one pixel each, in the order of the pixels.
constexpr bool is_pointwise(const PairedConv2D& shape) {
  const auto is_one = [](const Size& size) { return size.height == 1 && size.width == 1; };
  return is_one(shape.window.taps) && is_one(shape.window.stride);
}

constexpr std::int32_t paired_conv2d_scratch(const PairedConv2D& shape) {
  // The panel, and a window's bytes on their way to it.
  const std::int32_t products = window_products(shape);
  const bool straight_to_panel = is_pointwise(shape) && products % 4 == 0;
  return panel_bytes(products) + (straight_to_panel ? 0 : steps_of(products) * 4);
}

// Copies the window at (row, column) to `bytes`, as if the image went on in zero points.
template <PairedConv2D shape>
inline void copy_window(std::int8_t* bytes, const std::int8_t* image, std::int32_t row,
                        std::int32_t column) {
  constexpr Window window = shape.window;
  constexpr std::int32_t depth = shape.input.channels;
  constexpr std::int32_t run = run_bytes(shape);
  constexpr std::int32_t runs_a_row = window.taps.width * depth / run;
  for (std::int32_t y = 0; y < window.taps.height; ++y, row += window.dilation.height) {
    const bool row_inside = row >= 0 && row < shape.input.height;
    for (std::int32_t i = 0; i < runs_a_row; ++i, bytes += run) {
      const std::int32_t first = column + i * window.dilation.width;
      const std::int32_t end = first + run / depth;
      const std::int32_t begin_inside = first < 0 ? -first : 0;
      const std::int32_t over = end - shape.input.width;
      const std::int32_t end_inside = run / depth - (over > 0 ? over : 0);
      if (row_inside && begin_inside == 0 && over <= 0) {
        std::memcpy(bytes, image + (row * shape.input.width + first) * depth, run);
        continue;
      }
      std::memset(bytes, shape.input_zero_point, run);
      if (!row_inside || begin_inside >= end_inside) continue;
      const std::int8_t* from = image + (row * shape.input.width + first + begin_inside) * depth;
      for (std::int32_t k = begin_inside * depth; k < end_inside * depth; ++k) bytes[k] = *from++;
    }
  }
}

// Puts the window at (row, column) into a panel's column. `bytes` is room for a window.
template <PairedConv2D shape>
inline void gather(Pair* panel_column, std::int8_t* bytes, const std::int8_t* image,
                   std::int32_t row, std::int32_t column) {
  constexpr Window window = shape.window;
  constexpr std::int32_t depth = shape.input.channels;
  constexpr std::int32_t run = run_bytes(shape);
  constexpr std::int32_t rows = (window.taps.height - 1) * window.dilation.height + 1;
  constexpr std::int32_t columns = (window.taps.width - 1) * window.dilation.width + 1;
  if constexpr (run % 4 == 0) {
    if (row >= 0 && row + rows <= shape.input.height && column >= 0 &&
        column + columns <= shape.input.width) {
      const std::int8_t* line = image + (row * shape.input.width + column) * depth;
      for (std::int32_t y = 0; y < window.taps.height; ++y) {
        for (std::int32_t i = 0; i < window.taps.width * depth / run; ++i) {
          panel_column =
              spread_into<run / 4>(panel_column, line + i * window.dilation.width * depth);
        }
        line += window.dilation.height * shape.input.width * depth;
      }
      return;
    }
  }
  copy_window<shape>(bytes, image, row, column);
  spread_into<steps_of(window_products(shape))>(panel_column, bytes);
}

// Not inlined: layers of one shape share it.
template <PairedConv2D shape, typename Scaling>
[[gnu::noinline, gnu::flatten]] void convolve(const std::int8_t* input, std::int8_t* output,
                                              std::int8_t* scratch, const PanelMatrix& matrix) {
  constexpr Window window = shape.window;
  constexpr std::int32_t steps = steps_of(window_products(shape));
  constexpr std::int32_t pixels = shape.images * shape.output.height * shape.output.width;
  constexpr std::int32_t channels = shape.output.channels;
  auto* const panel = reinterpret_cast<Pair*>(scratch);
  std::int8_t* const bytes = scratch + panel_bytes(window_products(shape));
  for (std::int32_t i = window_products(shape); i < steps * 4; ++i) bytes[i] = 0;

  std::int32_t x = 0;
  std::int32_t y = 0;
  for (std::int32_t first = 0; first < pixels; first += panel_pixels) {
    // The last group may be short; its last pixel then stands in for those that lack.
    std::int32_t offsets[panel_pixels];
    for (std::int32_t p = 0; p < panel_pixels; ++p) {
      gather<shape>(panel + p, bytes, input, y * window.stride.height - window.padding.height,
                    x * window.stride.width - window.padding.width);
      const bool last = first + p >= pixels - 1;
      offsets[p] = (last ? pixels - 1 - first : p) * channels;
      if (last) continue;
      if (++x == shape.output.width) {
        x = 0;
        if (++y == shape.output.height) {
          y = 0;
          input += shape.input.bytes();
        }
      }
    }
    panel_outputs<steps, Scaling, channels % 2 != 0>(panel, matrix, output, offsets);
    output += panel_pixels * channels;
  }
}

// The same where outputs are made of one pixel each. Shared by all layers of as many inputs.
template <std::int32_t inputs, typename Scaling, bool odd_channels>
[[gnu::noinline, gnu::flatten]] void convolve_pixels(const std::int8_t* input, std::int8_t* output,
                                                     std::int8_t* scratch,
                                                     const PanelMatrix& matrix,
                                                     std::int32_t pixels) {
  constexpr std::int32_t steps = steps_of(inputs);
  auto* const panel = reinterpret_cast<Pair*>(scratch);
  std::int8_t* const bytes = scratch + panel_bytes(inputs);
  for (std::int32_t i = inputs; i < steps * 4; ++i) bytes[i] = 0;

  for (std::int32_t left = pixels; left > 0; left -= panel_pixels) {
    std::int32_t offsets[panel_pixels];
    for (std::int32_t p = 0; p < panel_pixels; ++p) {
      const std::int32_t pixel = p < left ? p : left - 1;
      offsets[p] = pixel * matrix.channels;
      if constexpr (inputs % 4 == 0) {
        spread_into<steps>(panel + p, input + pixel * inputs);
      } else {
        std::memcpy(bytes, input + pixel * inputs, inputs);
        spread_into<steps>(panel + p, bytes);
      }
    }
    panel_outputs<steps, Scaling, odd_channels>(panel, matrix, output, offsets);
    input += panel_pixels * inputs;
    output += panel_pixels * matrix.channels;
  }
}

template <typename Layer>
inline void paired_conv2d(const std::int8_t* input, std::int8_t* output, std::int8_t* scratch) {
  constexpr PairedConv2D shape = Layer::shape;
  constexpr std::int32_t channels = shape.output.channels;
  static constexpr PanelMatrix matrix = {Layer::weights, Layer::bias, scales_of<Layer>(), channels};
  if constexpr (is_pointwise(shape)) {
    convolve_pixels<shape.input.channels, Scaling<Layer>, channels % 2 != 0>(
        input, output, scratch, matrix, shape.images * shape.output.height * shape.output.width);
  } else {
    convolve<shape, Scaling<Layer>>(input, output, scratch, matrix);
  }
}

}  // namespace sengi::nn
