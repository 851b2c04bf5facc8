// SPDX-License-Identifier: Apache-2.0
// Variation of training images. What is done to a frame follows from the Random it is given alone,
// which is drawn from equally often whatever the configuration.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "project/project.h"
#include "sengi/signal/image_spec.h"
#include "train/random.h"

namespace sengi::train {

class ImageVariation {
 public:
  ImageVariation(const project::ImageAugmentConfig& config, const signal::ImageSpec& spec);

  // A frame [frame_height, frame_width, channels] of levels 0 .. 255, varied, in this order:
  //
  //   mirrored, each way half of the time; turned about its middle; moved; made larger or smaller:
  //     all in one bilinear resampling, edges repeated outwards;
  //   hue turned and colours made stronger or weaker about a pixel's luma (ITU-R BT.601), contrast
  //     about the frame's mean luma, brightness by a share of 255, clamped once after all of them;
  //   a rectangle of 2 to 33 % of the frame, 0.3 to 3.3 times as high as wide, greyed: every level
  //     128 (Zhong et al. 2020, "Random Erasing Data Augmentation").
  //
  // How much of each is uniform up to what the configuration says, either way (size as often
  // smaller as larger). Requires: a whole frame.
  std::vector<std::int16_t> vary(std::span<const std::int16_t> pixels, Random& random) const;

 private:
  project::ImageAugmentConfig config_;
  signal::ImageSpec spec_;
};

}  // namespace sengi::train
