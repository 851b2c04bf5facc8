// SPDX-License-Identifier: Apache-2.0
// Recordings of numbers of which a column, or a list of windows of time, says what was going on (an
// activity, a fault), made into a manifest's stretches. Nothing is copied.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/series_windows.h"

namespace sengi::data {

// Rows one after the other that have one label.
struct LabelledStretch {
  std::string label;
  double start_s = 0;      // since the first row
  double end_s = 0;        // of the last row, and as long as rows are apart
  std::string block = {};  // of days that it is in, where recordings are cut into such
  bool operator==(const LabelledStretch&) const = default;
};

struct LabelledOptions {
  std::string column;                        // that holds the label; empty: there is none
  std::map<std::string, std::string> names;  // a cell's text to a label's; others stay as they are
  TimeWindows windows = {};                  // rows in them have the label `in_window`
  std::string in_window = "anomaly";
  std::string otherwise = "normal";  // of the rest, where no column has labels
  double group_days = 0;             // so many days are a group; 0: a recording is one
  // Where copies go of recordings whose clock was set back, without the rows of the time that had
  // been; empty: those are refused.
  std::filesystem::path forward = {};
};

// The stretches of a recording, in order. Cells that are numbers are equal where the numbers are:
// 1 and 1.0 are one label, written as the shorter. Rows without a label are in no stretch.
// Errors, with file and line: those of parse_series(); no such column (with the nearest); no
// time; windows, and none for this file or no dates in it.
Result<std::vector<LabelledStretch>> labelled_stretches(std::string_view text,
                                                        std::string_view file,
                                                        const LabelledOptions& options);

struct LabelledImport {
  std::size_t recordings = 0;
  std::map<std::string, std::size_t> stretches;  // by label
  std::map<std::string, double> seconds;         // likewise
  std::vector<std::string> notes;                // what was left out, and where
};

// Writes the manifest (path, label, group, start_s, end_s) of files and of all .csv, .tsv and .txt
// files in folders and below. Rows of a manifest that is there stay,
// but for those of these recordings.
// Errors: those above; no recording; a manifest that cannot be read or written.
Result<LabelledImport> import_labelled(const std::vector<std::filesystem::path>& given,
                                       const std::filesystem::path& manifest,
                                       const LabelledOptions& options);

}  // namespace sengi::data
