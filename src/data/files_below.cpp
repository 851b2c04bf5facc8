// SPDX-License-Identifier: Apache-2.0
#include "data/files_below.h"

#include <fmt/format.h>

#include <algorithm>

namespace sengi::data {
namespace fs = std::filesystem;

Result<std::vector<fs::path>> files_below(const fs::path& folder,
                                          const std::function<bool(const fs::path&)>& wanted) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (at->path().filename().string().starts_with('.')) {
      at.disable_recursion_pending();
    } else if (wanted(at->path()) && at->is_regular_file(ignored)) {
      found.push_back(at->path());
    }
  }
  if (error) {
    return Error{fmt::format("{}: cannot read this folder: {}", folder.string(), error.message())};
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace sengi::data
