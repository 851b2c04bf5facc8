// SPDX-License-Identifier: Apache-2.0
// Images cut into blocks, whose pixels become images of their own, and put together again.
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"

namespace sengi::nn {

// Image pixel (y, x) of image n lies in a block at ((y + before.height) / block.height,
// (x + before.width) / block.width); what remains of the divisions says in which part of the
// batches: [block.height, block.width, images, cut.height, cut.width, channels].
struct Blocks {
  std::int32_t images = 1;
  Image image;
  Image cut;
  Size block;
  Size before = {0, 0};
  std::int32_t padding = 0;  // the number beyond the image
};

// Calls work(place on the image or -1 beyond it) for each pixel of the batches, in order.
template <typename Layer, typename Work>
inline void for_each_cut_pixel(Work work) {
  constexpr Blocks shape = Layer::shape;
  for (std::int32_t within = 0; within < shape.block.height * shape.block.width; ++within) {
    const std::int32_t down = within / shape.block.width - shape.before.height;
    const std::int32_t right = within % shape.block.width - shape.before.width;
    for (std::int32_t image = 0; image < shape.images; ++image) {
      for (std::int32_t row = 0; row < shape.cut.height; ++row) {
        const std::int32_t y = row * shape.block.height + down;
        for (std::int32_t column = 0; column < shape.cut.width; ++column) {
          const std::int32_t x = column * shape.block.width + right;
          const bool inside = y >= 0 && y < shape.image.height && x >= 0 && x < shape.image.width;
          const std::int32_t pixel = (image * shape.image.height + y) * shape.image.width + x;
          work(inside ? pixel * shape.image.channels : -1);
        }
      }
    }
  }
}

template <typename Layer, typename T>
inline void space_to_batch(const T* input, T* output) {
  constexpr std::int32_t channels = Layer::shape.image.channels;
  for_each_cut_pixel<Layer>([&](std::int32_t place) {
    for (std::int32_t c = 0; c < channels; ++c) {
      *output++ = place < 0 ? static_cast<T>(Layer::shape.padding) : input[place + c];
    }
  });
}

template <typename Layer, typename T>
inline void batch_to_space(const T* input, T* output) {
  constexpr std::int32_t channels = Layer::shape.image.channels;
  for_each_cut_pixel<Layer>([&](std::int32_t place) {
    for (std::int32_t c = 0; c < channels; ++c, ++input) {
      if (place >= 0) output[place + c] = *input;
    }
  });
}

}  // namespace sengi::nn
