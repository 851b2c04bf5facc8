// SPDX-License-Identifier: Apache-2.0
#include "view/tile.h"

#include <png.h>

#include <vector>

namespace sengi::view {

Result<std::string> tile_png(std::span<const std::uint8_t> columns, std::size_t bins) {
  const std::size_t width = columns.size() / bins;
  std::vector<std::uint8_t> pixels(columns.size());
  for (std::size_t x = 0; x < width; ++x) {
    for (std::size_t y = 0; y < bins; ++y) {
      pixels[(bins - 1 - y) * width + x] = columns[x * bins + y];
    }
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(bins);
  image.format = PNG_FORMAT_GRAY;
  image.flags = PNG_IMAGE_FLAG_FAST;
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string png(bytes, '\0');
  if (png_image_write_to_memory(&image, png.data(), &bytes, 0, pixels.data(), 0, nullptr) == 0) {
    return Error{std::string("a picture of a spectrogram cannot be made: ") + image.message};
  }
  png.resize(bytes);
  return png;
}

}  // namespace sengi::view
