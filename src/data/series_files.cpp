// SPDX-License-Identifier: Apache-2.0
#include "data/series_files.h"

#include <set>

#include "data/label_folders.h"

namespace sengi::data {
namespace fs = std::filesystem;

std::vector<fs::path> series_files_in(const std::vector<fs::path>& given) {
  std::set<fs::path> found;
  for (const fs::path& path : given) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      found.insert(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path, ignored)) {
      const bool manifest = entry.path().filename() == "manifest.csv";
      if (entry.is_regular_file(ignored) && !manifest &&
          is_recording(entry.path(), project::Sense::series)) {
        found.insert(entry.path());
      }
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace sengi::data
