// SPDX-License-Identifier: Apache-2.0
// Zones and walks in metres around a place, for tests.
#pragma once

#include <cmath>
#include <random>

#include "movement/track.h"
#include "zones/compact.h"

namespace sengi::movement {

// A place, and which way its axes lie: what is said in metres there can be turned, mirrored and
// moved.
struct Scene {
  geo::Position origin = {-20'000'000, 300'000'000};
  double turned = 0;  // radians
  bool mirrored = false;

  geo::Position at(double east_m, double north_m) const {
    const double x = mirrored ? -east_m : east_m;
    const double c = std::cos(turned);
    const double s = std::sin(turned);
    return geo::moved(origin, {static_cast<std::int32_t>(std::lround(10 * (c * x - s * north_m))),
                               static_cast<std::int32_t>(std::lround(10 * (s * x + c * north_m)))});
  }

  // Zone 1, round to within a hundredth.
  std::vector<std::uint8_t> round_zone(double east_m, double north_m, double radius_m) const {
    zones::Ring ring;
    constexpr int corners = 64;
    for (int i = 0; i < corners; ++i) {
      const double angle = 2 * 3.14159265358979 * i / corners;
      const geo::Position p =
          at(east_m + radius_m * std::cos(angle), north_m + radius_m * std::sin(angle));
      ring.push_back({std::int64_t{origin.longitude_e7} + geo::longitude_difference_e7(origin, p),
                      p.latitude_e7});
    }
    return zones::to_compact({0, {{1, "", geo::farm, {{ring}}}}}).value();
  }
};

inline constexpr std::uint32_t some_day_s = 1'299'974'400;  // midnight, UTC

}  // namespace sengi::movement
