// SPDX-License-Identifier: Apache-2.0
// What load_dataset() and check_data() both start from: everything found, with all that is wrong
// with it rather than the first fault alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"
#include "data/manifest.h"
#include "project/project.h"

namespace sengi::data {

// Clips that belong together and that the manifest puts on two sides.
struct Crossing {
  std::string group;  // or the recording's path where no group is known
  Split one;
  Split other;
};

struct Loaded {
  Dataset dataset;
  std::filesystem::path source;                // the folder or the manifest
  std::vector<ManifestFault> faults;           // rows that cannot be used, in order
  std::vector<Crossing> crossings;             // by the manifest's split column
  std::vector<std::string> missing_labels;     // of [data] labels, without a clip
  std::vector<std::string> unused_labels;      // found, but not in [data] labels
  std::vector<std::filesystem::path> outside;  // recordings beside the labels' folders
  // Why the split is of no use: a side that should have clips has none, or a label has none to
  // train on. Says what to do.
  std::optional<std::string> empty_side;
};

// Errors: no such folder or manifest; it cannot be read as one; nothing in it.
Result<Loaded> load(const project::Project& project);

}  // namespace sengi::data
