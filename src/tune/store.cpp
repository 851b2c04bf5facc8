// SPDX-License-Identifier: Apache-2.0
#include "tune/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/hash.h"

namespace sengi::tune {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

fs::path Store::path_of(std::int32_t trial) const {
  return folder_ / "trials" / fmt::format("{:04}.json", trial);
}

Result<void> Store::lock() {
  SENGI_CHECK(make_folder(folder_));
  const fs::path file = folder_ / ".lock";
  // Closed, and so unlocked, when the process ends, however it ends.
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0)
    return Error{fmt::format("{}: cannot write: {}", file.string(), std::strerror(errno))};
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return {};
  return Error{fmt::format("{}: another sengi tune searches here; wait for it, or stop it",
                           folder_.string())};
}

Result<std::vector<Trial>> Store::read() const {
  std::vector<Trial> trials;
  std::error_code ignored;
  while (fs::exists(path_of(static_cast<std::int32_t>(trials.size()) + 1), ignored)) {
    const fs::path path = path_of(static_cast<std::int32_t>(trials.size()) + 1);
    SENGI_TRY(text, read_text(path));
    SENGI_TRY(trial, trial_from(text, path.string()));
    if (trial.id != static_cast<std::int32_t>(trials.size()) + 1) {
      return Error{path.string() + ": is of another trial; --force begins the search anew"};
    }
    trials.push_back(std::move(trial));
  }
  if (trials.empty()) {
    return Error{folder_.string() + ": no search here yet; begin one with: sengi tune PROJECT"};
  }
  return trials;
}

Result<std::vector<Trial>> Store::open(const std::string& key) {
  const fs::path file = folder_ / "search.json";
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    SENGI_TRY(text, read_text(file));
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || json.value("key", "") != key) {
      return Error{
          fmt::format("{}: holds a search with another sengi.toml, other recordings, epochs, board "
                      "or seed; --force begins anew, and "
                      "forgets it",
                      folder_.string())};
    }
    if (fs::exists(path_of(1), ignored)) {
      SENGI_TRY(trials, read());
      written_ = trials;
      return trials;
    }
  }
  SENGI_CHECK(write_text(file, Json{{"key", key}}.dump(2) + "\n"));
  return std::vector<Trial>{};
}

Result<void> Store::clear() {
  std::error_code failed;
  for (const char* name : {"search.json", "test.json", "report.html", "trials", "work"}) {
    fs::remove_all(folder_ / name, failed);
    if (failed) {
      return Error{
          fmt::format("{}: cannot remove: {}", (folder_ / name).string(), failed.message())};
    }
  }
  written_.clear();
  return {};
}

Result<void> Store::save(const std::vector<Trial>& trials) {
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (i < written_.size() && written_[i] == trials[i]) continue;
    SENGI_CHECK(write_text(path_of(trials[i].id), to_json(trials[i])));
    if (i == written_.size()) written_.emplace_back();
    written_[i] = trials[i];
  }
  return {};
}

std::string search_key(const project::Project& project, const std::string& recordings,
                       std::uint64_t seed, const std::string& board,
                       const std::vector<std::int32_t>& epochs) {
  std::string text =
      fmt::format("version 1\n{}\n{}\n{}\n{}\n", project.config_sha256, recordings, seed, board);
  for (const std::int32_t rung : epochs) text += fmt::format("rung {}\n", rung);
  return sha256(text);
}

}  // namespace sengi::tune
