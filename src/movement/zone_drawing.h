// SPDX-License-Identifier: Apache-2.0
// Zones for a study of warnings, drawn by rule where an animal went.
#pragma once

#include <cstdint>

#include "movement/track.h"
#include "zones/zone_map.h"

namespace sengi::movement {

struct DrawingRule {
  double cell_m = 2000;           // of the grid on which visits are counted
  std::size_t fewest_visits = 3;  // visits are apart by half a day elsewhere
  std::size_t zones = 8;          // at most
  double apart_m = 4000;          // at least, from middle to middle
  double smallest_m = 700;        // radii, before the outline wavers by a quarter
  double largest_m = 1800;
};

// Places that the animal came to now and then, as it might come to somebody's fields: cells of the
// grid that it visited at least `fewest_visits` times, but not more often than the median of such
// cells. The first zone is where it came most often of these, each next one lies farthest from
// those before it; a zone's middle is the mean of the fixes in its cell, its size and outline
// follow from its number. Fixes are taken one an hour, and their order in time counts for nothing
// but visits, so the rule knows nothing of how the animal approached.
zones::ZoneMap drawn_zones(const Track& track, const DrawingRule& rule = {});

}  // namespace sengi::movement
