// SPDX-License-Identifier: Apache-2.0
// Turns a file of fixes (time, latitude, longitude; 32 bits each) into what a collar says at each,
// to show that every machine says the same. The zones are generated: zones.h defines `zones_bytes`.
#include <cstddef>
#include <cstdint>

#include "port.h"
#include "sengi/geo/zone_monitor.h"
#include "sengi/geo/zones_check.h"
#include "zones.h"

namespace port = sengi::port;
namespace geo = sengi::geo;

int port::run_program() {
  if (geo::check(zones_bytes) != geo::ZonesFault::none) return 1;
  geo::ZoneMonitor monitor(geo::Zones(zones_bytes), geo::every_kind, geo::default_approach_model,
                           geo::WarningSpec{});
  std::uint32_t words[3];
  while (port::read_input(words, sizeof(words)) == sizeof(words)) {
    const geo::ZoneReport r = monitor.push(
        {words[0], {static_cast<std::int32_t>(words[1]), static_cast<std::int32_t>(words[2])}});
    const std::uint32_t said[5] = {static_cast<std::uint32_t>(r.taken) |
                                       static_cast<std::uint32_t>(r.event) << 8 |
                                       static_cast<std::uint32_t>(r.state) << 16,
                                   r.zone_id, r.distance_m, r.permille, r.entry_s};
    port::write_output(said, sizeof(said));
  }
  return 0;
}
