// SPDX-License-Identifier: Apache-2.0
// Which recordings are done, so that a scan of many that was cut off, at any moment, goes on where
// it was. A recording's table is written first and is whole or not there; then comes its line here.
// A line that was cut is none. So the worst that a cut costs is a recording scanned twice, with the
// same table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace sengi::scan {

// A recording as it was when it was scanned: one that changed since is scanned anew.
struct Done {
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
  double length_s = 0;
  std::uint64_t events = 0;
};

class ScanJournal {
 public:
  // Reads all journals (*.journal) of the folder, which this and other processes wrote, as far as
  // they are of `key`, which stands for the model and all settings; lines go to FOLDER/`name`.
  // Errors: the folder or the file cannot be written.
  static Result<ScanJournal> open(const std::filesystem::path& folder, const std::string& name,
                                  const std::string& key);
  ScanJournal(ScanJournal&& other) noexcept;
  ScanJournal& operator=(ScanJournal&&) = delete;
  ~ScanJournal();

  // What is known of a recording, if its size and time are still those.
  std::optional<Done> find(const std::string& recording, const Done& now) const;
  // Any thread. Errors: it cannot be written (a full disk).
  Result<void> add(const std::string& recording, const Done& done);

 private:
  ScanJournal(int file, std::filesystem::path path, std::string key)
      : file_(file), path_(std::move(path)), key_(std::move(key)) {}
  void read(const std::filesystem::path& journal);

  int file_;
  std::filesystem::path path_;
  std::string key_;
  std::map<std::string, Done> done_;
};

// Of a file as it is now. Errors: it is not there.
Result<Done> state_of(const std::filesystem::path& recording);

}  // namespace sengi::scan
