// SPDX-License-Identifier: Apache-2.0
// Tables in which a row is an example.
#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "data/series.h"
#include "data/series_parts.h"

namespace sengi::data {
namespace {

struct TableColumns {
  std::optional<std::size_t> label;
  std::optional<std::size_t> group;
  std::optional<std::size_t> split;
  std::vector<std::size_t> values;
  std::vector<std::size_t> others;

  bool named(std::size_t i) const { return i == label || i == group || i == split; }
};

Result<std::optional<std::size_t>> find_named(const NamedRows& rows, const std::string& name) {
  if (name.empty()) return std::optional<std::size_t>();
  SENGI_TRY(column, rows.need(name));
  return std::optional(column);
}

// "x*" of x0, x1 ...
bool matches(std::string_view name, std::string_view pattern) {
  const std::string_view beginning = pattern.substr(0, pattern.size() - 1);
  if (!name.starts_with(beginning)) return false;
  const std::string_view number = name.substr(beginning.size());
  return !number.empty() &&
         std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
}

// Requires: a first row was read, by which numeric columns are known.
Result<TableColumns> find_columns(const NamedRows& rows, std::string_view file,
                                  const SeriesTableOptions& options) {
  TableColumns columns;
  SENGI_TRY(label, find_named(rows, options.label_column));
  SENGI_TRY(group, find_named(rows, options.group_column));
  SENGI_TRY(split, find_named(rows, options.split_column));
  columns.label = label;
  columns.group = group;
  columns.split = split;
  const std::size_t count = rows.names().size();
  for (const std::string& name : options.value_columns) {
    if (!name.ends_with('*')) {
      SENGI_TRY(column, rows.need(name));
      columns.values.push_back(column);
      continue;
    }
    const std::size_t before = columns.values.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (matches(rows.names()[i], name)) columns.values.push_back(i);
    }
    if (columns.values.size() == before) {
      return Error{fmt::format("{}: no column is named '{}0', '{}1' ...", file,
                               name.substr(0, name.size() - 1), name.substr(0, name.size() - 1))};
    }
  }
  if (options.value_columns.empty()) {
    for (std::size_t i = 0; i < count; ++i) {
      const bool number = rows.number(i) || (options.blanks_are_zero && rows.blank(i));
      if (!columns.named(i) && !rows.names()[i].empty() && number) columns.values.push_back(i);
    }
  }
  if (columns.values.empty()) return rows.fault("no column of numbers");
  std::vector<bool> taken(count, false);
  for (const std::size_t value : columns.values) {
    if (taken[value] || columns.named(value)) {
      return Error{fmt::format("{}: column '{}' is asked for twice", file, rows.names()[value])};
    }
    taken[value] = true;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!taken[i] && !columns.named(i)) columns.others.push_back(i);
  }
  return columns;
}

}  // namespace

Result<SeriesTable> parse_series_table(std::string_view text, std::string_view file,
                                       const SeriesTableOptions& options) {
  SENGI_TRY(rows, NamedRows::open(text, file));
  SENGI_TRY(any, rows.next());
  if (!any) return Error{fmt::format("{}: no rows below the names of the columns", file)};
  SENGI_TRY(columns, find_columns(rows, file, options));
  SeriesTable table;
  for (const std::size_t i : columns.values) table.value_columns.push_back(rows.names()[i]);
  for (const std::size_t i : columns.others) table.other_columns.push_back(rows.names()[i]);
  const auto text_of = [&](std::optional<std::size_t> column) {
    return column ? std::string(trimmed(rows.cell(*column))) : std::string();
  };
  while (true) {
    SeriesTableRow& row = table.rows.emplace_back();
    row.line = rows.line();
    row.label = text_of(columns.label);
    row.group = text_of(columns.group);
    row.split = text_of(columns.split);
    if (columns.label && row.label.empty()) {
      return rows.fault(fmt::format("no label in column '{}'", rows.names()[*columns.label]));
    }
    row.values.reserve(columns.values.size());
    for (const std::size_t column : columns.values) {
      const auto value = rows.number(column);
      if (!value && !(options.blanks_are_zero && rows.blank(column))) return rows.no_number(column);
      row.values.push_back(value.value_or(0));
    }
    for (const std::size_t column : columns.others) row.others.emplace_back(rows.cell(column));
    SENGI_TRY(more, rows.next());
    if (!more) return table;
  }
}

Result<SeriesTable> read_series_table(const std::filesystem::path& path,
                                      const SeriesTableOptions& options) {
  SENGI_TRY(text, read_text(path));
  return parse_series_table(text, path.string(), options);
}

}  // namespace sengi::data
