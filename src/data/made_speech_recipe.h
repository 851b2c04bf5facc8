// SPDX-License-Identifier: Apache-2.0
// PROJECT/speech.toml as plain values. applications/keywords/speech.toml explains every key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::data {

struct Range {
  double low;
  double high;
};

// What is said for one thing: by language ("es"), one or more ways to say it.
using Phrases = std::map<std::string, std::vector<std::string>>;

// [clips]: how many clips are made.
struct ClipCounts {
  std::int32_t keyword = 300;     // of each keyword, over all its languages
  std::int32_t unknown = 1500;    // of other words
  std::int32_t background = 200;  // of noise alone
};

// [unknown]: words that are no keyword.
struct OtherWords {
  std::string transcripts;   // folder of .txt files: English first, then LANGUAGE.utf8=TEXT lines
  std::int32_t numbers = 0;  // 0 .. numbers-1 are spoken in every language
  Phrases words;
};

enum class Engine : std::uint8_t { espeak_ng, flite, festival };

// One [[voices]].
struct VoiceGroup {
  Engine engine = Engine::espeak_ng;
  std::string package;                                        // Debian's, that brings these voices
  std::map<std::string, std::vector<std::string>> languages;  // the engine's voices by language
  std::vector<std::string> variants;    // espeak-ng's speakers; none: the voice as it is
  std::vector<std::string> validation;  // of the variants (of the voices where there are none)
  std::string encoding = "UTF-8";       // what the engine takes text in
  Range speed{1, 1};                    // 1 is the engine's own
  Range pitch{1, 1};
  double share = 0;  // of the clips of a language, what each of these voices speaks; 0: an equal
                     // part of what the others leave
  std::size_t line = 0;
};

// [sound]: what happens to made speech on its way to the "microphone".
struct SoundChances {
  Range size{1, 1};         // of the speaker: resampled, which moves formants and pitch together
  double room = 0;          // how often it is said in a room
  double telephone = 0;     // how often through a telephone
  double tilt_db = 0;       // loudness of the high against the low, up to +- this
  Range level_db{-12, -6};  // of the loudest sample, against full scale
};

// One [[people]]: recordings of people that a package brings.
struct People {
  std::string name;                // speakers are NAME-LANGUAGE
  std::string package;             // Debian's
  std::vector<std::string> files;  // paths with {language} and {word}, which may hold * as in a
                                   // shell; the first that is there
  std::map<std::string, std::string> languages;  // what stands for {language} in these paths
  std::vector<std::string> train;                // languages that train
  std::vector<std::string> development;          // languages that validate; the others test
  std::int32_t copies = 1;  // of each training recording of a keyword, each sounding
                            // another way
  std::map<std::string, std::vector<std::string>> words;  // by label: what stands for {word}
  std::size_t line = 0;
};

// One [[background]]: recordings in which nobody speaks.
struct Backgrounds {
  std::string name;
  std::string package;
  std::vector<std::string> files;  // paths with {sound}
  std::vector<std::string> train;
  std::vector<std::string> validation;
  std::vector<std::string> test;
  std::size_t line = 0;
};

// [stream]: a long recording strewn with people's test recordings.
struct StreamPlan {
  double seconds = 0;  // 0: none
  Range gap_s{1, 3};   // between two words
  double snr_db = 20;  // of the words over the noise
};

struct SpeechRecipe {
  std::filesystem::path file;
  std::uint64_t seed = 1;
  ClipCounts clips;
  std::map<std::string, Phrases> keywords;
  OtherWords unknown;
  std::vector<VoiceGroup> voices;
  SoundChances sound;
  std::vector<People> people;
  std::vector<Backgrounds> backgrounds;
  StreamPlan stream;

  std::vector<std::string> languages() const;  // those that voices speak, sorted
};

// Errors, each with file and line: not TOML; a key that is unknown (with the nearest right one),
// missing, of a wrong type or out of range; a keyword that no language says; no voice for a
// language that a keyword is said in; a label of people's recordings that is neither a keyword nor
// `unknown`.
Result<SpeechRecipe> parse_speech_recipe(std::string_view text, const std::filesystem::path& file,
                                         const std::string& unknown);

// The program's name and what Debian calls its package.
struct EngineNames {
  std::string program;
  std::string package;
};
EngineNames names_of(Engine engine);

}  // namespace sengi::data
