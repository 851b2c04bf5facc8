// SPDX-License-Identifier: Apache-2.0
// When an animal truly went into zones, from all the fixes there are.
#pragma once

#include <cstdint>
#include <vector>

#include "movement/track.h"
#include "sengi/geo/zones.h"

namespace sengi::movement {

struct Entry {
  std::uint32_t time_s;  // when the line between two fixes crosses the edge
  std::uint16_t zone_id;
  bool approach;  // it had been at least approach_m away from every zone since it was last in one
};

struct EntryRule {
  std::uint8_t kinds = geo::every_kind;
  std::uint32_t approach_m = 1000;
  std::uint32_t step_s = 60;  // along the line between fixes, so that corners are not missed
  std::uint32_t longest_s = 5 * 3600;  // a longer gap says nothing of what happened in it
};

// Entries into the union of the zones: from one into the next without leaving is none. An animal
// that is inside at the first fix, or after a gap, has entered at no known time: no entry.
std::vector<Entry> entries_of(const Track& track, const geo::Zones& zones,
                              const EntryRule& rule = {});

// Weeks that a track covers, gaps longer than that left out.
double weeks_of(const Track& track, std::uint32_t longest_s = EntryRule{}.longest_s);

}  // namespace sengi::movement
