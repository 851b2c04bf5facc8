// SPDX-License-Identifier: Apache-2.0
// Recordings for a project that has none yet: speech from the synthesisers of the distribution to
// train on, the voices of people that its packages bring to judge by, and a long recording to
// listen through.
//
// PROJECT/speech.toml says what is spoken, in which languages and voices, and which recordings of
// people are which word (applications/keywords/speech.toml explains every key). Written are
//
//   PROJECT/recordings/made/LABEL/*.wav   made speech and noise, at the project's rate
//   PROJECT/recordings/people/LABEL/*.wav people's recordings, without the silence around them
//   PROJECT/recordings/manifest.csv       path,label,group,split of all of them
//   PROJECT/recordings/stream.wav         people's recordings strewn over noise, and
//   PROJECT/recordings/stream.txt         where each of them is (labels as Audacity reads them)
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/project.h"

namespace sengi::data {

struct MadeSpeech {
  std::filesystem::path manifest;
  std::filesystem::path stream;
  std::size_t made = 0;            // files written now
  std::size_t kept = 0;            // that stood there from an earlier run with the same recipe
  std::size_t people = 0;          // of all of these, recordings of people
  std::vector<std::string> notes;  // voices and recordings this machine lacks, and their packages
};

// Whether the project has a recipe, PROJECT/speech.toml.
bool has_speech_recipe(const project::Project& project);

// Makes what the recipe asks for and is not there yet, on all cores, with a progress line; removes
// what an earlier recipe made and this one does not. The same recipe gives the same files. After
// Ctrl-C or a full disk what was made stands and the next call goes on from there.
// Errors: no recipe; a fault in it (file and line); no synthesiser for a language, no recording of
// people for a label (names the Debian package); a file that cannot be written; Ctrl-C.
Result<MadeSpeech> make_speech(const project::Project& project);

}  // namespace sengi::data
