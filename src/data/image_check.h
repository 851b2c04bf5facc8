// SPDX-License-Identifier: Apache-2.0
// What is wrong with a project's images: every file is read once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/image_hash.h"

namespace sengi::data {

struct ImageLimits {
  std::int32_t least_side = 16;  // a shorter side holds little to see; 0 for none
  std::int32_t most_side = 8192;
  double most_aspect = 4;   // longer side by shorter side
  int most_alike_bits = 3;  // of 64, in which near-duplicates differ: 0 .. 11
};

// Places are those in the paths given, in order.
struct ImageFindings {
  struct Unreadable {
    std::size_t image;
    std::string message;
  };
  struct Measured {
    std::size_t image;
    std::int32_t width;
    std::int32_t height;
  };
  std::size_t read = 0;                // images without a fault
  std::vector<Unreadable> unreadable;  // cut short, damaged, no image ...
  std::vector<Measured> small;         // a side shorter than least_side
  std::vector<Measured> large;         // a side longer than most_side
  std::vector<Measured> narrow;        // beyond most_aspect
  std::vector<std::size_t> grey;       // without colour, where most images have some
  std::vector<std::size_t> even;       // that show nothing: all black, overexposed, fog
  std::vector<AlikeHashes> alike;      // near-duplicates
};

// On all cores and with a progress line. An image that cannot be read is a finding, not an error.
// Errors: Ctrl-C.
Result<ImageFindings> check_images(std::span<const std::filesystem::path> paths,
                                   const ImageLimits& limits = {});

}  // namespace sengi::data
