// SPDX-License-Identifier: Apache-2.0
// The compact form that devices read (SPEC.md, "Zones"; sengi/geo/zones.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "sengi/geo/zones_check.h"
#include "zones/zone_map.h"

namespace sengi::zones {

struct CompactOptions {
  bool names = true;  // without them a device knows zones by their ids alone
};

// Errors: more than 65,535 zones, polygons of a zone, rings of a polygon or corners of a ring; a
// name of more than 255 bytes; ids that do not rise; a corner beyond a pole, or a polygon more than
// once round the Earth.
Result<std::vector<std::uint8_t>> to_compact(const ZoneMap& map,
                                             const CompactOptions& options = {});

// Errors: what check() finds, in words.
Result<ZoneMap> from_compact(std::span<const std::uint8_t> bytes, const std::string& file);

std::string words_of(geo::ZonesFault fault);

// A header of a firmware that has the bytes as `inline constexpr std::uint8_t NAME[]`, a comment
// a zone, wrapped at 100 columns.
// Errors: those of to_compact().
Result<std::string> compact_as_cpp(const ZoneMap& map, const std::string& name,
                                   const CompactOptions& options = {});

}  // namespace sengi::zones
