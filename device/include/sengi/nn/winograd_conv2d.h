// SPDX-License-Identifier: Apache-2.0
// Convolution with a window of 3x3 and a stride of 1 by Winograd's minimal filtering F(2x2, 3x3)
// (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks"): a tile of 2x2 outputs
// takes 16 products a channel instead of 36.
//
//   a tile's inputs d (4x4)  ──▶  B' d B ─┐
//                                          × ──▶ summed over channels ──▶ A' m A ──▶ 4 times the
//   a channel's weights g (3x3) ─▶ G g G' ─┘                                          outputs (2x2)
//   (by the compiler)
//
//        1  0 -1  0             2  0  0
//   B' = 0  1  1  0         G = 1  1  1         A' = 1  1  1  0
//        0 -1  1  0             1 -1  1              0  1 -1 -1
//        0  1  0 -1             0  0  2
//
// G is twice the usual one, so that everything stays whole: the sums come out as exactly four times
// those of the definition, modulo 2^32. Transformed inputs lie in +-512 and weights in +-1152, in
// 16 bits; the weights take 32 bytes for nine.
//
// Four tiles side by side share the loading of the weights, as the four pixels of a panel do. For
// each of the 16 places of a tile and every two channels (c0 c2 and c1 c3 of four) there is a word
// of each tile p q r s:
//
//   transformed inputs   | p q r s |  next two channels ...     [16][I / 2][4]
//   weights              | a b |      next two channels ...     [O / 2][16][I / 2][2]
//
//             p   q   r   s
//         a  [0] [1] [2] [3]         two channels: 6 words loaded in pairs,
//         b  [4] [5] [6] [7]         8 dual multiplications = 16 products in 14 cycles
#pragma once

#include <cstdint>
#include <cstring>

#include "sengi/nn/dsp.h"
#include "sengi/nn/layer.h"
#include "sengi/nn/paired_conv2d.h"
#include "sengi/nn/pairs.h"
#include "sengi/nn/scaling.h"

namespace sengi::nn {

// input [images, H, W, I], output [images, Y, X, O]. Beside its shape a layer has
//   weights      [O / 2][16][I / 2][2] pairs, transformed; an odd last channel beside zeros
//   bias         [O] (even), in steps of 1/256, with the zero point's share in it
//   multiplier   [O] or [1]
//   right_shift  the same, unless it scales straight
// `scratch` holds winograd_scratch() bytes, aligned to 4. Outputs are made in bands of two rows, a
// band in any order: all of its inputs must stay until its last output is written.
struct WinogradConv2D {
  std::int32_t images = 1;
  Image input;   // channels in fours
  Image output;  // at least two columns
  Size padding = {0, 0};
  std::int32_t input_zero_point = 0;
  std::int32_t straight_shift = 0;
  std::int32_t output_zero_point = 0;
  Clamp clamp = {};
};

inline constexpr std::int32_t winograd_places = 16;  // of a tile's inputs
inline constexpr std::int32_t winograd_edge = 4;     // rows and columns of a tile's inputs
inline constexpr std::int32_t winograd_tiles = 4;    // that share the loading of the weights
inline constexpr std::int32_t winograd_rows = 2;     // of outputs in a band
inline constexpr std::int32_t winograd_sums = winograd_tiles * 2;  // of two channels, at a place

// Scratch memory: the inputs transformed, the sums of two channels, and the inputs of a tile that
// reaches over the image's edge.
constexpr std::int32_t winograd_panel_words(std::int32_t inputs) {
  return winograd_places * (inputs / 2) * winograd_tiles;
}
constexpr std::int32_t winograd_scratch(const WinogradConv2D& shape) {
  const std::int32_t words =
      winograd_panel_words(shape.input.channels) + winograd_places * winograd_sums;
  return words * static_cast<std::int32_t>(sizeof(Pair)) + winograd_places * shape.input.channels;
}

struct WinogradMatrix {
  const std::int16_t* weights;
  const std::int32_t* bias;
  Scales scales;
  std::int32_t channels;
};

// B' over four numbers in each half.
struct Transformed {
  Pair at[winograd_edge];

