// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "data/annotation_parts.h"

namespace sengi::data {

Result<AnnotationTable> parse_annotation_csv(std::string_view text, std::string_view file,
                                             const AnnotationColumns& names) {
  SENGI_TRY(rows, parse_csv(text, file));
  if (rows.empty()) {
    return Error{fmt::format("{}: empty; its first line must name the columns", file)};
  }
  const AnnotationReader reader(file, rows.front());
  AnnotationReader::Columns columns{};
  SENGI_TRY(start, reader.need(names.start));
  SENGI_TRY(end, reader.need(names.end));
  SENGI_TRY(label, reader.need(names.label));
  columns.start = start;
  columns.end = end;
  columns.label = label;
  columns.recording = reader.find(names.recording);
  columns.low = reader.find(names.low);
  columns.high = reader.find(names.high);
  AnnotationTable table{reader.other_columns(), {}};
  for (std::size_t i = 1; i < rows.size(); ++i) {
    SENGI_TRY(annotation, reader.read(rows[i], columns));
    table.rows.push_back(std::move(annotation));
  }
  return table;
}

}  // namespace sengi::data
