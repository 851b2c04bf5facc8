// SPDX-License-Identifier: Apache-2.0
// Any bytes as a recording of numbers and as a table of examples.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/series.h"

namespace {

using namespace sengi::data;

void expect(bool sound) {
  if (!sound) std::abort();
}

void expect_sound(const sengi::Result<Series>& read) {
  if (!read.ok()) return;
  const Series& series = read.value();
  expect(series.rows > 0 && !series.columns.empty());
  expect(series.values.size() == series.rows * series.columns.size());
  expect(series.time_s.empty() || series.time_s.size() == series.rows);
  expect(!series.rate_hz || *series.rate_hz > 0);
  for (const float value : series.values) expect(std::isfinite(value));
  for (std::size_t i = 1; i < series.time_s.size(); ++i) {
    expect(series.time_s[i] > series.time_s[i - 1]);
  }
  static_cast<void>(gaps(series));
  for (const double rate_hz : {0.5, 10.0}) {
    const auto even = resampled(series, rate_hz, 0, 3);
    expect(!even.ok() || even.value().size() == 3 * series.columns.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  expect_sound(parse_series(text, "a.csv"));
  expect_sound(parse_series(text, "a.csv", {.columns = {"a", "b"}, .blanks_are_gaps = true}));
  for (const bool padded : {false, true}) {
    const auto table = parse_series_table(text, "a.csv", {.blanks_are_zero = padded});
    if (!table.ok()) continue;
    for (const SeriesTableRow& row : table.value().rows) {
      expect(!row.label.empty());
      expect(row.values.size() == table.value().value_columns.size());
      expect(row.others.size() == table.value().other_columns.size());
    }
  }
  return 0;
}
