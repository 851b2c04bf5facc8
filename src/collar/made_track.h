// SPDX-License-Identifier: Apache-2.0
// A made elephant, for those who have no track at hand: a correlated random walk (Kareiva and
// Shigesada 1983, "Analyzing insect movement as a correlated random walk", Oecologia 56) whose
// steps and turns differ between resting, feeding and walking, which the time of day chooses
// between (elephants rest around midday and before dawn: Wyatt and Eltringham 1974, "The daily
// activity of the elephant in the Rwenzori National Park, Uganda"), drawn to a home and to water.
// It is no model of any animal, only a plausible one.
#pragma once

#include <cstdint>
#include <string>

#include "movement/track.h"

namespace sengi::collar {

struct MadeTrack {
  std::uint32_t seed = 1;
  std::uint32_t days = 30;
  std::uint32_t from_s = 1'767'225'600;  // 2026-01-01T00:00:00Z
  geo::Position home{156'800'000, -22'000'000};
  double home_km = 9;  // that it roams around it
  std::uint32_t interval_s = 60;
};

// The same options give the same track on every machine that has IEEE arithmetic.
movement::Track make_track(const MadeTrack& options);

// CSV as sengi reads it: timestamp_utc,lat,lon,id; the id begins with "made".
std::string to_csv(const movement::Track& track);

}  // namespace sengi::collar
