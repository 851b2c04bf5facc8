// SPDX-License-Identifier: Apache-2.0
// Uplinks from files: an envelope a line, or one object over several lines.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "station/source.h"

namespace sengi::station {

struct Imported {
  std::int64_t uplinks = 0;
  std::int64_t duplicates = 0;
  std::int64_t refused = 0;
};

// In transactions of commit_arrivals_max, in memory bounded by these. A line that is no uplink is
// kept as refused, with the file's name and the line. Read again, a file adds nothing.
// Errors: it cannot be read; it cannot be kept (what was kept before stays).
Result<Imported> import_file(const std::filesystem::path& path, const Keep& keep);

// Takes what is put into a folder, until `stop`: files ending in .json, .jsonl or .ndjson, by name,
// which are then moved to "kept" inside it. Whoever writes them writes under another name and
// renames. Cut short at any moment, it goes on with the same file, whose uplinks are then
// duplicates.
void run_folder(const std::filesystem::path& folder, const Keep& keep, const Tell& tell,
                const std::atomic<bool>& stop);

}  // namespace sengi::station
