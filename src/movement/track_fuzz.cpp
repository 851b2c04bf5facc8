// SPDX-License-Identifier: Apache-2.0
// Any bytes as a table of fixes, and as GPX.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "movement/track.h"

namespace {

void expect_sound(const sengi::Result<sengi::movement::TrackFile>& file) {
  if (!file.ok()) return;
  for (const auto& track : file.value().tracks) {
    for (std::size_t i = 0; i < track.fixes.size(); ++i) {
      if (!sengi::geo::valid(track.fixes[i].position)) std::abort();
      if (i > 0 && track.fixes[i].time_s <= track.fixes[i - 1].time_s) std::abort();
    }
    static_cast<void>(sengi::movement::resampled(track, 3600));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  expect_sound(sengi::movement::parse_track_table(text, "fuzz.csv"));
  expect_sound(sengi::movement::parse_gpx(text, "fuzz.gpx"));
  return 0;
}
