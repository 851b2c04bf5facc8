// SPDX-License-Identifier: Apache-2.0
#include "data/annotation_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace sengi::data {
namespace {

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

std::optional<std::size_t> AnnotationReader::find(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  for (std::size_t i = 0; i < header_.cells.size(); ++i) {
    if (!same_letters(trimmed(header_.cells[i]), name)) continue;
    taken_[i] = true;
    return i;
  }
  return std::nullopt;
}

Result<std::size_t> AnnotationReader::need(std::string_view name) const {
  if (const auto column = find(name)) return *column;
  std::vector<std::string> there;
  for (const std::string& cell : header_.cells) there.emplace_back(trimmed(cell));
  const auto near = nearest(name, there);
  return fault(header_.line,
               fmt::format("no column '{}'{}; there are: {}", name,
                           near ? fmt::format(" (did you mean '{}'?)", *near) : std::string(),
                           fmt::join(there, ", ")));
}

std::vector<std::string> AnnotationReader::other_columns() const {
  std::vector<std::string> others;
  for (std::size_t i = 0; i < header_.cells.size(); ++i) {
    if (!taken_[i]) others.emplace_back(trimmed(header_.cells[i]));
  }
  return others;
}

Result<Annotation> AnnotationReader::read(const CsvRow& row, const Columns& columns) const {
  if (row.cells.size() != header_.cells.size()) {
    return fault(row.line, fmt::format("{} where the header names {}",
                                       counted(row.cells.size(), "cell"), header_.cells.size()));
  }
  Annotation annotation;
  annotation.line = row.line;
  annotation.label = trimmed(row.cells[columns.label]);
  if (annotation.label.empty()) return fault(row.line, "no label");
  if (columns.recording) annotation.recording = trimmed(row.cells[*columns.recording]);
  const auto start = number_in(row.cells[columns.start]);
  const auto end = number_in(row.cells[columns.end]);
  if (!start || !end || *start < 0 || *end < *start) {
    return fault(row.line, fmt::format("from '{}' to '{}' is no stretch of time in seconds",
                                       row.cells[columns.start], row.cells[columns.end]));
  }
  annotation.start_s = *start;
  annotation.end_s = *end;
  if (columns.low) annotation.low_hz = number_in(row.cells[*columns.low]);
  if (columns.high) annotation.high_hz = number_in(row.cells[*columns.high]);
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (!taken_[i]) annotation.others.push_back(row.cells[i]);
  }
  return annotation;
}

Error AnnotationReader::fault(std::size_t line, std::string_view what) const {
  return Error{fmt::format("{}:{}: {}", file_, line, what)};
}

}  // namespace sengi::data
