// SPDX-License-Identifier: Apache-2.0
// Made grounds for pictures whose background was cut away. A network that learned from cut-out
// leaves has never seen what is behind a leaf in an orchard, and what it then says is worth knowing
// before a farmer does; and one that learned from many grounds looks at the leaf.
//
// Grounds are fractal noise (Perlin 1985, "An Image Synthesizer"; octaves of value noise here) in
// the colours of soil, grass, dead leaves, bark, sky and paper. They are made: no photograph of an
// orchard, and easier than one, where other leaves are behind the leaf.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/image.h"
#include "sengi/signal/image_spec.h"

namespace sengi::data {

// How much of each pixel was cut away, 0 .. 1, [height, width]: what is nearly black (JPEG leaves
// some noise) and hangs together with the picture's edge, with an edge softened over a pixel. All
// zero where the picture's edge is not mostly such.
// `levels`: [height, width, channels], 0 .. 255; channels 1 or 3.
std::vector<float> cut_away(std::span<const std::int16_t> levels, std::int32_t width,
                            std::int32_t height, std::int32_t channels);

// The picture, in front of a ground that follows from `seed`. A picture that was not cut out comes
// back as it is. The first has the light of another day too: brighter or darker by up to a quarter,
// bluer or redder by up to an eighth.
Image on_made_ground(const Image& picture, std::uint64_t seed);
std::vector<std::int16_t> on_made_ground(std::span<const std::int16_t> frame,
                                         const signal::ImageSpec& spec, std::uint64_t seed);

}  // namespace sengi::data
