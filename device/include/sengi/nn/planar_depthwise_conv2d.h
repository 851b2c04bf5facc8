// SPDX-License-Identifier: Apache-2.0
// Convolution of each channel by itself with a window of 3x3: a channel's pixels are copied out
// into a plane of their own, padding included, where four neighbours are one load. The window then
// slides down the plane.
//
//   a step down makes two outputs (o p), and loads only the row that enters:
//
//        x0 x1 x2 x3         x0 x2 and x1 x3 are pairs, and so are a row's weights k0 k2
//        k0 k1 k2            o = x0 k0 + x2 k2, + x1 k1      one dual multiplication, one single
//           k0 k1 k2         p = x1 k0 + x3 k2, + x2 k1
//
//   24 instructions for 18 products and two outputs. With a stride of 2 a step makes one output.
//
// The output may be the input where both have one shape: a channel's plane is copied before its
// outputs are written.
#pragma once

#include <cstdint>
#include <cstring>

#include "sengi/nn/layer.h"
#include "sengi/nn/pairs.h"
#include "sengi/nn/scaling.h"
#include "sengi/nn/window.h"

namespace sengi::nn {

// input [images, H, W, C], output [images, Y, X, C]. Beside its shape a layer has
//   weights      [C][9], see plane_taps
//   bias         [C], in steps of 1/256, with the zero point's share in it
//   multiplier   [C] or [1]
//   right_shift  the same, unless it scales straight
// `scratch` holds plane_bytes() bytes, aligned to 4. Rows of outputs are made in bands, a band
// channel by channel: all of a band's inputs must stay until its last channel is copied.
struct PlanarDepthwiseConv2D {
  std::int32_t images = 1;
  Image input;
  Image output;       // at least two columns
  Window window;      // 3x3, no dilation, a stride of 1 or 2 both ways
  std::int32_t band;  // rows of outputs
  std::int32_t input_zero_point = 0;
  std::int32_t straight_shift = 0;
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
};

// Where the tap at (row, column) stands among a channel's nine: such that the pairs fall out of two
// words with a mask.
inline constexpr std::int32_t plane_taps[3][3] = {{0, 5, 2}, {1, 7, 3}, {4, 8, 6}};

// Two columns more than the outputs, made even, or than twice as many: what a step loads.
constexpr std::int32_t plane_width(const PlanarDepthwiseConv2D& shape) {
  return shape.window.stride.width == 1 ? (shape.output.width + 1) / 2 * 2 + 2
                                        : shape.output.width * 2 + 2;
}
constexpr std::int32_t plane_height(const PlanarDepthwiseConv2D& shape) {
  return (shape.band - 1) * shape.window.stride.height + 3;
}
constexpr std::int32_t plane_bytes(const PlanarDepthwiseConv2D& shape) {
  return (plane_width(shape) * plane_height(shape) + 3) / 4 * 4;
}

// A channel's weights times 256, row by row: outer columns in pairs, and the middle column.
struct PlaneWeights {
  Pair outer[3];
  Pair middle;       // of rows 0 and 1
  Pair last_middle;  // of row 2

