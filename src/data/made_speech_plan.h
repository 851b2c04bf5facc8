// SPDX-License-Identifier: Apache-2.0
// A recipe worked out to single clips: who says what, and how it will sound.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "data/made_speech_engine.h"
#include "data/made_speech_noise.h"
#include "data/made_speech_recipe.h"
#include "project/project.h"

namespace sengi::data {

// What every planned clip has. Paths are relative to the project's recordings and end with a hash
// of all that the clip depends on, so that a file that exists is the right one.
struct Planned {
  std::string path;
  std::string label;
  std::string group;
  Split split = Split::train;
};

// How speech will sound: the speaker, the room, the microphone.
struct Treatment {
  double size = 1;    // of the speaker
  double room_s = 0;  // decay of the room's sound; 0: none
  bool telephone = false;
  double tilt_db = 0;
  double level_db = 0;  // of the loudest sample
};

struct SpokenClip : Planned {
  Engine engine = Engine::espeak_ng;
  Utterance utterance;
  Treatment treatment;
};

struct NoiseClip : Planned {
  bool babble = false;  // else `kind`
  NoiseKind kind = NoiseKind::white;
  double level_db = 0;  // root mean square against full scale
};

// A recording of people, or of a background, to be copied at the project's rate.
struct RecordedClip : Planned {
  std::filesystem::path source;
  bool trimmed = true;                 // of the silence before and after
  std::optional<Treatment> treatment;  // none: as it is
};

struct Plan {
  std::vector<SpokenClip> spoken;
  std::vector<NoiseClip> noises;
  std::vector<RecordedClip> people;
  std::vector<RecordedClip> backgrounds;
  std::vector<std::string> notes;  // what this machine lacks
};

// The voices each engine has on this machine; an engine that is missing is not in it.
using Installed = std::map<Engine, std::vector<std::string>>;

// The same recipe and machine give the same plan.
// Errors: no voice for a language of a keyword; none of the recordings of a [[people]] or
// [[background]] (each with its Debian package).
Result<Plan> plan_speech(const SpeechRecipe& recipe, const project::Project& project,
                         const Installed& installed);

// What follows is how plan_speech() does it.

Result<std::vector<SpokenClip>> plan_spoken(const SpeechRecipe& recipe,
                                            const project::Project& project,
                                            const Installed& installed,
                                            std::vector<std::string>& notes);
Result<std::vector<RecordedClip>> plan_people(const SpeechRecipe& recipe,
                                              const project::Project& project);
Result<std::vector<RecordedClip>> plan_backgrounds(const SpeechRecipe& recipe,
                                                   const project::Project& project);
std::vector<NoiseClip> plan_noises(const SpeechRecipe& recipe, const project::Project& project);

Treatment throw_treatment(const SoundChances& sound, Dice& dice);
// Everything in a treatment, for a clip's key.
std::string text_of(const Treatment& treatment);

// Twelve hexadecimal digits of what a clip depends on.
std::string key_of(const std::string& all);
// A name safe in a path: other characters than letters, digits, - and . become _.
std::string file_name(std::string_view text);

}  // namespace sengi::data
