// SPDX-License-Identifier: Apache-2.0
// What the readers of tracks share.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "movement/track.h"

namespace sengi::movement {

struct RawFix {
  geo::Fix fix;
  std::size_t line;  // of the file, or the number of the point
};

// "1 fix", "2 fixes"
std::string fixes_text(std::size_t count);

// Fixes of each animal, as they stand in a file, in order and without what cannot be; what was done
// is told, with "FILE: ANIMAL: ".
TrackFile put_in_order(std::map<std::string, std::vector<RawFix>> animals, std::string_view file,
                       const TrackOptions& options);

}  // namespace sengi::movement
