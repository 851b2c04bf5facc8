// SPDX-License-Identifier: Apache-2.0
// Labelled images made into the rows of a project's manifest.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/project.h"

namespace sengi::data {

struct ImageImportOptions {
  std::filesystem::path
      source;  // a file of COCO Camera Traps or IDX; datapackage.json or its folder
  std::filesystem::path images;  // where the images are; empty: beside the source
};

struct ImportedImages {
  std::filesystem::path manifest;
  std::map<std::string, std::size_t> images;  // by label
  std::size_t groups = 0;                     // places that they are from, where that is known
  std::size_t kept = 0;                       // rows of other images that stood there before
  std::vector<std::string> notes;             // worth a look
};

// Whether import_images() is who reads a file or folder, by its name: *.json, a folder with
// datapackage.json in it, or *idx3-ubyte and *idx4-ubyte.
bool is_image_source(const std::filesystem::path& path);

// Writes images to the project's manifest, or to images/manifest.csv where sengi.toml names none.
// Columns: path, label, group, split, and what else the source says, by its own names. Rows of
// other images that stand there stay as they are; those of the same images are replaced.
//
// COCO Camera Traps (image_import_coco.h) and Camtrap DP (image_import_camtrap.h): images stay
// where they are. Those that are not there are left out, with a note, since archives are often
// fetched in part.
//
// IDX (image_import_idx.h), with the labels in the file of the same name but for "labels-idx1":
// each image becomes a PNG in the folder of its label beside the manifest, LABEL/NAME-00001.png,
// and a label is its number. Images of a file whose name begins with "t10k" or "test" are on the
// test side of the split.
//
// Errors: those of the readers; none of the images is there; a manifest that cannot be read or
// written; Ctrl-C.
Result<ImportedImages> import_images(const project::Project& project,
                                     const ImageImportOptions& options);

}  // namespace sengi::data
