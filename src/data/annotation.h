// SPDX-License-Identifier: Apache-2.0
// What people marked in recordings, in the files that the field's programs write.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sengi::data {

struct Annotation {
  std::size_t line = 0;   // of the file
  std::string recording;  // as the file names it; empty: the recording that the file is about
  double start_s = 0;     // into that recording
  double end_s = 0;       // after start_s, or the same where a moment was marked
  std::optional<double> low_hz;
  std::optional<double> high_hz;
  std::string label;
  std::vector<std::string> others;  // the cells of AnnotationTable::other_columns
};

struct AnnotationTable {
  std::vector<std::string> other_columns;  // that mean nothing here, and are kept
  std::vector<Annotation> rows;            // in the file's order
};

// A selection table of Raven: a header line and cells between tabs. The label stands in
// `label_column`, or where that is empty in the first there is of Annotation, Species, Common Name,
// Label, Tag, Call Type and Species Code. A selection that stands there once for each view counts
// once; BirdNET's "nocall" rows are none. Where a row names its recording (Begin Path, else Begin
// File) it begins at its File Offset (s), if there is such a column.
// Errors: no header; a column that is needed is missing (names those there are); a row with another
// number of cells, without a label, or with times that are none; with file and line.
Result<AnnotationTable> parse_raven_table(std::string_view text, std::string_view file,
                                          std::string_view label_column = {});

// Labels of Audacity: start, end, label and perhaps a confidence between tabs; a second line that
// begins with a backslash has the lowest and highest frequency.
// Errors: a line that is neither, with file and line.
Result<AnnotationTable> parse_audacity_labels(std::string_view text, std::string_view file);

// A TextGrid of Praat, in its long text form: intervals and points that have a text, of the tier of
// this name, or of all of them. The tier's name is an other column.
// Errors: no TextGrid, in UTF-16 or in the short form; no such tier; a time that is none, with file
// and line.
Result<AnnotationTable> parse_textgrid(std::string_view text, std::string_view file,
                                       std::string_view tier = {});

// Which columns of a CSV file mean what; an empty name is a column that is not there.
struct AnnotationColumns {
  std::string recording = "file";
  std::string start = "start_s";
  std::string end = "end_s";
  std::string label = "label";
  std::string low = "low_hz";
  std::string high = "high_hz";
};

// Comma-separated values with a header line. The columns of frequencies may be missing.
// Errors: as parse_csv() and parse_raven_table().
Result<AnnotationTable> parse_annotation_csv(std::string_view text, std::string_view file,
                                             const AnnotationColumns& columns);

}  // namespace sengi::data
