// SPDX-License-Identifier: Apache-2.0
// Convolution of each channel by itself with a window of any size: four channels at a time, and the
// taps of the window two by two.
//
//   four channels at one tap      x0 x1 x2 x3
//   and at the next               y0 y1 y2 y3
//   packed and spread             (x0 y0) (x1 y1) (x2 y2) (x3 y3)      times (w v) of each channel
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"
#include "sengi/nn/pairs.h"
#include "sengi/nn/scaling.h"
#include "sengi/nn/window.h"

namespace sengi::nn {

// input [images, H, W, C], output [images, Y, X, C], C a multiple of four. Beside its shape a layer
// has
//   weights      [C / 4][taps / 2][8]: of channels c0 .. c3 and a pair of taps t u in the order
//                t.c0 t.c1 u.c0 u.c1  t.c2 t.c3 u.c2 u.c3; an odd last tap beside zeros
//   bias         [C], in steps of 1/256, with the zero point's share in it
//   multiplier   [C] or [1]
//   right_shift  the same, unless it scales straight
struct PairedDepthwiseConv2D {
  std::int32_t images = 1;
  Image input;
  Image output;
  Window window;
  std::int32_t input_zero_point = 0;
  std::int32_t straight_shift = 0;
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
};

struct TapMatrix {
  const std::int8_t* weights;
  const std::int32_t* bias;
  Scales scales;
};

// All channels of one output pixel; input_at(tap) gives where the tap's first channel lies, or null
// where the window leaves the image.
template <PairedDepthwiseConv2D shape, typename Scaling, typename InputAt>
inline void paired_tap_outputs(const TapMatrix& matrix, const InputAt& input_at,
                               std::int8_t* output) {
  constexpr std::int32_t taps = shape.window.taps.height * shape.window.taps.width;
  constexpr Pair padding = (static_cast<Pair>(shape.input_zero_point) & 0xff) * 0x01010101U;
  const Scales scales = matrix.scales;
  const std::int32_t* const bias = matrix.bias;
  const std::int8_t* weights = matrix.weights;
  for (std::int32_t channel = 0; channel < shape.input.channels; channel += 4) {
    const auto inputs = [&](std::int32_t tap) {
      const std::int8_t* const at = input_at(tap);
      return at == nullptr ? padding : load_bytes(at + channel);
    };
    std::int32_t sums[4] = {};
    SENGI_UNROLL(8)
    for (std::int32_t tap = 0; tap < taps; tap += 2, weights += 8) {
      const Pair x = inputs(tap);
      const Pair y = tap + 1 < taps ? inputs(tap + 1) : x;
      const Pair lower = join_lower(x, y);
      const Pair upper = join_upper(x, y);
      const Pair of_lower = load_bytes(weights);
      const Pair of_upper = load_bytes(weights + 4);
      sums[0] = add_products(sums[0], low_bytes(lower), low_bytes(of_lower));
      sums[1] = add_products(sums[1], high_bytes(lower), high_bytes(of_lower));
      sums[2] = add_products(sums[2], low_bytes(upper), low_bytes(of_upper));
      sums[3] = add_products(sums[3], high_bytes(upper), high_bytes(of_upper));
    }
    SENGI_UNROLL(4)
    for (std::int32_t i = 0; i < 4; ++i) {
      const std::int32_t sum = wrapping_add(bias[channel + i], sums[i] * (1 << sum_fraction_bits));
      output[channel + i] = Scaling(scales, channel + i)(sum);
    }
  }
}

// Not inlined: layers of one shape share it.
template <PairedDepthwiseConv2D shape, typename Scaling>
[[gnu::noinline, gnu::flatten]] void convolve_taps(const std::int8_t* input, std::int8_t* output,
                                                   const TapMatrix& matrix) {
  constexpr Window window = shape.window;
  constexpr std::int32_t depth = shape.input.channels;
  constexpr Taps whole_rows =
      whole_positions(shape.input.height, shape.output.height, window.taps.height,
                      window.stride.height, window.dilation.height, window.padding.height);
  constexpr Taps whole_columns =
      whole_positions(shape.input.width, shape.output.width, window.taps.width, window.stride.width,
                      window.dilation.width, window.padding.width);
  constexpr bool all_whole =
      whole_rows.count() == shape.output.height && whole_columns.count() == shape.output.width;
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t y = 0; y < shape.output.height; ++y) {
      const std::int32_t row = y * window.stride.height - window.padding.height;
      for (std::int32_t x = 0; x < shape.output.width; ++x) {
        const std::int32_t column = x * window.stride.width - window.padding.width;
        const std::int8_t* const corner = input + (row * shape.input.width + column) * depth;
        const auto inside = [&](std::int32_t tap) {
          const std::int32_t tap_row = tap / window.taps.width * window.dilation.height;
          const std::int32_t tap_column = tap % window.taps.width * window.dilation.width;
          return corner + (tap_row * shape.input.width + tap_column) * depth;
        };
        const bool whole = y >= whole_rows.first && y < whole_rows.end &&
                           x >= whole_columns.first && x < whole_columns.end;
        if (all_whole || whole) {
          paired_tap_outputs<shape, Scaling>(matrix, inside, output);
        } else if constexpr (!all_whole) {
          const auto clipped = [&](std::int32_t tap) -> const std::int8_t* {
            const std::int32_t tap_row = row + tap / window.taps.width * window.dilation.height;
            const std::int32_t tap_column =
                column + tap % window.taps.width * window.dilation.width;
            const bool misses = tap_row < 0 || tap_row >= shape.input.height || tap_column < 0 ||
                                tap_column >= shape.input.width;
            return misses ? nullptr : input + (tap_row * shape.input.width + tap_column) * depth;
          };
          paired_tap_outputs<shape, Scaling>(matrix, clipped, output);
        }
        output += depth;
      }
    }
    input += shape.input.bytes();
  }
}

template <typename Layer>
inline void paired_depthwise_conv2d(const std::int8_t* input, std::int8_t* output) {
  static constexpr TapMatrix matrix = {Layer::weights, Layer::bias, scales_of<Layer>()};
  convolve_taps<Layer::shape, Scaling<Layer>>(input, output, matrix);
}

}  // namespace sengi::nn
