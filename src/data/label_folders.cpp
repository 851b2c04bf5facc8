// SPDX-License-Identifier: Apache-2.0
#include "data/label_folders.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string_view>
#include <utility>

#include "data/files_below.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

Error unreadable(const fs::path& folder, const std::error_code& error) {
  return Error{fmt::format("{}: cannot read this folder: {}", folder.string(), error.message())};
}

Result<void> collect(const fs::path& folder, const std::string& label, project::Sense sense,
                     std::vector<FoundFile>& files) {
  SENGI_TRY(paths, files_below(folder, [&](const fs::path& p) { return is_recording(p, sense); }));
  for (fs::path& path : paths) {
    std::string below = path.lexically_relative(folder).generic_string();
    files.push_back({std::move(path), label, std::move(below)});
  }
  return {};
}

}  // namespace

bool is_recording(const fs::path& path, project::Sense sense) {
  static constexpr std::array<std::string_view, 11> sounds = {
      ".wav", ".flac", ".ogg", ".oga", ".opus", ".aiff", ".aif", ".aifc", ".au", ".caf", ".mp3"};
  static constexpr std::array<std::string_view, 3> numbers = {".csv", ".tsv", ".txt"};
  static constexpr std::array<std::string_view, 3> images = {".jpg", ".jpeg", ".png"};
  const auto endings = sense == project::Sense::audio ? std::span<const std::string_view>(sounds)
                       : sense == project::Sense::series
                           ? std::span<const std::string_view>(numbers)
                           : std::span<const std::string_view>(images);
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::count(endings, ending) > 0;
}

Result<LabelFolders> find_label_folders(const fs::path& root, project::Sense sense) {
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    return Error{
        fmt::format("{}: no such folder; it should hold one folder of recordings for each "
                    "label",
                    root.string())};
  }
  LabelFolders found;
  fs::directory_iterator at(root, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (is_hidden(at->path())) continue;
    if (at->is_directory(ignored)) {
      SENGI_CHECK(collect(at->path(), at->path().filename().string(), sense, found.files));
    } else if (is_recording(at->path(), sense)) {
      found.outside.push_back(at->path());
    }
  }
  if (error) return unreadable(root, error);
  std::ranges::sort(found.files, {}, &FoundFile::path);
  std::ranges::sort(found.outside);
  return found;
}

}  // namespace sengi::data
