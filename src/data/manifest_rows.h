// SPDX-License-Identifier: Apache-2.0
// A manifest as imports write it: rows under columns that are found when a row has them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace sengi::data {

class ManifestRows {
 public:
  using Row = std::map<std::string, std::string>;  // cells by column

  // `columns` stand first, in this order, whether a row has them or not.
  explicit ManifestRows(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  void add(Row row);

  // Adds the rows that stand in a manifest now, but for those of the paths (as written there) that
  // are imported. Returns how many; 0 where there is no such file.
  // Errors: it cannot be read, or a row has another number of cells than the header.
  Result<std::size_t> keep_others(const std::filesystem::path& manifest,
                                  const std::set<std::string>& imported);

  std::string text() const;

 private:
  std::vector<std::string> columns_;
  std::vector<Row> rows_;
};

// A path as the manifest in `folder` has it: below the folder, or absolute.
std::string written_path(const std::filesystem::path& path, const std::filesystem::path& folder);

// A name for a column that means nothing to a manifest: `name` with "other_" before it where the
// reader would take it for one of its own, or for a slip of the fingers.
std::string other_column(const std::string& name);

}  // namespace sengi::data
