// SPDX-License-Identifier: Apache-2.0
// The host's face of the device's image front end: its constants, checked, and features of whole
// frames, made by the very code the device runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "sengi/signal/image_front_end.h"
#include "signal/front_end_tables.h"
#include "signal/spec_check.h"

namespace sengi::signal {

// Whether an image front end can be built: each value in the range that sengi/signal/image_spec.h
// gives it. The keys are the spec's own names.
std::optional<SpecFault> find_fault(const ImageSpec& spec);

// The arrays that a device's ImageTables points to: one offset and one multiplier a channel.
struct OwnedImageTables {
  ImageSpec spec;
  FeatureScaling scaling;
};

// Errors: a spec out of range, naming the value and the range; scaling of another size than
// channels, or out of the ranges in sengi/signal/image_front_end.h.
Result<std::shared_ptr<const OwnedImageTables>> make_image_tables(const ImageSpec& spec,
                                                                  const FeatureScaling& scaling);

// What the device's code takes. Lives as long as `tables`.
ImageTables view(const OwnedImageTables& tables);

// int8 features [height, width, channels] of one frame [frame_height, frame_width, channels]: the
// device's front end fed line by line. Requires: a whole frame of levels from 0 to 255.
std::vector<std::int8_t> image_features(const OwnedImageTables& tables,
                                        std::span<const std::int16_t> pixels);

// The same before scaling, in 1/256 of a level.
std::vector<std::int32_t> unscaled_image_features(const OwnedImageTables& tables,
                                                  std::span<const std::int16_t> pixels);

}  // namespace sengi::signal
