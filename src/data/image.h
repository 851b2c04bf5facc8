// SPDX-License-Identifier: Apache-2.0
// Photographs and drawings as pixels: JPEG and PNG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sengi/signal/image_spec.h"

namespace sengi::data {

// Red, green and blue of each pixel, 0 .. 255 (sRGB), line by line from the top.
struct Image {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::vector<std::uint8_t> rgb;  // [height, width, 3]

  bool operator==(const Image&) const = default;
};

// Images of more pixels are refused.
inline constexpr std::int64_t most_image_pixels = 100'000'000;

// Whether the end of a file's name is one of an image's (jpg, jpeg, png), in any case.
bool is_image(const std::filesystem::path& path);

// An image as a person sees it: turned as EXIF's orientation says, transparent parts over white,
// grey and CMYK as colours. CMYK is taken as programs write it, with 255 for no ink. What PNG says
// of gamma is followed; 16-bit levels are rounded.
// Errors: missing; not an image (names the kind of file it is, where known); cut short; damaged; of
// more than `most_pixels`.
Result<Image> read_image(const std::filesystem::path& path,
                         std::int64_t most_pixels = most_image_pixels);
// `file` is named in errors.
Result<Image> decode_image(std::span<const std::byte> bytes, std::string_view file,
                           std::int64_t most_pixels = most_image_pixels);

// PNG, of one channel where all of the image is grey. Requires: width, height > 0.
// Errors: no memory; it cannot be written.
Result<std::vector<std::byte>> encode_png(const Image& image);
Result<void> write_png(const std::filesystem::path& path, const Image& image);

// What a camera would have given: the largest centred part of the image that has the frame's aspect
// ratio, made smaller by area averaging or larger by bilinear interpolation, exact but for the last
// rounding. Levels 0 .. 255 in [frame_height, frame_width, channels]; grey is the luma of ITU-R
// BT.601. Requires: width, height > 0; a spec in its ranges.
std::vector<std::int16_t> frame_of(const Image& image, const signal::ImageSpec& spec);

}  // namespace sengi::data
