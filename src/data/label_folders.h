// SPDX-License-Identifier: Apache-2.0
// Recordings that are sorted into a folder for each label.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/project.h"

namespace sengi::data {

struct FoundFile {
  std::filesystem::path path;
  std::string label;  // name of the folder
  std::string below;  // path below that folder, with "/"
};

struct LabelFolders {
  std::vector<FoundFile> files;                // sorted by path
  std::vector<std::filesystem::path> outside;  // recordings beside the folders, sorted
};

// Whether the end of a file's name is one of a recording's (sound: wav, flac, ogg ...; rows of
// numbers: csv, tsv, txt; images: jpg, jpeg, png), in any case.
bool is_recording(const std::filesystem::path& path, project::Sense sense = project::Sense::audio);

// Every recording in the folders of `root` and in the folders below them. Other files, and whatever
// has a name that starts with a dot, are passed over; a folder without a recording is no label.
// Errors: no such folder; one that cannot be read.
Result<LabelFolders> find_label_folders(const std::filesystem::path& root,
                                        project::Sense sense = project::Sense::audio);

}  // namespace sengi::data
