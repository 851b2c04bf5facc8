// SPDX-License-Identifier: Apache-2.0
#include "data/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "data/csv.h"

namespace sengi::data {
namespace {

enum Column : std::size_t { path, label, group, split, start_s, end_s, row_number, column_count };
const std::array<std::string, column_count> column_names = {"path",    "label", "group", "split",
                                                            "start_s", "end_s", "row"};

// Where in a row each column is, for those that the header names.
using Columns = std::array<std::optional<std::size_t>, column_count>;

struct Header {
  Columns columns;
  std::vector<std::size_t> others;  // where the other columns are
};

// The column that a name of none of them was probably meant to be: a slip of the fingers, or a
// shorter or longer form such as "start".
std::optional<std::string> meant(const std::string& name) {
  if (auto near = nearest(name, column_names)) return near;
  const auto like = std::ranges::find_if(column_names, [&](const std::string& column) {
    return name.size() > 2 && (column.starts_with(name) || name.starts_with(column));
  });
  if (like == column_names.end()) return std::nullopt;
  return *like;
}

Result<Header> read_header(const CsvRow& header, std::string_view file, Manifest& manifest) {
  const auto fault = [&](const std::string& what) {
    return Error{fmt::format("{}:{}: {}", file, header.line, what)};
  };
  Header found;
  Columns& columns = found.columns;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string name(trimmed(header.cells[i]));
    const auto known = std::ranges::find(column_names, name);
    if (known == column_names.end()) {
      others.push_back(name);
      found.others.push_back(i);
      continue;
    }
    auto& column = columns[static_cast<std::size_t>(known - column_names.begin())];
    if (column) return fault(fmt::format("two columns are named '{}'", name));
    column = i;
  }
  for (const std::string& name : others) {
    const auto near = meant(name);
    if (!near) continue;
    const auto at = std::ranges::find(column_names, *near) - column_names.begin();
    if (columns[static_cast<std::size_t>(at)]) continue;
    return fault(fmt::format("unknown column '{}'; did you mean '{}'?", name, *near));
  }
  for (const Column needed : {path, label}) {
    if (columns[needed]) continue;
    return fault(
        fmt::format("no column '{}'; the first line must name the columns: "
                    "path,label[,group][,split][,start_s,end_s]",
                    column_names[needed]));
  }
  manifest.other_columns = std::move(others);
  return found;
}

// A cell of RFC 4180.
std::string csv_cell(std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(cell);
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

// A time in seconds, or nothing where the cell holds no such thing.
std::optional<double> seconds(std::string_view cell) {
  const auto value = number_in(cell);
  return value && *value >= 0 ? value : std::nullopt;
}

// Fills `row` from the cells and returns what is wrong with them, empty when nothing is.
std::string read_row(const CsvRow& cells, const Header& header, ManifestRow& row) {
  const Columns& columns = header.columns;
  const auto cell = [&](Column column) -> std::string_view {
    return columns[column] ? trimmed(cells.cells[*columns[column]]) : std::string_view();
  };
  row.line = cells.line;
  row.path = cell(path);
  row.label = cell(label);
  row.group = cell(group);
  for (const std::size_t other : header.others)
    row.others.emplace_back(trimmed(cells.cells[other]));
  if (row.path.empty()) return "no path";
  if (row.label.empty()) return "no label";
  if (const auto name = cell(split); !name.empty()) {
    row.split = split_named(name);
    if (!row.split) {
      return fmt::format("split must be train, validation, test or empty, not '{}'", name);
    }
  }
  const std::array<std::pair<Column, double*>, 2> times = {
      {{start_s, &row.start_s}, {end_s, &row.end_s}}};
  for (const auto& [column, to] : times) {
    if (cell(column).empty()) continue;
    const auto time = seconds(cell(column));
    if (!time) {
      return fmt::format("{} must be a time in seconds, not '{}'", column_names[column],
                         cell(column));
    }
    *to = *time;
  }
  if (const auto text = cell(row_number); !text.empty()) {
    const auto number = seconds(text);
    constexpr double most = 1e9;
    if (!number || *number > most || std::floor(*number) != *number) {
      return fmt::format("row must be a whole number from 0, not '{}'", text);
    }
    row.row = static_cast<std::size_t>(*number);
  }
  if (!(row.start_s < row.end_s)) {
    return fmt::format("it ends ({:g} s) before it starts ({:g} s)", row.end_s, row.start_s);
  }
  return {};
}

}  // namespace

std::optional<Split> split_named(std::string_view name) {
  for (const Split side : {Split::train, Split::validation, Split::test}) {
    if (name == name_of(side)) return side;
  }
  return std::nullopt;
}

std::string manifest_of(const Dataset& dataset) {
  const bool rows =
      std::ranges::any_of(dataset.clips, [](const Clip& clip) { return clip.row.has_value(); });
  std::string text = fmt::format("path,label,group,split,start_s,end_s{}\n", rows ? ",row" : "");
  for (const Clip& clip : dataset.clips) {
    text += fmt::format(
        "{},{},{},{},{},{}", csv_cell(std::filesystem::absolute(clip.path).string()),
        csv_cell(dataset.labels[clip.label]), csv_cell(clip.group), name_of(clip.split),
        clip.start_s, std::isfinite(clip.end_s) ? fmt::to_string(clip.end_s) : std::string());
    if (rows) text += clip.row ? fmt::format(",{}", *clip.row) : std::string(",");
    text += '\n';
  }
  return text;
}

Result<Manifest> parse_manifest(std::string_view text, std::string_view file) {
  SENGI_TRY(rows, parse_csv(text, file));
  if (rows.empty()) {
    return Error{
        fmt::format("{}: an empty manifest; its first line must name the columns: "
                    "path,label[,group][,split][,start_s,end_s]",
                    file)};
  }
  Manifest manifest;
  SENGI_TRY(header, read_header(rows.front(), file, manifest));
  const std::size_t width = rows.front().cells.size();
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ManifestRow row;
    const std::string wrong = rows[i].cells.size() == width
                                  ? read_row(rows[i], header, row)
                                  : fmt::format("{} where the header names {}",
                                                counted(rows[i].cells.size(), "cell"), width);
    if (wrong.empty()) {
      manifest.rows.push_back(std::move(row));
    } else {
      manifest.faults.push_back({rows[i].line, wrong});
    }
  }
  return manifest;
}

}  // namespace sengi::data
