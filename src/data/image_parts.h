// SPDX-License-Identifier: Apache-2.0
// What reads images, a format a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/image.h"

namespace sengi::data {

using Bytes = std::span<const std::byte>;

inline std::uint8_t byte_at(Bytes bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

inline bool starts_with(Bytes bytes, std::string_view text) {
  if (bytes.size() < text.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (byte_at(bytes, i) != static_cast<std::uint8_t>(text[i])) return false;
  }
  return true;
}

Error image_fault(std::string_view file, std::string_view what);
Error cut_short(std::string_view file);
Error damaged(std::string_view file, std::string_view why);
Result<void> check_size(std::string_view file, std::int64_t width, std::int64_t height,
                        std::int64_t most_pixels);

// The image as it is stored, and where its EXIF data is; empty without one.
struct Stored {
  Image image;
  Bytes exif;  // from the byte order mark on
};
Result<Stored> decode_jpeg(Bytes bytes, std::string_view file, std::int64_t most_pixels);
Result<Stored> decode_png(Bytes bytes, std::string_view file, std::int64_t most_pixels);

// EXIF's orientation, 1 .. 8; 1 where it says nothing of the kind.
int orientation_in(Bytes exif);

// Turned and mirrored from how it is stored to how it is seen.
Image upright(Image image, int orientation);

}  // namespace sengi::data