  Transformed(Pair d0, Pair d1, Pair d2, Pair d3)
      : at{subtract_pairs(d0, d2), add_pairs(d1, d2), subtract_pairs(d2, d1),
           subtract_pairs(d1, d3)} {}
};

// Transforms a tile whose inputs begin at `tile`, rows `row_bytes` apart, into its column of the
// panel. Not inlined: layers of as many inputs share it.
template <std::int32_t inputs>
[[gnu::noinline]] void transform_tile(Pair* column, const std::int8_t* tile,
                                      std::int32_t row_bytes) {
  constexpr std::int32_t place = inputs / 2 * winograd_tiles;
  for (std::int32_t channel = 0; channel < inputs; channel += 4, tile += 4) {
    Pair rows[2][winograd_edge][winograd_edge];  // of the channels c0 c2, and of c1 c3
    const std::int8_t* row = tile;
    SENGI_UNROLL(4)
    for (std::int32_t y = 0; y < winograd_edge; ++y, row += row_bytes) {
      const Pair x0 = load_bytes(row);
      const Pair x1 = load_bytes(row + inputs);
      const Pair x2 = load_bytes(row + 2 * inputs);
      const Pair x3 = load_bytes(row + 3 * inputs);
      const Transformed even(low_bytes(x0), low_bytes(x1), low_bytes(x2), low_bytes(x3));
      const Transformed odd(high_bytes(x0), high_bytes(x1), high_bytes(x2), high_bytes(x3));
      SENGI_UNROLL(4)
      for (std::int32_t x = 0; x < winograd_edge; ++x) {
        rows[0][y][x] = even.at[x];
        rows[1][y][x] = odd.at[x];
      }
    }
    SENGI_UNROLL(2)
    for (const auto& half : rows) {
      SENGI_UNROLL(4)
      for (std::int32_t x = 0; x < winograd_edge; ++x) {
        const Transformed down(half[0][x], half[1][x], half[2][x], half[3][x]);
        SENGI_UNROLL(4)
        for (std::int32_t y = 0; y < winograd_edge; ++y) {
          column[(y * winograd_edge + x) * place] = down.at[y];
        }
      }
      column += winograd_tiles;
    }
  }
}

// The products of two channels with four tiles, summed at each place: [16][2][4]. Returns the next
// two channels' weights.
template <std::int32_t inputs>
inline const std::int16_t* multiply_tiles(const Pair* panel, const std::int16_t* weights,
                                          std::int32_t* sums);

#if SENGI_ARM_DSP

// Two channels' products: `multiply` begins the sums (smuad) or adds to them (smlad).
#define SENGI_WINOGRAD_STEP(multiply, s0, s1, s2, s3, s4, s5, s6, s7)                    \
  "ldrd %[a], %[b], [%[weights]], #8\n\t"                                                \
  "ldrd %[x], %[y], [%[panel]], #8\n\t" multiply " %[s0], %[x], %[a]" s0 "\n\t" multiply \
  " %[s4], %[x], %[b]" s4 "\n\t" multiply " %[s1], %[y], %[a]" s1 "\n\t" multiply        \
  " %[s5], %[y], %[b]" s5                                                                \
  "\n\t"                                                                                 \
  "ldrd %[x], %[y], [%[panel]], #8\n\t" multiply " %[s2], %[x], %[a]" s2 "\n\t" multiply \
  " %[s6], %[x], %[b]" s6 "\n\t" multiply " %[s3], %[y], %[a]" s3 "\n\t" multiply        \
  " %[s7], %[y], %[b]" s7 "\n\t"
#define SENGI_WINOGRAD_FIRST_STEP SENGI_WINOGRAD_STEP("smuad", "", "", "", "", "", "", "", "")
#define SENGI_WINOGRAD_NEXT_STEP                                                                 \
  SENGI_WINOGRAD_STEP("smlad", ", %[s0]", ", %[s1]", ", %[s2]", ", %[s3]", ", %[s4]", ", %[s5]", \
                      ", %[s6]", ", %[s7]")

template <std::int32_t inputs>
inline const std::int16_t* multiply_tiles(const Pair* panel, const std::int16_t* weights,
                                          std::int32_t* sums) {
  constexpr std::int32_t steps = inputs / 2;
  constexpr std::int32_t times = unrolled(steps, 8);
  constexpr std::int32_t place_bytes =
      steps * winograd_tiles * static_cast<std::int32_t>(sizeof(Pair));
  // All fourteen registers are taken, so where sums go, their end, and the end of a place's inputs
  // wait in the FPU's.
  std::int32_t* x = sums;
  const std::int32_t* y = sums + winograd_places * winograd_sums;
  const Pair* a = panel + steps * winograd_tiles;
  Pair b;
  std::int32_t s0, s1, s2, s3, s4, s5, s6, s7;
  asm volatile(
      "vmov s13, %[y]\n\t"
      "vmov s14, %[x]\n\t"
      "vmov s15, %[a]\n"
      "1:\n\t" SENGI_WINOGRAD_FIRST_STEP ".rept %c[times] - 1\n\t" SENGI_WINOGRAD_NEXT_STEP
      ".endr\n"
      ".if %c[loops] > 1\n"
      "2:\n\t"
      ".rept %c[times]\n\t" SENGI_WINOGRAD_NEXT_STEP
      ".endr\n\t"
      ".if %c[loops] > 2\n\t"
      "vmov %[x], s15\n\t"
      "cmp %[panel], %[x]\n\t"
      "bne 2b\n\t"
      "add %[x], %[x], %[place]\n\t"
      "vmov s15, %[x]\n\t"
      ".endif\n\t"
      ".endif\n\t"
      "vmov %[x], s14\n\t"
      "vmov %[y], s13\n\t"
      "strd %[s0], %[s1], [%[x]], #8\n\t"
      "strd %[s2], %[s3], [%[x]], #8\n\t"
      "strd %[s4], %[s5], [%[x]], #8\n\t"
      "strd %[s6], %[s7], [%[x]], #8\n\t"
      "vmov s14, %[x]\n\t"
      "cmp %[x], %[y]\n\t"
      "bne 1b\n"
      : [panel] "+r"(panel), [weights] "+r"(weights), [x] "+r"(x), [y] "+r"(y), [a] "+r"(a),
        [b] "=&r"(b), [s0] "=&r"(s0), [s1] "=&r"(s1), [s2] "=&r"(s2), [s3] "=&r"(s3),
        [s4] "=&r"(s4), [s5] "=&r"(s5), [s6] "=&r"(s6), [s7] "=&r"(s7)
      : [times] "i"(times), [loops] "i"(steps / times), [place] "i"(place_bytes)
      : "s13", "s14", "s15", "cc", "memory");
  return weights;
}

#undef SENGI_WINOGRAD_NEXT_STEP
#undef SENGI_WINOGRAD_FIRST_STEP
#undef SENGI_WINOGRAD_STEP

#else

template <std::int32_t inputs>
inline const std::int16_t* multiply_tiles(const Pair* panel, const std::int16_t* weights,
                                          std::int32_t* sums) {
  for (std::int32_t place = 0; place < winograd_places; ++place, sums += winograd_sums) {
    for (std::int32_t i = 0; i < winograd_sums; ++i) sums[i] = 0;
    for (std::int32_t step = 0; step < inputs / 2; ++step, panel += winograd_tiles) {
      for (std::int32_t channel = 0; channel < 2; ++channel, weights += 2) {
        const Pair two = load_weights(weights);
        for (std::int32_t tile = 0; tile < winograd_tiles; ++tile) {
          std::int32_t& sum = sums[channel * winograd_tiles + tile];
          sum = add_products(sum, panel[tile], two);
        }
      }
    }
  }
  return weights;
}

#endif

// A' over the rows of a tile's column: what its sums add to the upper and to the lower outputs.
struct TwoRows {
  std::uint32_t upper;
  std::uint32_t lower;

