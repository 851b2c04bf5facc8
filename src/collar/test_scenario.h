// SPDX-License-Identifier: Apache-2.0
// A small life for tests: a made elephant among two fields and a place of danger.
#pragma once

#include <vector>

#include "collar/host_device.h"
#include "collar/life.h"
#include "collar/made_track.h"
#include "link/uplink.h"
#include "zones/compact.h"

namespace sengi::collar {

inline constexpr std::uint8_t test_key[16] = {0x6E, 0x1F, 0x93, 0x40, 0xC7, 0x08, 0x5B, 0xD2,
                                              0xA9, 0x34, 0x7D, 0xE6, 0x11, 0xBC, 0x60, 0xF5};

// A square of so many kilometres around a place east and north of another.
inline zones::ZoneArea square_zone(std::uint16_t id, std::uint8_t kinds, geo::Position home,
                                   double east_km, double north_km, double side_km) {
  const auto corner = [&](double x, double y) {
    const geo::Position p =
        geo::moved(home, {static_cast<std::int32_t>(10'000 * (east_km + x * side_km / 2)),
                          static_cast<std::int32_t>(10'000 * (north_km + y * side_km / 2))});
    return zones::Point{p.longitude_e7, p.latitude_e7};
  };
  return {id, "", kinds, {{{corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)}}}};
}

inline zones::ZoneMap test_zones(geo::Position home = MadeTrack{}.home) {
  return {7,
          {square_zone(1, geo::farm, home, 4, 3, 2), square_zone(2, geo::farm, home, -5, -2, 3),
           square_zone(3, geo::risk, home, 0, -6, 2)}};
}

inline Begin test_begin() {
  Begin begin;
  begin.currents = {{150, 400'000, 2'500'000, 4'400'000, 1'100'000, 60'000, 100, 500'000}};
  for (std::size_t i = 0; i < sizeof begin.key; ++i) begin.key[i] = test_key[i];
  return begin;
}

// Rows that shake while the animal walks and only hum while it does not.
inline std::vector<std::int16_t> shaking(std::uint32_t time_s, bool moves) {
  std::vector<std::int16_t> rows;
  std::uint32_t state = time_s * 2654435761U + 1;
  for (int i = 0; i < 40 * 3; ++i) {
    state = state * 1664525U + 1013904223U;
    const auto noise = static_cast<std::int32_t>(state >> 24) - 128;
    rows.push_back(static_cast<std::int16_t>(i % 3 * 4000 + (moves ? 40 * noise : noise / 8)));
  }
  return rows;
}

inline Scenario test_scenario(std::uint32_t days, std::uint32_t seed = 3) {
  Scenario scenario;
  scenario.track = make_track({.seed = seed, .days = days});
  scenario.made = true;
  scenario.begin = test_begin();
  scenario.seed = seed;
  scenario.window = [](std::uint32_t t) { return shaking(t, t / 1800 % 3 != 0); };
  return scenario;
}

inline Image test_image(std::span<const std::uint8_t> zones) {
  return {link::firmware_version(0, 1, 0), 1, 5, zones, usual_layout};
}

// The uplinks of a kind that the network heard.
template <typename Message>
std::vector<Message> heard(const Life& life) {
  std::vector<Message> messages;
  for (const Sent& sent : life.sent) {
    const auto uplink = link::decode_uplink(sent.bytes, sent.port);
    if (!sent.heard || !uplink.ok()) continue;
    if (const auto* one = std::get_if<Message>(&uplink.value())) messages.push_back(*one);
  }
  return messages;
}

}  // namespace sengi::collar
