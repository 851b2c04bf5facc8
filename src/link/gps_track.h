// SPDX-License-Identifier: Apache-2.0
// Real collars' fixes for tests (../shared/data/elephant_gps).
#pragma once

#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sengi/link/fix.h"

namespace sengi::link {

inline std::string track_path(const std::string& name) {
  return std::string(SENGI_SHARED_DATA) + "/elephant_gps/" + name;
}

// Lines of "YYYY-MM-DDTHH:MM:SS...,lat,lon,..." after a head. Empty where the file is missing.
inline std::vector<Fix> read_track(const std::string& name) {
  std::ifstream file(track_path(name));
  std::vector<Fix> fixes;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::tm day{};
    double latitude = 0;
    double longitude = 0;
    const int read =
        std::sscanf(line.c_str(), "%d-%d-%d%*c%d:%d:%d%*[^,],%lf,%lf", &day.tm_year, &day.tm_mon,
                    &day.tm_mday, &day.tm_hour, &day.tm_min, &day.tm_sec, &latitude, &longitude);
    if (read != 8) continue;
    day.tm_year -= 1900;
    day.tm_mon -= 1;
    fixes.push_back({static_cast<std::uint32_t>(timegm(&day)),
                     static_cast<std::int32_t>(std::lround(latitude * 1e7)),
                     static_cast<std::int32_t>(std::lround(longitude * 1e7)), true});
  }
  return fixes;
}

// The fixes that a collar with this interval would have kept; a tenth of it is no lateness.
inline std::vector<Fix> thinned(const std::vector<Fix>& fixes, std::uint32_t interval_s) {
  std::vector<Fix> kept;
  for (const Fix& fix : fixes) {
    if (kept.empty() || fix.time_s - kept.back().time_s >= interval_s - interval_s / 10) {
      kept.push_back(fix);
    }
  }
  return kept;
}

// Along a great circle (haversine), with the equator's radius, which is the least favourable.
inline double metres_between(const Fix& a, const Fix& b) {
  const double radians = 3.14159265358979323846 / 180 * 1e-7;
  const double latitudes = (b.latitude_e7 - a.latitude_e7) * radians;
  const double longitudes =
      (static_cast<double>(b.longitude_e7) - static_cast<double>(a.longitude_e7)) * radians;
  const double h = std::pow(std::sin(latitudes / 2), 2) + std::cos(a.latitude_e7 * radians) *
                                                              std::cos(b.latitude_e7 * radians) *
                                                              std::pow(std::sin(longitudes / 2), 2);
  return 2 * 6'378'137.0 * std::asin(std::sqrt(h));
}

}  // namespace sengi::link
