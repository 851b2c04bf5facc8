// SPDX-License-Identifier: Apache-2.0
// Recordings of numbers in which a column says what was going on in each row (an activity, a
// fault), made into a manifest's stretches. Nothing is copied.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::data {

// Rows first .. last in a row that have one label.
struct LabelledStretch {
  std::string label;
  double start_s = 0;  // since the first row
  double end_s = 0;    // of the last row, and as long as rows are apart
  bool operator==(const LabelledStretch&) const = default;
};

struct LabelledOptions {
  std::string column;                        // that holds the label
  std::map<std::string, std::string> names;  // a cell's text to a label's; others stay as they are
};

// The stretches of a recording, in order. Cells that are numbers are equal where the numbers are:
// 1 and 1.0 are one label, written as the shorter. Rows without a label are in no stretch.
// Errors, with file and line: those of parse_series(); no such column (with the nearest); no time.
Result<std::vector<LabelledStretch>> labelled_stretches(std::string_view text,
                                                        std::string_view file,
                                                        const LabelledOptions& options);

struct LabelledImport {
  std::size_t recordings = 0;
  std::map<std::string, std::size_t> stretches;  // by label
  std::map<std::string, double> seconds;         // likewise
};

// Writes the manifest (path, label, group, start_s, end_s) of files and of all .csv, .tsv and .txt
// files in folders and below; the recording is the group. Rows of a manifest that is there stay,
// but for those of these recordings.
// Errors: those above; no recording; a manifest that cannot be read or written.
Result<LabelledImport> import_labelled(const std::vector<std::filesystem::path>& given,
                                       const std::filesystem::path& manifest,
                                       const LabelledOptions& options);

}  // namespace sengi::data