  explicit TwoRows(const std::int32_t* sums) {
    const auto at = [&](std::int32_t y) {
      return static_cast<std::uint32_t>(sums[y * winograd_edge * winograd_sums]);
    };
    const std::uint32_t second = at(1);
    const std::uint32_t third = at(2);
    upper = at(0) + second + third;
    lower = second - third - at(3);
  }
};

// The outputs of one channel of one tile, from its sums.
template <typename Scaling>
inline void tile_outputs(const std::int32_t* sums, std::int32_t bias, const Scaling& scaled,
                         std::int8_t* output, std::int32_t beside, std::int32_t below) {
  // The sums are four times those of the definition, and scaled in steps of 1/256.
  const auto output_of = [&](std::uint32_t first, std::uint32_t second, std::uint32_t third) {
    const std::uint32_t four_times = first + second + third;
    return scaled(static_cast<std::int32_t>(static_cast<std::uint32_t>(bias) + (four_times << 6)));
  };
  const TwoRows a(sums);
  const TwoRows b(sums + winograd_sums);
  const TwoRows c(sums + 2 * winograd_sums);
  const TwoRows d(sums + 3 * winograd_sums);
  output[0] = output_of(a.upper, b.upper, c.upper);
  output[beside] = output_of(b.upper, 0 - c.upper, 0 - d.upper);
  if (below == 0) return;
  output[below] = output_of(a.lower, b.lower, c.lower);
  output[below + beside] = output_of(b.lower, 0 - c.lower, 0 - d.lower);
}

// All channels of four tiles, tile t at `output` + offsets[t]; `below` is the distance of an output
// row to the next, 0 where there is none. Not inlined: layers of as many inputs share it.
template <std::int32_t inputs, typename Scaling, bool odd_channels>
[[gnu::noinline, gnu::flatten]] void winograd_outputs(const Pair* panel, std::int32_t* sums,
                                                      const WinogradMatrix& matrix,
                                                      std::int8_t* output,
                                                      const std::int32_t (&offsets)[winograd_tiles],
                                                      std::int32_t below) {
  const std::int16_t* weights = matrix.weights;
  for (std::int32_t first = 0; first < matrix.channels; first += 2) {
    weights = multiply_tiles<inputs>(panel, weights, sums);
    SENGI_UNROLL(2)
    for (std::int32_t channel = 0; channel < 2; ++channel) {
      if (odd_channels && first + channel == matrix.channels) break;
      const Scaling scaled(matrix.scales, first + channel);
      const std::int32_t bias = matrix.bias[first + channel];
      for (std::int32_t tile = 0; tile < winograd_tiles; ++tile) {
        tile_outputs(sums + channel * winograd_tiles + tile, bias, scaled, output + offsets[tile],
                     matrix.channels, below);
      }
      ++output;
    }
  }
}

// Transforms the tile whose inputs begin at (row, column), which may be outside the image.
// `border` is room for a tile's inputs.
template <WinogradConv2D shape>
inline void gather_tile(Pair* column, std::int8_t* border, const std::int8_t* image,
                        std::int32_t row, std::int32_t left) {
  constexpr std::int32_t depth = shape.input.channels;
  if (row >= 0 && row + winograd_edge <= shape.input.height && left >= 0 &&
      left + winograd_edge <= shape.input.width) {
    transform_tile<depth>(column, image + (row * shape.input.width + left) * depth,
                          shape.input.width * depth);
    return;
  }
  // A tile's inputs are what a window of 4x4 covers.
  constexpr PairedConv2D whole = {.input = shape.input,
                                  .output = {1, 1, 1},
                                  .window = {.taps = {winograd_edge, winograd_edge}},
                                  .input_zero_point = shape.input_zero_point};
  copy_window<whole>(border, image, row, left);
  transform_tile<depth>(column, border, winograd_edge * depth);
}

// Not inlined: layers of one shape share it.
template <WinogradConv2D shape, typename Scaling>
[[gnu::noinline, gnu::flatten]] void convolve_tiles(const std::int8_t* input, std::int8_t* output,
                                                    std::int8_t* scratch,
                                                    const WinogradMatrix& matrix) {
  constexpr std::int32_t depth = shape.input.channels;
  constexpr std::int32_t channels = shape.output.channels;
  constexpr std::int32_t row_bytes = shape.output.width * channels;
  auto* const panel = reinterpret_cast<Pair*>(scratch);
  auto* const sums = reinterpret_cast<std::int32_t*>(panel + winograd_panel_words(depth));
  auto* const border = reinterpret_cast<std::int8_t*>(sums + winograd_places * winograd_sums);
  for (std::int32_t image = 0; image < shape.images; ++image) {
    for (std::int32_t y = 0; y < shape.output.height; y += winograd_rows) {
      const bool has_lower = y + 1 < shape.output.height;
      for (std::int32_t x = 0; x < shape.output.width; x += 2 * winograd_tiles) {
        // The last tile of a row stands at its end, and in for those that lack.
        std::int32_t offsets[winograd_tiles];
        for (std::int32_t tile = 0; tile < winograd_tiles; ++tile) {
          const std::int32_t wanted = x + 2 * tile;
          const std::int32_t left =
              wanted < shape.output.width - 2 ? wanted : shape.output.width - 2;
          gather_tile<shape>(panel + tile, border, input, y - shape.padding.height,
                             left - shape.padding.width);
          offsets[tile] = left * channels;
        }
        winograd_outputs<depth, Scaling, channels % 2 != 0>(panel, sums, matrix, output, offsets,
                                                            has_lower ? row_bytes : 0);
      }
      output += (has_lower ? winograd_rows : 1) * row_bytes;
    }
    input += shape.input.bytes();
  }
}

template <typename Layer>
inline void winograd_conv2d(const std::int8_t* input, std::int8_t* output, std::int8_t* scratch) {
  constexpr WinogradConv2D shape = Layer::shape;
  static constexpr WinogradMatrix matrix = {Layer::weights, Layer::bias, scales_of<Layer>(),
                                            shape.output.channels};
  convolve_tiles<shape, Scaling<Layer>>(input, output, scratch, matrix);
}

}  // namespace sengi::nn
