// SPDX-License-Identifier: Apache-2.0
// The labelled clips of a project, and which side of the split each is on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "project/project.h"

namespace sengi::data {

class SeriesFiles;

enum class Split : std::uint8_t { train, validation, test };
std::string_view name_of(Split split);  // "train", "validation", "test"

struct Clip {
  std::filesystem::path path;
  std::size_t label = 0;  // index into Dataset::labels
  std::string group;      // speaker, animal or site; empty where not known
  Split split = Split::train;
  double start_s = 0;
  double end_s = std::numeric_limits<double>::infinity();
  std::optional<std::size_t> row = {};    // of a table with an example a row, from 0
  std::vector<std::string> columns = {};  // values of Dataset::columns; empty without a manifest
};

struct Dataset {
  std::vector<std::string> labels;
  std::vector<Clip> clips;  // sorted by path and start
  std::vector<std::string> columns =
      {};  // that the manifest has beside its own: language, site ...
};

// Reads the folder or the manifest that [data] names and splits it. A group is wholly on one side:
// the side follows from a hash of seed and group, so that adding recordings moves nothing. Where no
// group is known a clip is its own group. A `split` column of the manifest decides for its rows.
// Errors: no such folder; fewer than two labels; a row that cannot be read (file and line); a group
// that the manifest puts on two sides; a label in [data] labels without a clip.
Result<Dataset> load_dataset(const project::Project& project);

// A folder a label, none of it for training (every clip is on the test side). `labels` are the
// model's; a folder of another name counts as `unknown` where that label exists, else is an error.
// Of a series the project is a settled one.
Result<Dataset> load_test_folder(const std::filesystem::path& folder,
                                 const std::vector<std::string>& labels,
                                 const project::Project& project);

// What [signal] leaves to the recordings: a series' columns, rate, rows of a clip and, from what is
// for training, the range that 16-bit numbers span. Other kinds of project come back as they are.
// Errors: a recording or table that cannot be read; a column that is not there.
Result<project::Project> settle(project::Project project, const Dataset& dataset);

// The samples of clips, as the project's device takes them (signal/extractor.h says how). Copies
// share what they have read.
//
// Thread rule: one reader may be used by many threads.
class ClipReader {
 public:
  // Requires: a series is settled.
  explicit ClipReader(project::Project project);

  // Errors: a file that cannot be read; what it holds is not of the project's kind.
  Result<std::vector<std::int16_t>> read(const Clip& clip) const;

 private:
  std::shared_ptr<const project::Project> project_;
  std::shared_ptr<SeriesFiles> series_;
};

}  // namespace sengi::data
