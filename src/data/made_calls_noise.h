// SPDX-License-Identifier: Apache-2.0
// What else a collar hears: backgrounds, and sounds that may be taken for calls. All are `length`
// samples with a root mean square of 1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "data/made_calls_recipe.h"
#include "data/made_speech_dice.h"
#include "data/made_speech_sound.h"

namespace sengi::data {

Sound make_backdrop(Backdrop backdrop, std::size_t length, std::int32_t rate_hz, Dice& dice);
Sound make_other(Other other, std::size_t length, std::int32_t rate_hz, Dice& dice);

}  // namespace sengi::data
