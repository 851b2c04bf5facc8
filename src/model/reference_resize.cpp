// SPDX-License-Identifier: Apache-2.0
// Images of another size.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

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

namespace {

// Between which two rows (or columns) of the input one of the output lies, and how far past the
// first: in units of the input's rows, of 2^-10 of them for integers.
template <typename Number>
struct Between {
  std::size_t first, second;
  Number past;
};

std::vector<Between<std::int64_t>> between_integers(std::int64_t inputs, std::int64_t outputs,
                                                    const ResizeBilinear& resize) {
  constexpr std::int64_t one = 1 << 10;
  const bool aligned = resize.align_corners && outputs > 1;
  const std::int64_t steps = aligned ? outputs - 1 : outputs;
  const std::int64_t scale = (one * (aligned ? inputs - 1 : inputs) + steps / 2) / steps;
  std::vector<Between<std::int64_t>> all;
  for (std::int64_t i = 0; i < outputs; ++i) {
    std::int64_t place = i * scale;
    if (resize.half_pixel_centers) place += scale / 2 - one / 2;
    // A rounded scale can lead past the last.
    const std::int64_t first = std::clamp<std::int64_t>(place / one, 0, inputs - 1);
    const std::int64_t second = std::clamp<std::int64_t>((place + one - 1) / one, 0, inputs - 1);
    all.push_back(
        {static_cast<std::size_t>(first), static_cast<std::size_t>(second), place - one * first});
  }
  return all;
}

std::vector<Between<float>> between_floats(std::int32_t inputs, std::int32_t outputs,
                                           const ResizeBilinear& resize) {
  const bool aligned = resize.align_corners && outputs > 1;
  const float scale = aligned ? static_cast<float>(inputs - 1) / static_cast<float>(outputs - 1)
                              : static_cast<float>(inputs) / static_cast<float>(outputs);
  const auto last = static_cast<float>(inputs - 1);
  std::vector<Between<float>> all;
  for (std::int32_t i = 0; i < outputs; ++i) {
    float place = static_cast<float>(i) * scale;
    if (resize.half_pixel_centers) place = (static_cast<float>(i) + 0.5F) * scale - 0.5F;
    const float first = std::clamp(std::floor(place), 0.0F, last);
    const float second = std::clamp(std::ceil(place), 0.0F, last);
    all.push_back(
        {static_cast<std::size_t>(first), static_cast<std::size_t>(second), place - first});
  }
  return all;
}

// Four pixels by nearness; `round` makes an element of the sum, whose weights come to one * one.
template <typename T, typename Number, typename Round>
Step bind_between(Memory& memory, const Operator& op, const std::vector<Between<Number>>& rows,
                  const std::vector<Between<Number>>& columns, Number one, Round round) {
  const Shape& from = memory.input_tensor(op, 0).shape;
  const auto channels = static_cast<std::size_t>(from[3]);
  const std::size_t row = channels * static_cast<std::size_t>(from[2]);
  const std::size_t image = row * static_cast<std::size_t>(from[1]);
  return [=, in = memory.input<T>(op, 0), out = memory.output<T>(op)] {
    std::size_t at = 0;
    for (std::size_t n = 0; n < in.size(); n += image) {
      for (const Between<Number>& y : rows) {
        for (const Between<Number>& x : columns) {
          for (std::size_t c = 0; c < channels; ++c) {
            const auto pixel = [&](std::size_t py, std::size_t px) {
              return static_cast<Number>(in[n + py * row + px * channels + c]);
            };
            out[at++] = round(pixel(y.first, x.first) * (one - y.past) * (one - x.past) +
                              pixel(y.second, x.first) * y.past * (one - x.past) +
                              pixel(y.first, x.second) * (one - y.past) * x.past +
                              pixel(y.second, x.second) * y.past * x.past);
          }
        }
      }
    }
  };
}

}  // namespace

Step bind(Memory& memory, const Operator& op, const ResizeBilinear& resize) {
  const Shape& from = memory.input_tensor(op, 0).shape;
  const Shape& to = memory.output_tensor(op).shape;
  return by_type(memory.output_tensor(op).type, [&]<typename T>(T) -> Step {
    if constexpr (std::is_same_v<T, float>) {
      return bind_between<float, float>(memory, op, between_floats(from[1], to[1], resize),
                                        between_floats(from[2], to[2], resize), 1.0F,
                                        [](float sum) { return sum; });
    } else {
      // To nearest, halves away from zero.
      return bind_between<T, std::int64_t>(
          memory, op, between_integers(from[1], to[1], resize),
          between_integers(from[2], to[2], resize), 1 << 10, [](std::int64_t sum) {
            constexpr std::int64_t half = 1 << 19;
            return static_cast<T>((sum > 0 ? sum + half : sum - half) / (2 * half));
          });
    }
  });
}

}  // namespace sengi::model
