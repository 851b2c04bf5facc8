// SPDX-License-Identifier: Apache-2.0
#include "data/manifest_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/manifest.h"

namespace sengi::data {
namespace fs = std::filesystem;

void ManifestRows::add(Row row) {
  for (const auto& [name, cell] : row) {
    if (!cell.empty() && std::ranges::find(columns_, name) == columns_.end()) {
      columns_.push_back(name);
    }
  }
  rows_.push_back(std::move(row));
}

Result<std::size_t> ManifestRows::keep_others(const fs::path& manifest,
                                              const std::set<std::string>& imported) {
  std::error_code ignored;
  if (!fs::is_regular_file(manifest, ignored)) return std::size_t{0};
  SENGI_TRY(text, read_text(manifest));
  SENGI_TRY(lines, parse_csv(text, manifest.string()));
  std::size_t kept = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].cells.size() != lines[0].cells.size()) {
      return Error{fmt::format("{}:{}: {} where the header names {}; mend it first",
                               manifest.string(), lines[i].line,
                               counted(lines[i].cells.size(), "cell"), lines[0].cells.size())};
    }
    Row row;
    for (std::size_t k = 0; k < lines[i].cells.size(); ++k) {
      row[std::string(trimmed(lines[0].cells[k]))] = lines[i].cells[k];
    }
    if (imported.contains(row["path"])) continue;
    add(std::move(row));
    ++kept;
  }
  return kept;
}

std::string ManifestRows::text() const {
  std::string text = csv_line(columns_);
  for (const Row& row : rows_) {
    std::vector<std::string> cells;
    for (const std::string& column : columns_) {
      const auto cell = row.find(column);
      cells.push_back(cell == row.end() ? std::string() : cell->second);
    }
    text += csv_line(cells);
  }
  return text;
}

std::string written_path(const fs::path& path, const fs::path& folder) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(path, ignored);
  const fs::path below = whole.lexically_relative(fs::weakly_canonical(folder, ignored));
  const bool inside = !below.empty() && *below.begin() != "..";
  return (inside ? below : whole).generic_string();
}

std::string other_column(const std::string& name) {
  const auto header = parse_manifest("path,label," + csv_line({name}), "");
  const bool free = !name.empty() && header.ok() && header.value().other_columns.size() == 1;
  return free ? name : "other_" + name;
}

}  // namespace sengi::data
