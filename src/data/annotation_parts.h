// SPDX-License-Identifier: Apache-2.0
// What the readers of annotations share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/annotation.h"
#include "data/csv.h"

namespace sengi::data {

// Puts a row's cells into an annotation: by a header, which columns mean what.
class AnnotationReader {
 public:
  // `file` is named in errors.
  AnnotationReader(std::string_view file, const CsvRow& header) : file_(file), header_(header) {}

  // The column of this name (upper and lower case are one); none where there is none.
  std::optional<std::size_t> find(std::string_view name) const;
  // Errors: there is none; says which there are.
  Result<std::size_t> need(std::string_view name) const;
  // Columns from here on that find() and need() were not asked for, or did not find, are others.
  std::vector<std::string> other_columns() const;

  // Errors: another number of cells than the header's, no label, times that are none.
  struct Columns {
    std::optional<std::size_t> recording;
    std::size_t start;
    std::size_t end;
    std::optional<std::size_t> low;
    std::optional<std::size_t> high;
    std::size_t label;
  };
  Result<Annotation> read(const CsvRow& row, const Columns& columns) const;

  Error fault(std::size_t line, std::string_view what) const;

 private:
  std::string_view file_;
  const CsvRow& header_;
  mutable std::vector<bool> taken_ = std::vector<bool>(header_.cells.size(), false);
};

}  // namespace sengi::data
