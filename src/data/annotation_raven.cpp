// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <set>

#include "data/annotation_parts.h"

namespace sengi::data {
namespace {

constexpr std::array<std::string_view, 7> label_columns = {
    "Annotation", "Species", "Common Name", "Label", "Tag", "Call Type", "Species Code"};

// BirdNET writes one such row where it found nothing.
constexpr std::string_view nothing_found = "nocall";

Result<std::size_t> label_column(const AnnotationReader& reader, std::string_view asked) {
  if (!asked.empty()) return reader.need(asked);
  for (const std::string_view name : label_columns) {
    if (const auto column = reader.find(name)) return *column;
  }
  const auto none = reader.need(label_columns.front());
  return Error{none.error().message + "; say which holds the labels with --label-column"};
}

}  // namespace

Result<AnnotationTable> parse_raven_table(std::string_view text, std::string_view file,
                                          std::string_view asked) {
  SENGI_TRY(lines, parse_tab_separated(text, file));
  if (lines.empty()) {
    return Error{fmt::format(
        "{}: empty; a selection table begins with a line that names its columns", file)};
  }
  const AnnotationReader reader(file, lines.front());
  AnnotationReader::Columns columns{};
  SENGI_TRY(start, reader.need("Begin Time (s)"));
  SENGI_TRY(end, reader.need("End Time (s)"));
  SENGI_TRY(label, label_column(reader, asked));
  columns.start = start;
  columns.end = end;
  columns.label = label;
  columns.low = reader.find("Low Freq (Hz)");
  columns.high = reader.find("High Freq (Hz)");
  columns.recording = reader.find("Begin Path");
  const auto file_column = reader.find("Begin File");
  if (!columns.recording) columns.recording = file_column;
  const auto offset = reader.find("File Offset (s)");
  const auto selection = reader.find("Selection");
  const auto view = reader.find("View");

  AnnotationTable table{reader.other_columns(), {}};
  std::set<std::string> seen;  // selections
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const CsvRow& line = lines[i];
    SENGI_TRY(annotation, reader.read(line, columns));
    if (annotation.label == nothing_found) continue;
    if (view && selection && !seen.insert(line.cells[*selection]).second) continue;
    if (offset && columns.recording) {
      const auto from = number_in(line.cells[*offset]);
      if (!from || *from < 0) {
        return reader.fault(line.line, fmt::format("File Offset (s) is no time in seconds: '{}'",
                                                   line.cells[*offset]));
      }
      annotation.end_s += *from - annotation.start_s;
      annotation.start_s = *from;
    }
    table.rows.push_back(std::move(annotation));
  }
  return table;
}

}  // namespace sengi::data
