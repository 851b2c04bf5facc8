// SPDX-License-Identifier: Apache-2.0
// Images of another size.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "model/reference.h"

namespace sengi::model {
namespace {

// The input's row for each of the output's, or column for each column. In float, as TensorFlow
// Lite.
std::vector<std::size_t> nearest(std::int32_t inputs, std::int32_t outputs,
                                 const ResizeNearestNeighbor& resize) {
  const bool aligned = resize.align_corners && outputs > 1;
  const float scale = aligned ? static_cast<float>(inputs - 1) / static_cast<float>(outputs - 1)
                              : static_cast<float>(inputs) / static_cast<float>(outputs);
  const float offset = resize.half_pixel_centers ? 0.5F : 0.0F;
  std::vector<std::size_t> places;
  for (std::int32_t i = 0; i < outputs; ++i) {
    const float place = (static_cast<float>(i) + offset) * scale;
    const float whole = resize.align_corners ? std::round(place) : std::floor(place);
    places.push_back(
        static_cast<std::size_t>(std::clamp<float>(whole, 0, static_cast<float>(inputs - 1))));
  }
  return places;
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const ResizeNearestNeighbor& resize) {
  const Shape& from = memory.input_tensor(op, 0).shape;
  const Shape& to = memory.output_tensor(op).shape;
  const std::vector<std::size_t> rows = nearest(from[1], to[1], resize);
  const std::vector<std::size_t> columns = nearest(from[2], to[2], resize);
  const std::size_t pixel =
      static_cast<std::size_t>(from[3]) * bytes_of(memory.output_tensor(op).type);
  const std::size_t row = pixel * static_cast<std::size_t>(from[2]);
  const std::size_t image = row * static_cast<std::size_t>(from[1]);
  return [=, images = static_cast<std::size_t>(from[0]), in = memory.input<std::byte>(op, 0),
          out = memory.output<std::byte>(op)] {
    std::size_t at = 0;
    for (std::size_t n = 0; n < images; ++n) {
      for (const std::size_t y : rows) {
        for (const std::size_t x : columns) {
          std::memcpy(&out[at], &in[n * image + y * row + x * pixel], pixel);
          at += pixel;
        }
      }
    }
  };
}

}  // namespace sengi::model
