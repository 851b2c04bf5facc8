// SPDX-License-Identifier: Apache-2.0
#include "data/series_blocks.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <cmath>
#include <ctime>

namespace sengi::data {

std::string utc(double since_1970_s) {
  constexpr double year_1 = -62'135'596'800;
  constexpr double year_9999 = 253'402'300'799;
  const double sound = std::isnan(since_1970_s) ? 0 : std::clamp(since_1970_s, year_1, year_9999);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(static_cast<std::time_t>(std::floor(sound))));
}

std::string block_of(double since_1970_s, double days) {
  if (days <= 0) return {};
  constexpr double day_s = 24 * 3600;
  const std::string start = utc(std::floor(since_1970_s / (days * day_s)) * days * day_s);
  return days == std::floor(days) ? start.substr(0, 10) : start;
}

}  // namespace sengi::data
