// SPDX-License-Identifier: Apache-2.0
#include "data/series_files.h"

#include <fmt/format.h>

#include <set>

#include "data/files_below.h"
#include "data/label_folders.h"

namespace sengi::data {
namespace fs = std::filesystem;

Result<std::vector<fs::path>> series_files_in(const std::vector<fs::path>& given) {
  std::set<fs::path> found;
  for (const fs::path& path : given) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      found.insert(path);
      continue;
    }
    SENGI_TRY(inside, files_below(path, [](const fs::path& file) {
                return file.filename() != "manifest.csv" &&
                       is_recording(file, project::Sense::series);
              }));
    if (inside.empty()) {
      return Error{
          fmt::format("{}: no recordings (.csv, .tsv, .txt) there; links to folders are not "
                      "followed, name them",
                      path.string())};
    }
    found.insert(inside.begin(), inside.end());
  }
  if (found.empty()) return Error{"no recording was named"};
  return std::vector<fs::path>(found.begin(), found.end());
}

}  // namespace sengi::data
