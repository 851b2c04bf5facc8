// SPDX-License-Identifier: Apache-2.0
// Events from the files that the field's programs write.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/annotation.h"
#include "events/event.h"

namespace sengi::events {

struct TableOptions {
  std::string label_column;              // of Raven's tables; empty: the usual ones
  std::string confidence_column;         // empty: confidence, score or probability
  std::string tier;                      // of TextGrids; empty: all
  data::AnnotationColumns columns = {};  // of CSV files
};

struct RecordingsOptions {
  std::vector<std::filesystem::path> marked;  // tables, or folders of them
  std::vector<std::filesystem::path> found;
  std::filesystem::path recordings;  // a folder of them; empty: their lengths are not known
  TableOptions tables;
};

// What was marked and what was found, by recording: Raven's selection tables, Audacity's labels,
// CSV and TextGrid. A row that names its recording is of that one, whatever the folder and the
// ending; a table whose rows name none is of the recording whose name its own begins with, less
// what programs add (.Table.1.selections, .BirdNET.selection.table ...). One table of marks and one
// of finds that name none belong together. With a folder of recordings each in it counts, also one
// in which nothing was marked and nothing found.
// Errors: a table that cannot be read, with file and line; a confidence that is no number; none
// marked; a recording that a table is of and the folder has not.
Result<std::vector<Recording>> read_recordings(const RecordingsOptions& options);

// One table, by its ending and its first line: .TextGrid, .csv, else Raven's or Audacity's.
// Errors: it cannot be read, with file and line.
Result<data::AnnotationTable> read_annotations(const std::filesystem::path& file,
                                               const TableOptions& options);

// The events of one recording in a table, or in a folder of them. A table alone whose rows name no
// recording is of this one.
// Errors: as read_recordings(); there are events, and all are of other recordings.
Result<std::vector<Event>> read_events(const std::filesystem::path& tables,
                                       const std::string& recording, const TableOptions& options);

// "site_3" of site_3.wav, a/site_3.flac, site_3.Table.1.selections.txt
std::string recording_name(const std::filesystem::path& path);

}  // namespace sengi::events
