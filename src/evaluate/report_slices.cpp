// SPDX-License-Identifier: Apache-2.0
// The same answers by what the clips are like.
#include <fmt/format.h>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

std::string slice_card(const Slicing& slicing) {
  page::Table table{.caption = "By " + page::text(slicing.by),
                    .columns = {"Slice", "Clips", "Right", "95 % sure of"},
                    .rows = {},
                    .numeric = {false, true, true, true}};
  for (const Slice& slice : slicing.slices) {
    const Interval& sure = slice.accuracy_95;
    table.rows.push_back({page::text(slice.value) +
                              (slice.few() ? fmt::format(" <span class=\"fall\">(few: {})</span>",
                                                         counted(slice.groups, "group"))
                                           : ""),
                          with_thousands(slice.count), page::percent(slice.accuracy()),
                          fmt::format("{:.0f} – {:.0f}\u00A0%", 100 * sure.low, 100 * sure.high)});
  }
  return "<div class=\"card\">" + page::table(table) + "</div>\n";
}

}  // namespace

std::string slice_cards(const Evaluation& evaluation) {
  if (evaluation.slices.empty()) return "";
  std::string cards;
  for (const Slicing& slicing : evaluation.slices) cards += slice_card(slicing);
  return "<h3>For whom and where it works less well</h3>\n<div class=\"pair\">\n" + cards +
         "</div>\n";
}

}  // namespace sengi::evaluate
