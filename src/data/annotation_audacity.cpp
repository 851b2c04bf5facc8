// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "data/annotation_parts.h"

namespace sengi::data {
namespace {

// The second line of a label: a backslash, and the frequencies; negative where none was chosen.
bool take_frequencies(const CsvRow& row, Annotation& annotation) {
  if (row.cells.size() != 3) return false;
  const auto low = number_in(row.cells[1]);
  const auto high = number_in(row.cells[2]);
  if (!low || !high) return false;
  if (*low >= 0) annotation.low_hz = low;
  if (*high >= 0) annotation.high_hz = high;
  return true;
}

}  // namespace

Result<AnnotationTable> parse_audacity_labels(std::string_view text, std::string_view file) {
  SENGI_TRY(lines, parse_tab_separated(text, file));
  AnnotationTable table{{"confidence"}, {}};
  for (const CsvRow& line : lines) {
    const auto fault = [&](std::string_view what) {
      return Error{
          fmt::format("{}:{}: {}; a line is: start, tab, end, tab, label", file, line.line, what)};
    };
    if (trimmed(line.cells[0]) == "\\") {
      if (table.rows.empty() || !take_frequencies(line, table.rows.back())) {
        return fault("no two frequencies of the label above");
      }
      continue;
    }
    if (line.cells.size() != 3 && line.cells.size() != 4) return fault("not a label");
    const auto start = number_in(line.cells[0]);
    const auto end = number_in(line.cells[1]);
    if (!start || !end || *start < 0 || *end < *start) {
      return fault(fmt::format("from '{}' to '{}' is no stretch of time in seconds", line.cells[0],
                               line.cells[1]));
    }
    const std::string_view label = trimmed(line.cells[2]);
    if (label.empty()) return fault("no label");
    table.rows.push_back({.line = line.line,
                          .recording = {},
                          .start_s = *start,
                          .end_s = *end,
                          .low_hz = {},
                          .high_hz = {},
                          .label = std::string(label),
                          .others = {line.cells.size() == 4 ? line.cells[3] : std::string()}});
  }
  return table;
}

}  // namespace sengi::data
