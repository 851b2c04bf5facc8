// SPDX-License-Identifier: Apache-2.0
// What people marked in one recording, as it is shown, changed and saved: a selection table of
// Raven.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/annotation.h"

namespace sengi::view {

class LabelFile {
 public:
  // Labels of the recording from any table that events::read_annotations() reads; none where
  // `given` is empty and nothing was saved yet. They are saved to `given` where that is a selection
  // table of Raven, else beside the recording: NAME.selections.txt, which is also read where
  // nothing is given.
  // Errors: those of events::read_annotations(); no row is of this recording, and some are of
  // others.
  static Result<LabelFile> open(const std::filesystem::path& given,
                                const std::filesystem::path& recording, double length_s);

  const std::filesystem::path& saved_to() const { return path_; }
  const std::vector<data::Annotation>& labels() const { return table_.rows; }

  // {"revision": 3, "file": "...", "labels": [{"start_s", "end_s", "label", "low_hz", "high_hz",
  // "others"}]}; frequencies are null where there are none.
  std::string to_json() const;

  // Takes {"revision", "labels"} in the place of what was there, and writes the file: it is whole
  // at every moment. What it held of other recordings stays. A file that was not of our making is
  // kept once beside it, as FILE.before. Errors: the text is not that, with what is wrong; a label
  // outside of the recording; another revision (Outcome::no); the file was changed by another
  // program since (Outcome::no); it cannot be written.
  Result<void> replace(std::string_view json);

 private:
  std::filesystem::path path_;
  std::string recording_;  // as tables name it
  double length_s_ = 0;
  data::AnnotationTable table_;              // of this recording
  std::vector<data::Annotation> elsewhere_;  // of others, in the same file
  bool names_recordings_ = false;
  bool kept_before_ = false;
  std::optional<std::string> as_read_;  // the file's bytes; none: there was none
  std::uint64_t revision_ = 1;
};

// The table as Raven writes it.
std::string to_raven(const data::AnnotationTable& table, bool names_recordings);

}  // namespace sengi::view
