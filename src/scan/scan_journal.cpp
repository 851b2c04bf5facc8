// SPDX-License-Identifier: Apache-2.0
#include "scan/scan_journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/files.h"

namespace sengi::scan {
namespace fs = std::filesystem;

using Json = nlohmann::json;

ScanJournal::ScanJournal(ScanJournal&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      key_(std::move(other.key_)),
      done_(std::move(other.done_)) {}

ScanJournal::~ScanJournal() {
  if (file_ >= 0) ::close(file_);
}

Result<ScanJournal> ScanJournal::open(const fs::path& folder, const std::string& name,
                                      const std::string& key) {
  SENGI_CHECK(make_folder(folder));
  const fs::path path = folder / name;
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return Error{fmt::format("{}: cannot write: {}", path.string(), std::strerror(errno))};
  }
  ScanJournal journal(file, path, key);
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".journal") journal.read(entry.path());
  }
  if (error) return Error{fmt::format("{}: cannot be read: {}", folder.string(), error.message())};
  return journal;
}

void ScanJournal::read(const fs::path& journal) {
  std::ifstream lines(journal);
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    // A line that a cut left half, or another's.
    if (!json.is_object() || json.value("key", Json()) != key_) continue;
    const Json file = json.value("file", Json());
    const Json bytes = json.value("bytes", Json());
    const Json modified = json.value("modified_ns", Json());
    const Json length = json.value("length_s", Json());
    const Json events = json.value("events", Json());
    if (!file.is_string() || !bytes.is_number_unsigned() || !modified.is_number_integer() ||
        !length.is_number() || !events.is_number_unsigned()) {
      continue;
    }
    done_[file.get<std::string>()] = {bytes.get<std::uint64_t>(), modified.get<std::int64_t>(),
                                      length.get<double>(), events.get<std::uint64_t>()};
  }
}

std::optional<Done> ScanJournal::find(const std::string& recording, const Done& now) const {
  const auto at = done_.find(recording);
  if (at == done_.end() || at->second.bytes != now.bytes ||
      at->second.modified_ns != now.modified_ns) {
    return std::nullopt;
  }
  return at->second;
}

Result<void> ScanJournal::add(const std::string& recording, const Done& done) {
  const Json json = {{"key", key_},
                     {"file", recording},
                     {"bytes", done.bytes},
                     {"modified_ns", done.modified_ns},
                     {"length_s", done.length_s},
                     {"events", done.events}};
  // A line end first: what a cut left half stays a line of its own. One write, whole between those
  // of other threads.
  const std::string line =
      fmt::format("\n{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
  const ssize_t put = ::write(file_, line.data(), line.size());
  if (put == static_cast<ssize_t>(line.size())) return {};
  return Error{fmt::format("{}: cannot write: {}", path_.string(), std::strerror(errno))};
}

Result<Done> state_of(const fs::path& recording) {
  struct stat info {};
  if (::stat(recording.c_str(), &info) != 0) {
    return Error{fmt::format("{}: {}", recording.string(), std::strerror(errno))};
  }
  Done done;
  done.bytes = static_cast<std::uint64_t>(info.st_size);
  done.modified_ns = info.st_mtim.tv_sec * 1'000'000'000L + info.st_mtim.tv_nsec;
  return done;
}

}  // namespace sengi::scan
