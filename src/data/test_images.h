// SPDX-License-Identifier: Apache-2.0
// For tests: images, and files of every kind that hold them, by the libraries' own encoders.
#pragma once

#include <png.h>
#include <turbojpeg.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "data/image.h"

namespace sengi::data {

using FileBytes = std::vector<std::byte>;

// Level(x, y, channel) of each pixel.
template <typename Level>
Image drawn(std::int32_t width, std::int32_t height, Level level) {
  Image image{width, height, {}};
  for (std::int32_t y = 0; y < height; ++y) {
    for (std::int32_t x = 0; x < width; ++x) {
      for (std::int32_t c = 0; c < 3; ++c) {
        image.rgb.push_back(static_cast<std::uint8_t>(level(x, y, c)));
      }
    }
  }
  return image;
}

inline Image noise_image(std::int32_t width, std::int32_t height, unsigned seed) {
  std::mt19937 random(seed);
  return drawn(width, height, [&](auto, auto, auto) { return random() % 256; });
}

// Smooth, so that a JPEG keeps it.
inline Image gradient(std::int32_t width, std::int32_t height) {
  return drawn(width, height, [&](auto x, auto y, auto c) {
    return c == 0 ? 255 * x / width : c == 1 ? 255 * y / height : 128;
  });
}

// `pixels` in `format` (TJPF_...), stored with `sampling` (TJSAMP_...).
inline FileBytes jpeg_of(std::span<const std::uint8_t> pixels, int width, int height, int format,
                         int sampling = TJSAMP_444, int quality = 95, int flags = 0) {
  tjhandle encoder = tjInitCompress();
  unsigned char* data = nullptr;
  unsigned long size = 0;
  FileBytes bytes;
  if (tjCompress2(encoder, pixels.data(), width, 0, height, format, &data, &size, sampling, quality,
                  flags) == 0) {
    const auto written = std::as_bytes(std::span(data, size));
    bytes.assign(written.begin(), written.end());
  }
  tjFree(data);
  tjDestroy(encoder);
  return bytes;
}

inline FileBytes jpeg_of(const Image& image, int sampling = TJSAMP_444, int flags = 0) {
  return jpeg_of(image.rgb, image.width, image.height, TJPF_RGB, sampling, 95, flags);
}

// `pixels` in `format` (PNG_FORMAT_...).
inline FileBytes png_of(const void* pixels, std::int32_t width, std::int32_t height,
                        png_uint_32 format) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(width);
  png.height = static_cast<png_uint_32>(height);
  png.format = format;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
  FileBytes bytes(size);
  if (png_image_write_to_memory(&png, bytes.data(), &size, 0, pixels, 0, nullptr) == 0) return {};
  bytes.resize(size);
  return bytes;
}

inline FileBytes png_of(const Image& image) {
  return png_of(image.rgb.data(), image.width, image.height, PNG_FORMAT_RGB);
}

// EXIF that holds an orientation and nothing else, from its byte order mark on.
inline FileBytes exif_block(int orientation, bool little_endian = true) {
  const auto bytes_of = [](std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return FileBytes(bytes.begin(), bytes.end());
  };
  using namespace std::string_view_literals;
  FileBytes block =
      little_endian ? bytes_of("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0"sv)
                    : bytes_of("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0"sv);
  block[little_endian ? 18 : 19] = static_cast<std::byte>(orientation);
  return block;
}

// A JPEG with an EXIF segment behind its start.
inline FileBytes with_exif(const FileBytes& jpeg, const FileBytes& exif) {
  const std::size_t length = 2 + 6 + exif.size();
  FileBytes bytes(jpeg.begin(), jpeg.begin() + 2);
  for (const int byte : {0xFF, 0xE1, static_cast<int>(length >> 8), static_cast<int>(length & 255),
                         int{'E'}, int{'x'}, int{'i'}, int{'f'}, 0, 0}) {
    bytes.push_back(static_cast<std::byte>(byte));
  }
  bytes.insert(bytes.end(), exif.begin(), exif.end());
  bytes.insert(bytes.end(), jpeg.begin() + 2, jpeg.end());
  return bytes;
}

}  // namespace sengi::data
