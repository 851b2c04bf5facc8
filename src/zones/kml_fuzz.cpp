// SPDX-License-Identifier: Apache-2.0
// Any bytes as KML. What is accepted makes sound zones.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "zones/geometry.h"
#include "zones/kml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sengi;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto found = zones::parse_kml(text, "fuzz", {.kinds = geo::other});
  if (!found.ok() || !found.value().ok()) return 0;
  for (const zones::ZoneArea& zone : found.value().map.zones) {
    const auto fault = zones::fault_in(zone.polygons);
    if (!fault.ok() || fault.value()) std::abort();
  }
  return 0;
}
