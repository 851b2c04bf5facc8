// SPDX-License-Identifier: Apache-2.0
// One clip: a call or another sound, what lies behind it, and the microphone. Full scale is 1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/made_calls_plan.h"
#include "data/made_calls_recipe.h"
#include "data/made_speech_sound.h"

namespace sengi::data {

// Recordings that may be used, at the project's rate. A clip's side has its own.
struct CallSounds {
  std::vector<Sound> backgrounds;
  std::vector<std::vector<Sound>> others;  // by [[recordings]], each of which is as likely
};

// Requires: there are others where clip.other_recorded.
// Errors: libsoxr's.
Result<Sound> make_scene(const CallClip& clip, const CallRecipe& recipe, std::size_t length,
                         std::int32_t rate_hz, const CallSounds& recordings);

// A call of the test's world by itself, root mean square 1.
// Errors: libsoxr's.
Result<Sound> make_clean_call(const CallClip& clip, const CallRecipe& recipe, std::int32_t rate_hz);

}  // namespace sengi::data
