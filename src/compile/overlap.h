// SPDX-License-Identifier: Apache-2.0
// How far below its input a layer's output must begin so that the layer may write over what it has
// read: Overlap::lead of the planner, found by walking the layer's pixels as its kernel does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/graph.h"
#include "sengi/nn/layer.h"
#include "sengi/nn/window.h"

namespace sengi::compile {

// Convolutions and pooling: a window slides over `images` images in memory order, and when an
// output pixel's last byte is written, all its inputs and those of the pixels before it were read.
std::ptrdiff_t lead_of_window(std::int32_t images, const nn::Image& input, const nn::Image& output,
                              const nn::Window& window);

// The same where a layer reads the windows of `group` pixels in a row before it writes any of them.
std::ptrdiff_t lead_of_groups(std::int32_t images, const nn::Image& input, const nn::Image& output,
                              const nn::Window& window, std::int32_t group);

// The same where a layer reads and writes `rows` rows of each image at once, in any order.
std::ptrdiff_t lead_of_bands(std::int32_t images, const nn::Image& input, const nn::Image& output,
                             const nn::Window& window, std::int32_t rows);

// Row by row: an output row is complete before the next input row is read.
std::ptrdiff_t lead_of_rows(std::int32_t rows, std::int32_t inputs, std::int32_t outputs);

// Element by element of a size: a walk through the output in order, `counts` elements along its
// axes, outermost first, that lie `steps` apart in the input from element `start` on.
std::ptrdiff_t lead_of_reads(const model::Shape& counts, const std::vector<std::int64_t>& steps,
                             std::int64_t start, std::size_t element_bytes);

// In any order: the output stays clear of the input.
std::ptrdiff_t lead_of_whole(const model::Tensor& output);
// In any order: the output must end before the input begins, or begin after its end.
inline std::ptrdiff_t lead_apart(std::size_t output_bytes) {
  return static_cast<std::ptrdiff_t>(output_bytes);
}

// Byte by byte: the output may be the input itself.
inline constexpr std::ptrdiff_t lead_of_elements = 0;

}  // namespace sengi::compile
