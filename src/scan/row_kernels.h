// SPDX-License-Identifier: Apache-2.0
// The arithmetic of a sliding network, many pixels at a time. What is computed is fixed by
// sengi/fixed_point.h; with AVX2, where the processor has it, sixteen products at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sengi/fixed_point.h"

namespace sengi::scan {

enum class Speed : std::uint8_t { plain, best };  // plain: what every processor can

// From sums to int8, a channel each. Padded to a multiple of `lanes` channels.
struct Requantizer {
  static constexpr std::size_t lanes = 16;

  std::size_t channels = 0;  // that are kept
  std::vector<std::int32_t> bias;
  std::vector<Multiplier> factors;
  std::int32_t zero_point = 0;
  std::int32_t lowest = -128;
  std::int32_t highest = 127;

  std::size_t padded() const { return (channels + lanes - 1) / lanes * lanes; }
};

// Sums of products of pixels with weights. A pixel is `depth` numbers (even) less their zero point.
struct Products {
  std::size_t depth = 0;
  std::vector<std::int16_t> weights;  // [depth / 2][padded channels][2]
};

// pixels [count][depth] to out [count][channels].
void multiply(const Products& products, const Requantizer& by, const std::int16_t* pixels,
              std::size_t count, std::int8_t* out, Speed speed);

// A channel each for itself: taps [n] point to pixels of `channels` int8 numbers, or are null for
// padding. weights [n][padded channels].
void multiply_each(std::span<const std::int8_t* const> taps, std::int32_t input_zero_point,
                   const std::int16_t* weights, const Requantizer& by, std::int8_t* out,
                   Speed speed);

}  // namespace sengi::scan
