// SPDX-License-Identifier: Apache-2.0
// Any bytes as annotations of each kind, and as what a recorder says of itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/annotation.h"
#include "data/recorder_metadata.h"

namespace {

void expect_sound(const sengi::Result<sengi::data::AnnotationTable>& table) {
  if (!table.ok()) return;
  for (const auto& row : table.value().rows) {
    const bool usable = !row.label.empty() && row.start_s >= 0 && row.start_s <= row.end_s &&
                        row.others.size() == table.value().other_columns.size();
    if (!usable) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  expect_sound(sengi::data::parse_raven_table(text, "a.txt"));
  expect_sound(sengi::data::parse_audacity_labels(text, "a.txt"));
  expect_sound(sengi::data::parse_textgrid(text, "a.TextGrid"));
  expect_sound(sengi::data::parse_annotation_csv(text, "a.csv", {}));
  static_cast<void>(sengi::data::parse_guano(text));
  static_cast<void>(sengi::data::parse_audiomoth_comment(text));
  return 0;
}
