// SPDX-License-Identifier: Apache-2.0
// Variation of training clips, first of their samples and then of their features. What is done to a
// clip follows from the Random it is given alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "project/project.h"
#include "train/noise.h"
#include "train/random.h"

namespace sengi::train {

class Augmenter {
 public:
  // `noise` must outlive the augmenter.
  Augmenter(const project::AugmentConfig& config, std::int32_t sample_rate_hz,
            const NoiseSource& noise);

  // Speed (and so pitch), shift in time, gain, and noise at a random signal-to-noise ratio, in this
  // order. As many samples come out as go in; what a shift brings in is zero.
  std::vector<std::int16_t> vary_samples(std::span<const std::int16_t> clip, Random& random) const;

  // SpecAugment (Park et al. 2019): whole columns and whole channels of an int8 feature matrix
  // [columns, column_size] are set to 0, which is their mean.
  void mask_features(std::span<std::int8_t> features, std::size_t column_size,
                     Random& random) const;

 private:
  project::AugmentConfig config_;
  std::int32_t sample_rate_hz_;
  const NoiseSource& noise_;
};

}  // namespace sengi::train
