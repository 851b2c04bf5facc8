// SPDX-License-Identifier: Apache-2.0
// Where the windows of a scenario's accelerometer come from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/result.h"
#include "collar/image.h"
#include "movement/track.h"

namespace sengi::collar {

using Windows = std::function<std::vector<std::int16_t>(std::uint32_t)>;

// Of a recording that begins with the track; none after its end. Requires: a model, whose rate and
// range the recording is brought to. Errors: those of reading it.
Result<Windows> recorded_windows(const std::filesystem::path& recording,
                                 std::shared_ptr<const BehaviourModel> model,
                                 const movement::Track& track);

// Made from how fast the track goes: 1 g in a posture that changes by the hour, with a sway at a
// walker's pace while it moves and a sensor's noise while it does not. It is for showing what the
// collar does with windows, and says nothing about what any animal does.
Windows made_windows(const movement::Track& track, const BehaviourModel* model);

}  // namespace sengi::collar
