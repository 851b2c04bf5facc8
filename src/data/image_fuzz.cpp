// SPDX-License-Identifier: Apache-2.0
// Any bytes as an image.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "data/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t most_pixels = 1 << 18;  // a fuzzer's time goes into many small ones
  const auto image =
      sengi::data::decode_image(std::as_bytes(std::span(data, size)), "a", most_pixels);
  if (!image.ok()) return 0;
  const auto& [width, height, rgb] = image.value();
  const bool usable =
      width > 0 && height > 0 &&
      rgb.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3;
  if (!usable) std::abort();
  for (const std::int16_t level : sengi::data::frame_of(image.value(), {16, 12, 1, 8, 8})) {
    if (level < 0 || level > 255) std::abort();
  }
  return 0;
}