  explicit PlaneWeights(const std::int8_t* taps) {
    const Pair first = load_bytes(taps);
    const Pair second = load_bytes(taps + 4);
    outer[0] = (first << 8) & 0xff00ff00U;
    outer[1] = first & 0xff00ff00U;
    outer[2] = (second << 8) & 0xff00ff00U;
    middle = second & 0xff00ff00U;
    last_middle = static_cast<Pair>(taps[8]) << 8;
  }
};

struct PlaneMatrix {
  const std::int8_t* weights;
  const std::int32_t* bias;
  Scales scales;
};

// Copies rows first .. of one channel of an image into the plane; what is padding stays as it is.
template <PlanarDepthwiseConv2D shape>
inline void copy_plane(std::int8_t* plane, const std::int8_t* channel, std::int32_t first) {
  constexpr std::int32_t depth = shape.input.channels;
  constexpr std::int32_t width = plane_width(shape);
  constexpr std::int32_t left = shape.window.padding.width;
  constexpr std::int32_t columns =
      shape.input.width < width - left ? shape.input.width : width - left;
  const std::int32_t begin = first < 0 ? 0 : first;
  const std::int32_t bottom = first + plane_height(shape);
  const std::int32_t end = bottom < shape.input.height ? bottom : shape.input.height;
  plane += (begin - first) * width + left;
  channel += begin * shape.input.width * depth;
  for (std::int32_t row = begin; row < end; ++row) {
    SENGI_UNROLL(8)
    for (std::int32_t x = 0; x < columns; ++x) plane[x] = channel[x * depth];
    plane += width;
    channel += shape.input.width * depth;
  }
}

#if SENGI_ARM_DSP

// The products of a row's pairs (c02, c13) for two outputs; `k1` says which half holds its middle
// weight, b or t.
#define SENGI_PLANE_ROW(c, outer, k1, middle) \
  "smlad %[s], %[" c "02], %[" outer          \
  "], %[s]\n\t"                               \
  "smlab" k1 " %[s], %[" c "13], %[" middle   \
  "], %[s]\n\t"                               \
  "smlad %[t], %[" c "13], %[" outer          \
  "], %[t]\n\t"                               \
  "smlat" k1 " %[t], %[" c "02], %[" middle "], %[t]\n\t"
#define SENGI_PLANE_LOAD(c)       \
  "ldr %[" c                      \
  "13], [%[plane]], %[width]\n\t" \
  "sxtb16 %[" c "02], %[" c       \
  "13]\n\t"                       \
  "sxtb16 %[" c "13], %[" c "13], ror #8\n\t"
// Two outputs from rows `c` and `d` and the one that enters, which takes the place of `c`.
#define SENGI_PLANE_STEP(c, d) \
  "vmov %[s], s14\n\t"                              \
  "vmov %[t], s14\n\t"                              \
  SENGI_PLANE_ROW(c, "outer0", "b", "middle")       \
  SENGI_PLANE_ROW(d, "outer1", "t", "middle")       \
  SENGI_PLANE_LOAD(c)                               \
  SENGI_PLANE_ROW(c, "outer2", "b", "last")         \
  "smmul %[s], %[s], %[multiplier]\n\t"             \
  "smmul %[t], %[t], %[multiplier]\n\t"             \
  "ssat %[s], #8, %[s], asr %[shift]\n\t"           \
  "ssat %[t], #8, %[t], asr %[shift]\n\t"           \
  "strb %[s], [%[output]]\n\t"                      \
  "strb %[t], [%[output], %[beside]]\n\t"           \
  "add %[output], %[output], %[below]\n\t"

// Two columns of `rows` outputs, stride 1, scaled straight.
template <PlanarDepthwiseConv2D shape, std::int32_t rows>
inline void slide_down(const std::int8_t* plane, std::int8_t* output, const PlaneWeights& weights,
                       std::int32_t bias, std::int32_t multiplier) {
  // All fourteen registers are taken, so the bias and the end wait in the FPU's.
  auto a02 = static_cast<Pair>(bias);
  const std::int8_t* b02 = plane + (rows / 2 * 2 + 2) * plane_width(shape);
  Pair a13;
  Pair b13;
  std::int32_t s;
  std::int32_t t;
  asm volatile(
      "vmov s14, %[a02]\n\t"
      "vmov s15, %[b02]\n\t"
      SENGI_PLANE_LOAD("a")
      SENGI_PLANE_LOAD("b")
      "1:\n\t"
      ".if %c[rows] > 1\n\t"
      SENGI_PLANE_STEP("a", "b")
      SENGI_PLANE_STEP("b", "a")
      ".endif\n\t"
      ".if %c[rows] > 3\n\t"
      "vmov %[s], s15\n\t"
      "cmp %[plane], %[s]\n\t"
      "bne 1b\n\t"
      ".endif\n\t"
      ".if %c[rows] %% 2\n\t"
      SENGI_PLANE_STEP("a", "b")
      ".endif\n"
      : [plane] "+r"(plane), [output] "+r"(output), [a02] "+r"(a02), [b02] "+r"(b02),
        [a13] "=&r"(a13), [b13] "=&r"(b13), [s] "=&r"(s), [t] "=&r"(t)
      : [outer0] "r"(weights.outer[0]), [outer1] "r"(weights.outer[1]),
        [outer2] "r"(weights.outer[2]), [middle] "r"(weights.middle),
        [last] "r"(weights.last_middle), [multiplier] "r"(multiplier),
        [width] "i"(plane_width(shape)), [shift] "i"(shape.straight_shift),
        [beside] "i"(shape.output.channels), [below] "i"(shape.output.width * shape.output.channels),
        [rows] "i"(rows)
      : "s14", "s15", "cc", "memory");
}

#undef SENGI_PLANE_STEP

// One column of `rows` outputs, stride 2, scaled straight.
#define SENGI_PLANE_ROW_OF_ONE(c, outer, k1, middle) \
  "smlad %[s], %[" c "02], %[" outer                 \
  "], %[s]\n\t"                                      \
  "smlab" k1 " %[s], %[" c "13], %[" middle "], %[s]\n\t"

template <PlanarDepthwiseConv2D shape>
inline void slide_down_by_twos(const std::int8_t* plane, std::int8_t* output,
                               const PlaneWeights& weights, std::int32_t bias,
                               std::int32_t multiplier, std::int32_t rows) {
  const std::int8_t* end = plane + (2 * rows + 1) * plane_width(shape);
  auto a02 = static_cast<Pair>(bias);
  Pair a13;
  std::int32_t s;
  asm volatile(
      "vmov s14, %[a02]\n\t"
      SENGI_PLANE_LOAD("a")
      "1:\n\t"
      "vmov %[s], s14\n\t"
      SENGI_PLANE_ROW_OF_ONE("a", "outer0", "b", "middle")
      SENGI_PLANE_LOAD("a")
      SENGI_PLANE_ROW_OF_ONE("a", "outer1", "t", "middle")
      SENGI_PLANE_LOAD("a")
      SENGI_PLANE_ROW_OF_ONE("a", "outer2", "b", "last")
      "smmul %[s], %[s], %[multiplier]\n\t"
      "ssat %[s], #8, %[s], asr %[shift]\n\t"
      "strb %[s], [%[output]]\n\t"
      "add %[output], %[output], %[below]\n\t"
      "cmp %[plane], %[end]\n\t"
      "bne 1b\n"
      : [plane] "+r"(plane), [output] "+r"(output), [a02] "+r"(a02), [a13] "=&r"(a13),
        [s] "=&r"(s)
      : [outer0] "r"(weights.outer[0]), [outer1] "r"(weights.outer[1]),
        [outer2] "r"(weights.outer[2]), [middle] "r"(weights.middle),
        [last] "r"(weights.last_middle), [multiplier] "r"(multiplier), [end] "r"(end),
        [width] "i"(plane_width(shape)), [shift] "i"(shape.straight_shift),
        [below] "i"(shape.output.width * shape.output.channels)
      : "s14", "cc", "memory");
}

#undef SENGI_PLANE_ROW_OF_ONE
#undef SENGI_PLANE_LOAD
#undef SENGI_PLANE_ROW

// Four neighbours of a row.
struct PlaneRow {
  Pair even;  // x0 x2
  Pair odd;   // x1 x3

