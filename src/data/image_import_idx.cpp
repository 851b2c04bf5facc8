// SPDX-License-Identifier: Apache-2.0
#include "data/image_import_idx.h"

#include <fmt/format.h>

#include "base/text.h"
#include "data/image_parts.h"

namespace sengi::data {

Result<IdxArray> parse_idx(std::span<const std::byte> bytes, std::string_view file) {
  if (starts_with(bytes, "\x1F\x8B")) return image_fault(file, "compressed; unpack it with gunzip");
  if (bytes.size() < 4 || byte_at(bytes, 0) != 0 || byte_at(bytes, 1) != 0) {
    return image_fault(file, "not IDX: it does not begin with two zero bytes");
  }
  constexpr std::uint8_t unsigned_bytes = 0x08;
  if (byte_at(bytes, 2) != unsigned_bytes) {
    return image_fault(file, fmt::format("IDX of type 0x{:02x}; images and labels are unsigned "
                                         "bytes, 0x08",
                                         byte_at(bytes, 2)));
  }
  const std::size_t count = byte_at(bytes, 3);
  if (count < 1 || count > 4) return image_fault(file, fmt::format("IDX of {} sides", count));
  const std::size_t begin = 4 + 4 * count;
  if (bytes.size() < begin) return image_fault(file, "cut short in its header; copy it again");
  IdxArray array{{}, bytes.subspan(begin)};
  std::size_t promised = 1;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t side = 0;
    for (std::size_t k = 0; k < 4; ++k) side = side << 8 | byte_at(bytes, 4 + 4 * i + k);
    if (side == 0) return image_fault(file, "empty: one of its sides is 0");
    if (promised > array.values.size() / side) {
      return image_fault(file, "cut short: it holds less than its header promises; copy it again");
    }
    promised *= side;
    array.sides.push_back(side);
  }
  if (promised != array.values.size()) {
    return image_fault(file, fmt::format("{} more than its header promises",
                                         counted(array.values.size() - promised, "byte")));
  }
  return array;
}

Result<std::size_t> idx_images(const IdxArray& array, std::string_view file) {
  const bool grey = array.sides.size() == 3;
  if (!grey && !(array.sides.size() == 4 && array.sides[3] == 3)) {
    return image_fault(file,
                       "no images: they are [count, height, width] or [count, height, "
                       "width, 3]");
  }
  SENGI_CHECK(check_size(file, static_cast<std::int64_t>(array.sides[2]),
                         static_cast<std::int64_t>(array.sides[1]), most_image_pixels));
  return array.sides[0];
}

Image idx_image(const IdxArray& array, std::size_t which) {
  const std::size_t copies = array.sides.size() == 3 ? 3 : 1;
  const std::size_t size = array.values.size() / array.sides[0];
  Image image{
      static_cast<std::int32_t>(array.sides[2]), static_cast<std::int32_t>(array.sides[1]), {}};
  for (const std::byte level : array.values.subspan(which * size, size)) {
    image.rgb.insert(image.rgb.end(), copies, std::to_integer<std::uint8_t>(level));
  }
  return image;
}

}  // namespace sengi::data
