// SPDX-License-Identifier: Apache-2.0
#include "zones/zone_map.h"

#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <numbers>

namespace sengi::zones {
namespace {

constexpr std::array<std::string_view, 7> own_words = {"risk",  "farm", "settlement", "safe",
                                                       "water", "road", "other"};

// What people and OpenStreetMap write.
const std::map<std::string, std::uint8_t, std::less<>>& other_words() {
  using namespace geo;
  static const std::map<std::string, std::uint8_t, std::less<>> words = {
      {"risky", risk},         {"high-risk", risk},      {"high risk", risk},
      {"danger", risk},        {"poaching", risk},       {"hotspot", risk},
      {"farmland", farm},      {"farmyard", farm},       {"field", farm},
      {"fields", farm},        {"crop", farm},           {"crops", farm},
      {"cropland", farm},      {"agriculture", farm},    {"orchard", farm},
      {"vineyard", farm},      {"plantation", farm},     {"shamba", farm},
      {"village", settlement}, {"town", settlement},     {"residential", settlement},
      {"protected", safe},     {"park", safe},           {"reserve", safe},
      {"national_park", safe}, {"nature_reserve", safe}, {"waterhole", water},
      {"river", water},        {"lake", water},          {"highway", road},
      {"railway", road}};
  return words;
}

double ring_area_km2(const Ring& ring) {
  constexpr double radius_km = 6371.0072;  // of the sphere of the same surface
  constexpr double radians = std::numbers::pi / 180 / 1e7;
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    twice += static_cast<double>(b.longitude_e7 - a.longitude_e7) * radians *
             (std::sin(static_cast<double>(a.latitude_e7) * radians) +
              std::sin(static_cast<double>(b.latitude_e7) * radians));
  }
  return std::abs(twice) / 2 * radius_km * radius_km;
}

}  // namespace

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names(own_words.begin(), own_words.end());
  return names;
}

std::vector<std::string> names_of_kinds(std::uint8_t kinds) {
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < own_words.size(); ++bit) {
    if ((kinds >> bit & 1) != 0) names.emplace_back(own_words[bit]);
  }
  return names;
}

std::string words_of_kinds(std::uint8_t kinds) {
  std::string words;
  for (const std::string& name : names_of_kinds(kinds)) {
    words += (words.empty() ? "" : " and ") + name;
  }
  return words;
}

std::optional<std::uint8_t> kind_named(std::string_view word) {
  std::string lower;
  for (const char c : word) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (std::size_t bit = 0; bit < own_words.size(); ++bit) {
    if (lower == own_words[bit]) return static_cast<std::uint8_t>(1U << bit);
  }
  const auto found = other_words().find(lower);
  if (found == other_words().end()) return std::nullopt;
  return found->second;
}

std::size_t polygons_in(const ZoneMap& map) {
  std::size_t count = 0;
  for (const ZoneArea& zone : map.zones) count += zone.polygons.size();
  return count;
}

std::size_t corners_in(const ZoneMap& map) {
  std::size_t count = 0;
  for (const ZoneArea& zone : map.zones) {
    for (const Rings& polygon : zone.polygons) {
      for (const Ring& ring : polygon) count += ring.size();
    }
  }
  return count;
}

double area_km2(const ZoneArea& zone) {
  double area = 0;
  for (const Rings& polygon : zone.polygons) {
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      area += (i == 0 ? 1 : -1) * ring_area_km2(polygon[i]);
    }
  }
  return area;
}

}  // namespace sengi::zones
