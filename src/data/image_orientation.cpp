// SPDX-License-Identifier: Apache-2.0
// Which way up a photograph is, by libexif.
#include <libexif/exif-data.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "data/image_parts.h"

namespace sengi::data {
namespace {

struct Release {
  void operator()(ExifData* exif) const { exif_data_unref(exif); }
};

// Of each orientation: whether lines and columns change places, and then whether columns and lines
// are read backwards.
struct Turn {
  bool transposed;
  bool mirrored;
  bool upside_down;
};
constexpr std::array<Turn, 9> turns = {{{false, false, false},
                                        {false, false, false},
                                        {false, true, false},
                                        {false, true, true},
                                        {false, false, true},
                                        {true, false, false},
                                        {true, true, false},
                                        {true, true, true},
                                        {true, false, true}}};

}  // namespace

int orientation_in(Bytes exif) {
  if (exif.empty()) return 1;
  // libexif wants the name in front, as it stands in a JPEG.
  constexpr std::string_view name("Exif\0\0", 6);
  std::vector<unsigned char> block(name.begin(), name.end());
  for (const std::byte byte : exif) block.push_back(std::to_integer<unsigned char>(byte));
  const std::unique_ptr<ExifData, Release> data(
      exif_data_new_from_data(block.data(), static_cast<unsigned>(block.size())));
  if (!data) return 1;
  const ExifEntry* const entry =
      exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
  const int orientation = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

Image upright(Image image, int orientation) {
  if (orientation == 1) return image;
  const Turn turn = turns[static_cast<std::size_t>(orientation)];
  Image turned{image.width, image.height, {}};
  if (turn.transposed) std::swap(turned.width, turned.height);
  turned.rgb.reserve(image.rgb.size());
  for (std::int32_t y = 0; y < turned.height; ++y) {
    for (std::int32_t x = 0; x < turned.width; ++x) {
      const std::int32_t across = turn.mirrored ? turned.width - 1 - x : x;
      const std::int32_t down = turn.upside_down ? turned.height - 1 - y : y;
      const std::int32_t column = turn.transposed ? down : across;
      const std::int32_t line = turn.transposed ? across : down;
      const auto from = image.rgb.begin() + 3 * (std::ptrdiff_t{line} * image.width + column);
      turned.rgb.insert(turned.rgb.end(), from, from + 3);
    }
  }
  return turned;
}

}  // namespace sengi::data