  explicit PlaneRow(const std::int8_t* bytes) {
    const Pair four = load_bytes(bytes);
    even = low_bytes(four);
    odd = low_bytes(four >> 8 | four << 24);
  }
};

// With any scaling: outputs of one column, or of two neighbours where the stride is 1, from the
// plane's row 0 down.
template <PlanarDepthwiseConv2D shape, typename Scaling>
inline void slide_down_in_pairs(const std::int8_t* plane, std::int8_t* output,
                                const PlaneWeights& weights, std::int32_t bias,
                                const Scaling& scaled, std::int32_t rows) {
  constexpr std::int32_t width = plane_width(shape);
  constexpr std::int32_t stride = shape.window.stride.height;
  PlaneRow first(plane);
  PlaneRow second(plane + width);
  plane += 2 * width;
  for (std::int32_t y = 0; y < rows; ++y) {
    const PlaneRow third(plane);
    const auto sum_of = [&](Pair PlaneRow::*outer, Pair PlaneRow::*inner, std::int32_t half) {
      std::int32_t sum = add_products(bias, first.*outer, weights.outer[0]);
      sum = add_products(sum, second.*outer, weights.outer[1]);
      sum = add_products(sum, third.*outer, weights.outer[2]);
      sum = add_first_product(sum, first.*inner >> half, weights.middle);
      sum = add_first_product(sum, second.*inner >> half, weights.middle >> 16);
      return add_first_product(sum, third.*inner >> half, weights.last_middle);
    };
    output[0] = scaled(sum_of(&PlaneRow::even, &PlaneRow::odd, 0));
    if constexpr (stride == 1) {
      output[shape.output.channels] = scaled(sum_of(&PlaneRow::odd, &PlaneRow::even, 16));
      first = second;
      second = third;
    } else if (y + 1 < rows) {
      first = third;
      second = PlaneRow(plane + width);
    }
    plane += stride * width;
    output += shape.output.width * shape.output.channels;
  }
}

// Whether offsets fit in the instructions' immediates.
constexpr bool plane_is_within_reach(const PlanarDepthwiseConv2D& shape) {
  return plane_width(shape) <= 255 && shape.output.width * shape.output.channels <= 4095;
}

#endif

// Outputs of one column, or of two neighbours where the stride is 1, from the plane's row 0 down.
template <PlanarDepthwiseConv2D shape, typename Scaling>
inline void slide_down_plainly(const std::int8_t* plane, std::int8_t* output,
                               const std::int8_t* taps, std::int32_t bias, const Scaling& scaled,
                               std::int32_t rows) {
  constexpr std::int32_t width = plane_width(shape);
  constexpr std::int32_t stride = shape.window.stride.height;
  for (std::int32_t y = 0; y < rows; ++y) {
    SENGI_UNROLL(2)
    for (std::int32_t i = 0; i < (stride == 1 ? 2 : 1); ++i) {
      std::int32_t sum = 0;
      SENGI_UNROLL(3)
      for (std::int32_t row = 0; row < 3; ++row) {
        SENGI_UNROLL(3)
        for (std::int32_t column = 0; column < 3; ++column) {
          sum += plane[row * width + column + i] * taps[plane_taps[row][column]];
        }
      }
      output[i * shape.output.channels] =
          scaled(wrapping_add(bias, sum * (1 << sum_fraction_bits)));
    }
    plane += stride * width;
    output += shape.output.width * shape.output.channels;
  }
}

// A band's outputs of one channel.
template <PlanarDepthwiseConv2D shape, typename Scaling>
inline void plane_outputs(const std::int8_t* plane, std::int8_t* output, const PlaneMatrix& matrix,
                          std::int32_t channel, std::int32_t rows) {
  constexpr std::int32_t columns = shape.output.width;
  const std::int8_t* const taps = matrix.weights + channel * 9;
  [[maybe_unused]] const PlaneWeights weights(taps);
  const std::int32_t bias = matrix.bias[channel];
  const Scaling scaled(matrix.scales, channel);
  const auto slide = [&](std::int32_t x) {
    const std::int8_t* const top = plane + x * shape.window.stride.width;
    std::int8_t* const to = output + x * shape.output.channels;
#if SENGI_ARM_DSP
    if constexpr (shape.straight_shift != 0 && plane_is_within_reach(shape)) {
      if constexpr (shape.window.stride.width == 2) {
        slide_down_by_twos<shape>(top, to, weights, bias, scaled.multiplier, rows);
        return;
      } else if constexpr (shape.output.height % shape.band == 0) {
        slide_down<shape, shape.band>(top, to, weights, bias, scaled.multiplier);
        return;
      }
    }
    slide_down_in_pairs<shape>(top, to, weights, bias, scaled, rows);
#else
    slide_down_plainly<shape>(top, to, taps, bias, scaled, rows);
#endif
  };
  if constexpr (shape.window.stride.width == 2) {
    for (std::int32_t x = 0; x < columns; ++x) slide(x);
  } else {
    // Of an odd number of columns, the last but one is made twice.
    for (std::int32_t x = 0; x < columns; x += 2) slide(x + 1 < columns ? x : x - 1);
  }
}

// Not inlined: layers of one shape share it.
template <PlanarDepthwiseConv2D shape, typename Scaling>
[[gnu::noinline, gnu::flatten]] void convolve_planes(const std::int8_t* input, std::int8_t* output,
                                                     std::int8_t* plane,
                                                     const PlaneMatrix& matrix) {
  constexpr std::int32_t depth = shape.input.channels;
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t y = 0; y < shape.output.height; y += shape.band) {
      std::memset(plane, shape.input_zero_point, plane_bytes(shape));
      const std::int32_t left = shape.output.height - y;
      const std::int32_t rows = left < shape.band ? left : shape.band;
      const std::int32_t first = y * shape.window.stride.height - shape.window.padding.height;
      for (std::int32_t channel = 0; channel < depth; ++channel) {
        copy_plane<shape>(plane, input + channel, first);
        plane_outputs<shape, Scaling>(plane, output + y * shape.output.width * depth + channel,
                                      matrix, channel, rows);
      }
    }
    input += shape.input.bytes();
    output += shape.output.bytes();
  }
}

template <typename Layer>
inline void planar_depthwise_conv2d(const std::int8_t* input, std::int8_t* output,
                                    std::int8_t* plane) {
  static constexpr PlaneMatrix matrix = {Layer::weights, Layer::bias, scales_of<Layer>()};
  convolve_planes<Layer::shape, Scaling<Layer>>(input, output, plane, matrix);
}

}  // namespace sengi::nn
