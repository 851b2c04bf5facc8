// SPDX-License-Identifier: Apache-2.0
// What a project's recordings are like, and what is wrong with them: every file is read once and
// measured, and the measurements are gathered into plain data for a terminal, a page or a program.
//
//   SENGI_TRY(report, check_data(project));
//   fmt::print("{}", to_text(report));
//   return report.ok() ? 0 : 1;
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "data/finding.h"
#include "project/project.h"

namespace sengi::data {

// Counts over equal steps: bin i holds values in [first + i * step, first + (i + 1) * step); values
// beyond the ends are counted in the end bins.
struct Histogram {
  double first = 0;
  double step = 1;
  std::vector<std::size_t> counts;

  void add(double value);
  std::size_t total() const;
  bool operator==(const Histogram&) const = default;
};

// Seconds. All 0 where there are no clips.
struct Durations {
  double total_s = 0;
  double least_s = 0;
  double median_s = 0;  // of an even count, the upper of the two in the middle
  double most_s = 0;
  Histogram histogram;  // the bins are the same for every label of a report
};

struct LabelCard {
  std::string name;
  std::array<std::size_t, 3> clips{};   // by Split: train, validation, test
  std::array<std::size_t, 3> groups{};  // likewise; clips without a known group are not counted
  std::size_t ungrouped = 0;            // clips without a known group
  Durations durations;
  Histogram level;                // RMS in dB below full scale, over the clips that can be read
  std::filesystem::path example;  // the clip of median level, to draw or to listen to; may be empty
  double example_start_s = 0;     // and where in it the clip starts

  std::size_t total() const { return clips[0] + clips[1] + clips[2]; }
};

// One way in which files are stored, and how many are.
struct StoredAs {
  std::string format;  // "WAV", "FLAC" ...
  std::int32_t sample_rate_hz;
  std::int32_t channels;
  std::int32_t bits;  // of a sample; 0 for compressed formats and floats
  std::size_t files;
};

struct CheckReport {
  std::string project;
  project::Sense sense = project::Sense::audio;
  std::filesystem::path source;     // the folder, the manifest or the table
  std::int32_t sample_rate_hz = 0;  // of a project of sounds, to which what is about lengths and
                                    // levels below belongs too
  double clip_s = 0;                // length of a clip of the project

  std::size_t files = 0;
  std::size_t files_read = 0;  // those without a fault
  std::vector<LabelCard> labels;
  Durations durations;                  // of all clips
  std::array<std::size_t, 3> clips{};   // by Split
  std::array<std::size_t, 3> groups{};  // by Split
  std::vector<StoredAs> stored;         // most files first
  std::size_t clipped_clips = 0;
  std::size_t silent_clips = 0;     // quieter than silence_dbfs, digital silence included
  std::size_t duplicate_files = 0;  // beyond the first of each set
  std::size_t near_duplicates = 0;  // pairs that sound alike without being the same samples
  std::vector<Finding> findings;    // faults first, then warnings, then notes
  std::map<FindingKind, std::size_t> unlisted;  // how many of a kind there are beyond those

  // Of all, listed or not.
  std::size_t count(Severity severity) const;
  bool ok() const { return count(Severity::fault) == 0; }
};

// RMS below which a clip counts as silent, in dB below full scale. Room noise of a quiet room
// through a good microphone lies about here; one step of 16 bits is -90.
inline constexpr double silence_dbfs = -60;

// As many samples in a row at full scale are clipping; fewer may be a loud peak.
inline constexpr std::size_t clipping_run = 3;

// Reads every recording, on all cores. A recording that cannot be read is a finding, not an error.
// Errors: no such folder or manifest; not a manifest; nothing in it; Ctrl-C.
Result<CheckReport> check_data(const project::Project& project);

// A recording's path as people read it: below `source`, or below the folder of the manifest that
// `source` is; unchanged where it is elsewhere.
std::filesystem::path path_below(const std::filesystem::path& path,
                                 const std::filesystem::path& source);

// For a terminal: a table of labels with bars, the totals, then the findings; of many findings of
// one kind the first few are shown and the rest counted.
std::string to_text(const CheckReport& report);

// Everything in the report, as one JSON object.
std::string to_json(const CheckReport& report);

}  // namespace sengi::data
