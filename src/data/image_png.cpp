// SPDX-License-Identifier: Apache-2.0
// PNG, by libpng's simplified API.
#include <fmt/format.h>
#include <png.h>

#include <algorithm>

#include "base/files.h"
#include "data/image_parts.h"

namespace sengi::data {
namespace {

// Frees what libpng keeps for an image, however a function ends.
class Picture {
 public:
  Picture() { picture.version = PNG_IMAGE_VERSION; }
  ~Picture() { png_image_free(&picture); }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  bool failed() const { return PNG_IMAGE_FAILED(picture); }

  png_image picture{};
};

struct Chunks {
  Bytes exif;
  bool whole = false;  // the last chunk is there
};

Chunks chunks_of(Bytes bytes) {
  Chunks found;
  std::size_t at = 8;
  constexpr std::size_t around = 12;  // length, name and checksum
  while (bytes.size() - at >= around) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | byte_at(bytes, at + i);
    if (length > bytes.size() - at - around) return found;
    const Bytes name = bytes.subspan(at + 4);
    if (starts_with(name, "IEND")) {
      found.whole = true;
      return found;
    }
    if (starts_with(name, "eXIf")) found.exif = bytes.subspan(at + 8, length);
    at += around + length;
  }
  return found;
}

}  // namespace

Result<Stored> decode_png(Bytes bytes, std::string_view file, std::int64_t most_pixels) {
  const Chunks chunks = chunks_of(bytes);
  if (!chunks.whole) return cut_short(file);
  Picture png;
  if (png_image_begin_read_from_memory(&png.picture, bytes.data(), bytes.size()) == 0) {
    return damaged(file, png.picture.message);
  }
  SENGI_CHECK(check_size(file, png.picture.width, png.picture.height, most_pixels));
  png.picture.format = PNG_FORMAT_RGB;
  // Without it, 16-bit levels that say nothing of gamma would be taken as linear.
  png.picture.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  Image image{static_cast<std::int32_t>(png.picture.width),
              static_cast<std::int32_t>(png.picture.height),
              {}};
  image.rgb.resize(PNG_IMAGE_SIZE(png.picture));
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&png.picture, &white, image.rgb.data(), 0, nullptr) == 0 ||
      png.failed()) {
    return damaged(file, png.picture.message);
  }
  return Stored{std::move(image), chunks.exif};
}

Result<std::vector<std::byte>> encode_png(const Image& image) {
  bool grey = true;
  for (std::size_t i = 0; i < image.rgb.size() && grey; i += 3) {
    grey = image.rgb[i] == image.rgb[i + 1] && image.rgb[i] == image.rgb[i + 2];
  }
  std::vector<std::uint8_t> levels;
  if (grey) {
    for (std::size_t i = 0; i < image.rgb.size(); i += 3) levels.push_back(image.rgb[i]);
  }
  const void* const pixels = grey ? levels.data() : image.rgb.data();
  Picture png;
  png.picture.width = static_cast<png_uint_32>(image.width);
  png.picture.height = static_cast<png_uint_32>(image.height);
  png.picture.format = grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png.picture);
  std::vector<std::byte> bytes(size);
  if (png_image_write_to_memory(&png.picture, bytes.data(), &size, 0, pixels, 0, nullptr) == 0) {
    return Error{fmt::format("cannot make a PNG: {}", png.picture.message)};
  }
  bytes.resize(size);
  return bytes;
}

Result<void> write_png(const std::filesystem::path& path, const Image& image) {
  SENGI_TRY(bytes, encode_png(image));
  return write_file(path, bytes);
}

}  // namespace sengi::data
