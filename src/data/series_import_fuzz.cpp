// SPDX-License-Identifier: Apache-2.0
// Any bytes as what others export: Movebank's CSV, Edge Impulse's recordings and labels, logs of
// sensors, windows of time.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "data/csv.h"
#include "data/series.h"
#include "data/series_forward.h"
#include "data/series_import_edge_impulse.h"
#include "data/series_import_forecast.h"
#include "data/series_import_movebank.h"
#include "data/series_windows.h"

namespace {

using namespace sengi::data;

void expect(bool sound) {
  if (!sound) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto bursts = movebank_bursts(text, "a.csv"); bursts.ok()) {
    // What is written can be read.
    const auto table = parse_series_table(bursts.value().csv, "b.csv",
                                          {.label_column = "", .value_columns = {"x*"}});
    expect(bursts.value().bursts > 0);
    static_cast<void>(table);
  }
  const auto acquired = parse_edge_impulse(std::as_bytes(std::span(data, size)), "a.json");
  if (acquired.ok()) {
    const AcquiredSeries& series = acquired.value();
    expect(series.rows > 0 && series.values.size() == series.rows * series.columns.size());
    if (series.rows < 1000) static_cast<void>(series_csv(series));
  }
  static_cast<void>(parse_edge_impulse_labels(text, "info.labels"));
  static_cast<void>(parse_time_windows(text, "windows.json"));
  if (const auto forward = forward_in_time(text, "a.csv"); forward.ok()) {
    // What is left runs forward.
    const auto again = forward_in_time(forward.value().text, "b.csv");
    expect(!again.ok() || again.value().left_out == 0);
  }
  const ForecastOptions options{.inputs = {{"x", ".*", {}}}, .target = "x"};
  Forecast forecast;
  if (add_forecasts(text, "a.csv", options, forecast).ok()) {
    // What is written can be read.
    const auto rows = parse_csv(forecast.table, "b.csv");
    std::size_t examples = 0;
    for (const auto& [label, count] : forecast.examples) examples += count;
    expect(rows.ok() && rows.value().size() == examples);
  }
  return 0;
}
