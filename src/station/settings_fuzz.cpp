// SPDX-License-Identifier: Apache-2.0
// Any bytes as a station.toml, and as what a database says of a device's habit.
#include <cstdlib>

#include "station/schedule.h"
#include "station/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sengi::station;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(parse_settings(text, "station.toml", "/nonexistent"));
  Schedule schedule = Schedule::from_bytes({data, data + size});
  schedule.heard(1'767'225'600'000, 7);
  schedule.heard(1'767'229'200'000, 9);
  static_cast<void>(schedule.silent_from_ms());
  if (schedule.to_bytes().size() > 1000) std::abort();
  return 0;
}
