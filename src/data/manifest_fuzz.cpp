// SPDX-License-Identifier: Apache-2.0
// Any bytes as a manifest.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto manifest = sengi::data::parse_manifest(text, "manifest.csv");
  if (!manifest.ok()) return 0;
  for (const auto& row : manifest.value().rows) {
    const bool usable = !row.path.empty() && !row.label.empty() && row.line > 1 &&
                        row.start_s >= 0 && row.start_s < row.end_s;
    if (!usable) std::abort();
  }
  return 0;
}
