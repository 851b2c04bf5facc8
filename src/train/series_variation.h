// SPDX-License-Identifier: Apache-2.0
// Variation of training windows of numbers, before their features are made. What is done to a
// window follows from the Random it is given alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "project/project.h"
#include "train/random.h"

namespace sengi::train {

class SeriesVariation {
 public:
  // Windows are [rows][axes] in counts; the first `vectors` threes of axes are x, y, z of a vector.
  // `spread` [axes] is an axis's standard deviation over all windows, in counts.
  // Requires: rows and axes at least 1, 3 * vectors <= axes, spread.size() == axes.
  SeriesVariation(const project::SeriesAugmentConfig& config, std::int32_t rows, std::int32_t axes,
                  std::int32_t vectors, std::vector<float> spread);

  // Of [rows][axes] as many, in this order: faster or slower about the middle and moved, by linear
  // interpolation, where the first and the last row hold beyond the window's ends; vectors turned,
  // all by one rotation, about an axis of any direction; all values louder or quieter by one
  // factor; noise; one axis, if any, silenced to 0. Values that leave the range of int16 stop at
  // its ends. A turn of up to 180 degrees is any orientation, each as likely; of less, an angle up
  // to it, each as likely. A single row (a table of plain numbers) gets gain and noise alone.
  std::vector<std::int16_t> vary(std::span<const std::int16_t> window, Random& random) const;

 private:
  std::vector<float> read(std::span<const std::int16_t> window, Random& random) const;
  void rotate(std::span<float> values, Random& random) const;

  project::SeriesAugmentConfig config_;
  std::size_t rows_;
  std::size_t axes_;
  std::size_t vectors_;
  std::vector<float> spread_;
};

}  // namespace sengi::train
