// SPDX-License-Identifier: Apache-2.0
// What fixes the front end of a camera.
#pragma once

#include <cstdint>

namespace sengi::signal {

// Features are an image [height][width][channels], a network's input of that shape.
struct ImageSpec {
  std::int32_t frame_width = 96;   // that the camera gives, 1 .. 4,096
  std::int32_t frame_height = 96;  // 1 .. 4,096
  std::int32_t channels = 3;       // 1: grey; 3: red, green, blue
  std::int32_t width = 96;         // that the network sees, 1 .. frame_width
  std::int32_t height = 96;        // 1 .. frame_height

  // Levels of one frame.
  constexpr std::int32_t frame_samples() const { return frame_width * frame_height * channels; }
  bool operator==(const ImageSpec&) const = default;
};

}  // namespace sengi::signal
