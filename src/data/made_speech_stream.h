// SPDX-License-Identifier: Apache-2.0
// A long recording in which it is known when every word is spoken.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/audio.h"
#include "data/made_speech_dice.h"
#include "data/made_speech_recipe.h"

namespace sengi::data {

struct StreamWord {
  std::string label;
  std::vector<std::int16_t> samples;
};

struct Stream {
  Audio audio;
  std::string labels;  // a line a word: start, end in seconds and label, with tabs between them, as
                       // Audacity reads and writes them
};

// Lays the words, equally loud and in random order, over wind and pink noise, as many as fit.
Stream make_stream(std::vector<StreamWord> words, const StreamPlan& plan, std::int32_t rate_hz,
                   Dice& dice);

}  // namespace sengi::data
