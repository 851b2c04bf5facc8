// SPDX-License-Identifier: Apache-2.0
#include "signal/image_tables.h"

#include <fmt/format.h>

#include <cassert>

namespace sengi::signal {
namespace {

constexpr std::int32_t most_pixels = 4096;  // of a frame's side
constexpr std::int32_t most_offset = 255 * image_steps;
constexpr std::int32_t most_multiplier = 1 << 24;

// Feeds a frame line by line; use(front_end, line) for each.
template <typename Use>
void for_each_line(const OwnedImageTables& tables, std::span<const std::int16_t> pixels, Use use) {
  const ImageSpec& spec = tables.spec;
  const ImageTables constants = view(tables);
  std::vector<std::int32_t> memory(ImageFrontEnd::memory_words(spec));
  ImageFrontEnd front_end(constants, memory);
  std::vector<std::uint8_t> line(static_cast<std::size_t>(spec.frame_width * spec.channels));
  assert(pixels.size() == line.size() * static_cast<std::size_t>(spec.frame_height));
  for (std::size_t at = 0; at + line.size() <= pixels.size(); at += line.size()) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      line[i] = static_cast<std::uint8_t>(pixels[at + i]);
    }
    use(front_end, line.data());
  }
}

std::size_t image_size(const ImageSpec& spec) {
  return static_cast<std::size_t>(spec.height) *
         static_cast<std::size_t>(spec.width * spec.channels);
}

}  // namespace

std::optional<SpecFault> find_fault(const ImageSpec& s) {
  const auto outside = [](std::int32_t value, std::int32_t least, std::int32_t most) {
    return value < least || value > most;
  };
  if (outside(s.frame_width, 1, most_pixels)) {
    return SpecFault{{"frame_width"},
                     fmt::format("a frame must be from 1 to {} pixels wide, not {}", most_pixels,
                                 s.frame_width)};
  }
  if (outside(s.frame_height, 1, most_pixels)) {
    return SpecFault{{"frame_height"},
                     fmt::format("a frame must be from 1 to {} pixels high, not {}", most_pixels,
                                 s.frame_height)};
  }
  if (s.channels != 1 && s.channels != 3) {
    return SpecFault{
        {"channels"},
        fmt::format("an image has 1 channel (grey) or 3 (red, green, blue), not {}", s.channels)};
  }
  if (outside(s.width, 1, s.frame_width)) {
    return SpecFault{
        {"width", "frame_width"},
        fmt::format("the network's image must be from 1 to the frame's {} pixels wide, "
                    "not {}; a frame is only made smaller",
                    s.frame_width, s.width)};
  }
  if (outside(s.height, 1, s.frame_height)) {
    return SpecFault{
        {"height", "frame_height"},
        fmt::format("the network's image must be from 1 to the frame's {} pixels high, "
                    "not {}; a frame is only made smaller",
                    s.frame_height, s.height)};
  }
  return std::nullopt;
}

Result<std::shared_ptr<const OwnedImageTables>> make_image_tables(const ImageSpec& spec,
                                                                  const FeatureScaling& scaling) {
  if (const auto fault = find_fault(spec)) return Error{fault->message};
  const auto channels = static_cast<std::size_t>(spec.channels);
  if (scaling.offset.size() != channels || scaling.multiplier.size() != channels) {
    return Error{
        fmt::format("the feature scaling has {} offsets and {} multipliers for an image "
                    "of channels: {}",
                    scaling.offset.size(), scaling.multiplier.size(), channels)};
  }
  for (std::size_t c = 0; c < channels; ++c) {
    if (scaling.offset[c] < 0 || scaling.offset[c] > most_offset) {
      return Error{
          fmt::format("the offset of channel {} must be from 0 to {} (levels times {}), "
                      "not {}",
                      c, most_offset, image_steps, scaling.offset[c])};
    }
    if (scaling.multiplier[c] < 1 || scaling.multiplier[c] > most_multiplier) {
      return Error{fmt::format("the multiplier of channel {} must be from 1 to {}, not {}", c,
                               most_multiplier, scaling.multiplier[c])};
    }
  }
  return std::make_shared<const OwnedImageTables>(OwnedImageTables{spec, scaling});
}

ImageTables view(const OwnedImageTables& tables) {
  return {.spec = tables.spec,
          .offset = tables.scaling.offset.data(),
          .multiplier = tables.scaling.multiplier.data()};
}

std::vector<std::int8_t> image_features(const OwnedImageTables& tables,
                                        std::span<const std::int16_t> pixels) {
  std::vector<std::int8_t> image(image_size(tables.spec));
  for_each_line(tables, pixels, [&](ImageFrontEnd& front_end, const std::uint8_t* line) {
    front_end.push(line, image.data());
  });
  return image;
}

std::vector<std::int32_t> unscaled_image_features(const OwnedImageTables& tables,
                                                  std::span<const std::int16_t> pixels) {
  std::vector<std::int32_t> image(image_size(tables.spec));
  for_each_line(tables, pixels, [&](ImageFrontEnd& front_end, const std::uint8_t* line) {
    front_end.push_unscaled(line, image.data());
  });
  return image;
}

}  // namespace sengi::signal
