// SPDX-License-Identifier: Apache-2.0
// Whether a field needs water, by what its sensors say of the soil: the root zone's balance of FAO
// Irrigation and Drainage Paper 56 (Allen, Pereira, Raes and Smith 1998, chapter 8), with moisture
// measured instead of reckoned from the weather.
//
//   TAW = 1000 (field capacity - wilting point) root depth    mm that a plant can take (eq. 82)
//   RAW = p TAW                                               of these without stress (eq. 83)
//   Dr  = 1000 (field capacity - moisture) root depth         mm that are missing (eq. 87)
//
// Water is due when Dr has reached RAW; Dr brings the soil back to field capacity.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sengi::station {

struct Soil {
  double field_capacity = 0.25;  // m3 of water a m3 of soil, after it has drained
  double wilting_point = 0.10;   // likewise
  double root_m = 0.4;
  double depletion = 0.5;   // p: the share of TAW that is readily available
  double efficiency = 0.9;  // of what is given, what reaches the roots
  double lead_days = 2;     // ahead of when water is due, it is due soon
};

// Moisture of the root zone.
struct Moisture {
  std::int64_t time_ms = 0;
  double value = 0;
};

enum class Water : std::uint8_t { enough, soon, due };
std::string_view name_of(Water water);

struct WaterAdvice {
  Water water = Water::enough;
  double moisture = 0;    // the median of the last three, of which a lone outlier is never one
  double missing_mm = 0;  // Dr; not below 0
  double readily_mm = 0;  // RAW
  double give_mm = 0;     // to bring it back to field capacity, with what is lost on the way
  std::optional<double> days_left;  // until water is due, at the pace of the last three days; 0
                                    // when it is; none where the soil does not dry
};

// `history` by time, without doubles; what is older than three days does not count for the pace.
// None where it is empty. The pace is the median of the slopes between all pairs (Theil 1950, Sen
// 1968), so rain or a fault at one end does not make it.
std::optional<WaterAdvice> advise(const Soil& soil, std::span<const Moisture> history);

}  // namespace sengi::station
