// SPDX-License-Identifier: Apache-2.0
// The heart of convolution and matrix layers: sums of one pixel's products for a block of four
// output channels at once.
//
//   weights of a block, as the compiler packs them: input by input, four channels side by side
//
//       input 0        input 1        input 2
//     | a b c d      | a b c d      | a b c d      ...        a input is loaded once for four
//       ^ one load and one multiply-accumulate each           products
//
// Weights are int8, or int16 where they had a zero point that does not leave them in 8 bits.
//
// Channels left over when four do not divide them make one narrower block at the end.
#pragma once

#include <cstdint>

#include "sengi/nn/layer.h"
#include "sengi/nn/requantize.h"

namespace sengi::nn {

inline constexpr std::int32_t block_channels = 4;

template <typename Layer, std::int32_t channels>
struct ChannelBlock {
  std::int32_t sums[channels];

  explicit ChannelBlock(const std::int32_t* bias) {
    SENGI_UNROLL(4)
    for (std::int32_t c = 0; c < channels; ++c) sums[c] = bias[c];
  }

  // Adds the products of `count` inputs that stand one after another, with `offset` added to each.
  template <typename Weight>
  void add(const std::int8_t* input, const Weight* weights, std::int32_t count,
           std::int32_t offset) {
    SENGI_UNROLL(4)
    for (std::int32_t i = 0; i < count; ++i) {
      const std::int32_t x = *input++ + offset;
      SENGI_UNROLL(4)
      for (std::int32_t c = 0; c < channels; ++c) sums[c] = wrapping_add(sums[c], x * weights[c]);
      weights += channels;
    }
  }

  // `first` is the block's first channel.
  void store(std::int8_t* output, std::int32_t first) const {
    SENGI_UNROLL(4)
    for (std::int32_t c = 0; c < channels; ++c) output[c] = output_of<Layer>(sums[c], first + c);
  }
};

// Calls work.template operator()<channels>(first) for each block of `all` channels.
template <std::int32_t all, typename Work>
inline void for_each_block(Work work) {
  constexpr std::int32_t left = all % block_channels;
  for (std::int32_t first = 0; first < all - left; first += block_channels) {
    work.template operator()<block_channels>(first);
  }
  if constexpr (left != 0) work.template operator()<left>(all - left);
}

}  // namespace sengi::nn
