// SPDX-License-Identifier: Apache-2.0
// Annotations made into the rows of a project's manifest: each marked stretch becomes one or more
// clips of the project's length, in the recording where it stands. Nothing is copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/annotation.h"
#include "project/project.h"

namespace sengi::data {

enum class GroupBy : std::uint8_t {
  recording,   // what was recorded together stays on one side of the split
  deployment,  // by the recorder's own word (GUANO, AudioMoth)
  recorder,
};

struct ImportOptions {
  std::vector<std::filesystem::path> tables;  // files, or folders of them
  std::filesystem::path recordings;           // where they are; empty: beside each table
  std::string label_column;                   // of Raven's tables; empty: the usual ones
  AnnotationColumns columns;                  // of CSV files
  std::string background;  // label for stretches that nobody marked; empty: they are left out
  GroupBy group = GroupBy::recording;
};

struct Imported {
  std::filesystem::path manifest;
  std::size_t tables = 0;
  std::size_t annotations = 0;
  std::size_t recordings = 0;
  std::map<std::string, std::size_t> clips;  // by label, background among them
  std::size_t kept = 0;                      // rows of other recordings that stood there before
  std::vector<std::string> notes;            // worth a look
};

// A stretch of a recording.
struct Stretch {
  double start_s;
  double end_s;
  bool operator==(const Stretch&) const = default;
};

// Clips of a length that cover a marked stretch of a recording: a shorter one in the middle of its
// clip, moved where the recording ends; a longer one by as many as fit into it, evenly placed. A
// recording shorter than a clip is the clip.
std::vector<Stretch> clips_of(Stretch marked, double recording_s, double clip_s);

// Clips of a length in what no stretch touches, at most `most`, evenly chosen.
std::vector<Stretch> clips_between(std::vector<Stretch> marked, double recording_s, double clip_s,
                                   std::size_t most);

// Reads tables of Raven, Audacity (a file each recording) and CSV, and writes the clips to the
// project's manifest, or to recordings/manifest.csv where sengi.toml names none. Columns: path,
// label, group, start_s, end_s, low_hz, high_hz, what recorders say of themselves, and the tables'
// own other columns. Rows of other recordings that stand there already stay as they are; those of
// the same recordings are replaced.
// Errors: a table that cannot be read (file and line); a recording that is not there or not audio;
// a mark beyond a recording's end; a manifest that cannot be read or written.
Result<Imported> import_annotations(const project::Project& project, const ImportOptions& options);

}  // namespace sengi::data
