// SPDX-License-Identifier: Apache-2.0
// Convolutions of 3x3 by Winograd's minimal filtering: see sengi/nn/winograd_conv2d.h.
#include <fmt/format.h>

#include <array>
#include <cstddef>

#include "compile/kernel_parts.h"
#include "compile/overlap.h"
#include "sengi/nn/winograd_conv2d.h"

namespace sengi::compile {
namespace {

// Below this, transforming costs more than is saved.
constexpr std::int32_t fewest_channels = 8;

bool is_size(nn::Size size, std::int32_t of) { return size.height == of && size.width == of; }

bool suits(const nn::Image& input, const nn::Image& output, const nn::Window& window) {
  return is_size(window.taps, 3) && is_size(window.stride, 1) && is_size(window.dilation, 1) &&
         input.channels % 4 == 0 && input.channels >= fewest_channels &&
         output.channels >= fewest_channels && output.height >= 2 && output.width >= 2;
}

// Twice the usual G, so that all stays whole.
constexpr std::int32_t transform[nn::winograd_edge][3] = {
    {2, 0, 0}, {1, 1, 1}, {1, -1, 1}, {0, 0, 2}};

using Tile = std::array<std::int32_t, nn::winograd_places>;

// G g G' of the 3x3 weights that `weight(row, column)` gives.
template <typename Weight>
Tile transformed(const Weight& weight) {
  Tile tile{};
  for (std::size_t y = 0; y < nn::winograd_edge; ++y) {
    for (std::size_t x = 0; x < nn::winograd_edge; ++x) {
      for (std::int32_t row = 0; row < 3; ++row) {
        for (std::int32_t column = 0; column < 3; ++column) {
          tile[y * nn::winograd_edge + x] +=
              transform[y][row] * transform[x][column] * weight(row, column);
        }
      }
    }
  }
  return tile;
}

// [O][I]: the transformed weights of each pair of channels.
std::vector<Tile> transformed(const WeightMatrix& matrix, std::int32_t inputs) {
  std::vector<Tile> tiles;
  for (std::int32_t output = 0; output < matrix.channels; ++output) {
    for (std::int32_t input = 0; input < inputs; ++input) {
      tiles.push_back(transformed([&](std::int32_t row, std::int32_t column) {
        const std::int32_t at = output * matrix.products + (row * 3 + column) * inputs + input;
        return matrix.values[static_cast<std::size_t>(at)];
      }));
    }
  }
  return tiles;
}

// [O / 2][16][I / 2][2][2], the inputs' pairs as transform_tile() makes them.
std::vector<std::int32_t> pack(const WeightMatrix& matrix, std::int32_t inputs) {
  const std::vector<Tile> tiles = transformed(matrix, inputs);
  std::vector<std::int32_t> packed;
  for (std::int32_t first = 0; first < matrix.channels; first += 2) {
    for (std::size_t place = 0; place < nn::winograd_places; ++place) {
      for (std::int32_t pair = 0; pair < inputs / 2; ++pair) {
        const std::int32_t even = pair / 2 * 4 + pair % 2;
        for (const std::int32_t output : {first, first + 1}) {
          for (const std::int32_t input : {even, even + 2}) {
            const bool there = output < matrix.channels;
            packed.push_back(there ? tiles[static_cast<std::size_t>(output * inputs + input)][place]
                                   : 0);
          }
        }
      }
    }
  }
  return packed;
}

}  // namespace

std::optional<Kernel> winograd_kernel(const Operands& operands, const model::Conv2D& conv) {
  const model::Shape& shape = operands.input(0).shape;
  const nn::Image input = image_of(shape);
  const nn::Image output = image_of(operands.output().shape);
  const nn::Window window = window_of(operands, conv);
  if (!suits(input, output, window)) return {};
  auto constants = paired_constants(operands.graph, operands.op, rows_by_output(operands.input(1)),
                                    conv.activation, Weights::single);
  if (!constants) return {};
  if (constants->bias.size() % 2 != 0) constants->bias.push_back(0);

  Kernel kernel;
  kernel.header = "sengi/nn/winograd_conv2d.h";
  kernel.function = "winograd_conv2d";
  kernel.shape_type = "WinogradConv2D";
  add_images(kernel.shape, shape[0]);
  kernel.shape.insert(kernel.shape.end(), {field("input", input), field("output", output)});
  if (window.padding.height != 0 || window.padding.width != 0) {
    kernel.shape.push_back(field("padding", window.padding));
  }
  if (touches_padding(input, output, window)) {
    kernel.shape.push_back(field("input_zero_point", operands.input(0).quantization.zero_point[0]));
  }
  add_scaling(kernel.shape, operands, *constants, conv.activation);
  kernel.constants =
      to_tables(*constants, {"alignas(4) static constexpr std::int16_t weights[]",
                             fmt::format("transformed, by twos [16][{}][2][2]", input.channels / 2),
                             pack(constants->matrix, input.channels), sizeof(std::int16_t)});
  kernel.stem = "conv";
  kernel.kind = "conv 3x3 Winograd";
  kernel.details = ", " + words_of(window) + ", by Winograd's tiles" + words_of(conv.activation);
  kernel.leads = {lead_of_bands(shape[0], input, output, window, nn::winograd_rows)};
  kernel.scratch_bytes = static_cast<std::size_t>(nn::winograd_scratch(
      {.images = shape[0], .input = input, .output = output, .padding = window.padding}));
  return kernel;
}

}  // namespace sengi::compile
