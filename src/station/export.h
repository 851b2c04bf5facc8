// SPDX-License-Identifier: Apache-2.0
// What a station kept, in the forms that other programs read. Row after row, so that memory does
// not grow with the years.
//
// Thread rule: with the database, which may be open to read alone, beside a station that runs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "station/sql.h"

namespace sengi::station {

enum class ExportOf : std::uint8_t { positions, readings, uplinks, alerts };

enum class ExportForm : std::uint8_t {
  csv,
  geojson,   // of positions: RFC 7946, a point each
  movebank,  // of positions: CSV with the columns of Movebank's attribute dictionary
};

struct ExportAsked {
  ExportOf of = ExportOf::positions;
  ExportForm form = ExportForm::csv;
  std::optional<std::string> device = {};  // none: all
  std::int64_t from_ms = 0;                // of their own times
  std::int64_t to_ms = INT64_MAX;
};

using Write = std::function<Result<void>(std::string_view)>;

// By device and time. Returns how many there were. Errors: a form that is not of these; no such
// device; the database's; what `write` answers.
Result<std::size_t> export_rows(Database& database, const ExportAsked& asked, const Write& write);

}  // namespace sengi::station
