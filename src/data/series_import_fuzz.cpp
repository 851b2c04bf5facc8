// SPDX-License-Identifier: Apache-2.0
// Any bytes as what others export: Movebank's CSV, Edge Impulse's recordings and labels.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "data/series.h"
#include "data/series_import_edge_impulse.h"
#include "data/series_import_movebank.h"

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
  return 0;
}
