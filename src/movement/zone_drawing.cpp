// SPDX-License-Identifier: Apache-2.0
#include "movement/zone_drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <random>

#include "sengi/geo/position.h"

namespace sengi::movement {
namespace {

using CellIndex = std::pair<std::int64_t, std::int64_t>;

struct Cell {
  std::size_t visits = 0;
  std::uint32_t last_s = 0;
  std::size_t fixes = 0;
  double east_m = 0;  // sums
  double north_m = 0;
};

struct Place {
  std::size_t visits;
  double east_m;
  double north_m;
};

std::vector<Place> places_of(const Track& track, geo::Position origin, const DrawingRule& rule) {
  constexpr std::uint32_t elsewhere_s = 12 * 3600;
  std::map<CellIndex, Cell> cells;
  for (const geo::Fix& fix : track.fixes) {
    const geo::Offset offset = geo::offset(origin, fix.position);
    const double east = offset.east_dm / 10.0;
    const double north = offset.north_dm / 10.0;
    Cell& cell = cells[{static_cast<std::int64_t>(std::floor(east / rule.cell_m)),
                        static_cast<std::int64_t>(std::floor(north / rule.cell_m))}];
    if (cell.fixes == 0 || fix.time_s - cell.last_s > elsewhere_s) ++cell.visits;
    cell.last_s = fix.time_s;
    ++cell.fixes;
    cell.east_m += east;
    cell.north_m += north;
  }
  std::vector<Place> places;
  std::vector<std::size_t> visits;
  for (const auto& [index, cell] : cells) {
    if (cell.visits < rule.fewest_visits) continue;
    const auto fixes = static_cast<double>(cell.fixes);
    places.push_back({cell.visits, cell.east_m / fixes, cell.north_m / fixes});
    visits.push_back(cell.visits);
  }
  if (places.empty()) return places;
  std::sort(visits.begin(), visits.end());
  const std::size_t median = visits[visits.size() / 2];
  std::erase_if(places, [&](const Place& place) { return place.visits > median; });
  return places;
}

zones::Ring outline(geo::Position origin, const Place& place, std::size_t number,
                    const DrawingRule& rule) {
  std::mt19937 random(static_cast<std::uint32_t>(number));
  const auto share = [&] { return static_cast<double>(random() % 1024) / 1024; };
  const double radius = rule.smallest_m + (rule.largest_m - rule.smallest_m) * share();
  const double second = 2 * std::numbers::pi * share();
  const double third = 2 * std::numbers::pi * share();
  constexpr int corners = 20;
  zones::Ring ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners;
    const double r =
        radius * (1 + 0.15 * std::sin(2 * angle + second) + 0.1 * std::sin(3 * angle + third));
    const geo::Position p =
        geo::moved(origin, {static_cast<std::int32_t>(10 * (place.east_m + r * std::cos(angle))),
                            static_cast<std::int32_t>(10 * (place.north_m + r * std::sin(angle)))});
    // Beside the middle, whatever the date line.
    const std::int64_t east = geo::longitude_difference_e7(origin, p);
    ring.push_back({origin.longitude_e7 + east, p.latitude_e7});
  }
  return ring;
}

}  // namespace

zones::ZoneMap drawn_zones(const Track& track, const DrawingRule& rule) {
  zones::ZoneMap map;
  const Track hourly = resampled(track, 3600);
  if (hourly.fixes.empty()) return map;
  const geo::Position origin = hourly.fixes[hourly.fixes.size() / 2].position;
  std::vector<Place> places = places_of(hourly, origin, rule);
  std::vector<Place> chosen;
  const auto apart = [&](const Place& place) {
    double least = 1e12;
    for (const Place& other : chosen) {
      least =
          std::min(least, std::hypot(place.east_m - other.east_m, place.north_m - other.north_m));
    }
    return least;
  };
  while (chosen.size() < rule.zones && !places.empty()) {
    const auto next =
        std::max_element(places.begin(), places.end(), [&](const Place& a, const Place& b) {
          return chosen.empty() ? a.visits < b.visits : apart(a) < apart(b);
        });
    if (!chosen.empty() && apart(*next) < rule.apart_m) break;
    chosen.push_back(*next);
    places.erase(next);
  }
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto id = static_cast<std::uint16_t>(i + 1);
    map.zones.push_back({id,
                         fmt::format("{} {}", track.animal, id),
                         geo::farm,
                         {{outline(origin, chosen[i], i + 1, rule)}}});
  }
  return map;
}

}  // namespace sengi::movement
