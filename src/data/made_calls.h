// SPDX-License-Identifier: Apache-2.0
// Recordings for a project that listens for elephants, for lack of real ones that anybody may have:
// rumbles and trumpets made by what the literature says of them, in the places and noises where a
// collar would hear them, and sounds that may be taken for calls. All of it is made, and says so.
//
// PROJECT/calls.toml says how many and of what kind (applications/rumbles/calls.toml explains every
// key). Written are
//
//   PROJECT/recordings/made/LABEL/*.wav   clips of clip_ms at the project's rate
//   PROJECT/recordings/manifest.csv path,label,group,split,start_s,end_s,what,snr_db,distance_m
//   PROJECT/recordings/stream.wav         calls strewn over noise, and
//   PROJECT/recordings/stream.txt         where each of them is (labels as Audacity reads them)
//
// A group is one animal, or one thing that made another sound. Training and validation are drawn
// from the recipe's ranges, the test from those of its [test] tables.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/project.h"

namespace sengi::data {

struct MadeCalls {
  std::filesystem::path manifest;
  std::filesystem::path stream;
  std::size_t made = 0;            // clips written now
  std::size_t kept = 0;            // that stood there from an earlier run with the same recipe
  std::size_t recorded = 0;        // clips of recordings that the recipe names
  std::size_t others = 0;          // recordings of other sounds, which are in made clips
  std::vector<std::string> notes;  // folders of recordings that are not there
};

// Whether the project has a recipe, PROJECT/calls.toml.
bool has_call_recipe(const project::Project& project);

// Makes what the recipe asks for and is not there yet, on all cores, with a progress line; removes
// what an earlier recipe made and this one does not. The same recipe gives the same files.
// Errors: no recipe; a fault in it (file and line); a project without labels for unknown sounds and
// silence; a recording or file that cannot be read or written; Ctrl-C.
Result<MadeCalls> make_calls(const project::Project& project);

}  // namespace sengi::data
