// SPDX-License-Identifier: Apache-2.0
// The CSV file that lists a project's recordings: path,label[,group][,split][,start_s,end_s] (and
// row, where the path is a table with an example a row) under
// a header line that names the columns, in any order.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/dataset.h"

namespace sengi::data {

struct ManifestRow {
  std::size_t line = 0;  // of the file
  std::string path;      // as written: absolute, or relative to the manifest
  std::string label;
  std::string group;
  std::optional<Split> split;
  double start_s = 0;
  double end_s = std::numeric_limits<double>::infinity();
  std::optional<std::size_t> row;   // of the table that `path` is
  std::vector<std::string> others;  // cells of the other columns, in the order of their names
};

// "train", "validation" or "test"; nothing for other words.
std::optional<Split> split_named(std::string_view name);

// A row that cannot be used, and why.
struct ManifestFault {
  std::size_t line;  // 0: not of a row but of a recording, which the message names
  std::string message;
};

struct Manifest {
  std::vector<ManifestRow> rows;
  std::vector<ManifestFault> faults;
  std::vector<std::string> other_columns;  // beside those above: language, licence ...
};

// The manifest of a dataset: every clip with its absolute path, label, group, side and times, so
// that load_dataset() gives the same clips wherever the file stands. Blanks around a group are
// lost.
std::string manifest_of(const Dataset& dataset);

// Errors: not CSV; no header; a column missing, twice, or nearly one of those above (with the
// column that was probably meant). What is wrong with one row is in `faults`.
Result<Manifest> parse_manifest(std::string_view text, std::string_view file);

}  // namespace sengi::data
