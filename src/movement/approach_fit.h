// SPDX-License-Identifier: Apache-2.0
// The weights of the device's approach model, from tracks.
//
// At every fix of every track, at each interval, each zone within the monitor's reach that the
// animal is outside of gives an example: the device's own features, and whether the animal was in
// that zone within six hours. Examples of one track at one interval weigh as much together as those
// of any other. Weights are those of greatest likelihood with a small ridge, by Newton's method;
// those whose sign the header of approach.h promises are held at 0 where the data would have it
// otherwise.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "movement/entries.h"
#include "movement/track.h"
#include "sengi/geo/approach.h"
#include "sengi/geo/zones.h"

namespace sengi::movement {

struct Example {
  geo::ApproachFeatures features;
  bool entered = false;
  double weight = 1;
};

// Of one track at one interval. `full` says when it truly entered, `taken` are the fixes that the
// device gets.
std::vector<Example> examples_of(const Track& full, const Track& taken, const geo::Zones& zones,
                                 std::uint8_t kinds = geo::every_kind);

// Errors: no example of an entry, or none without.
Result<geo::ApproachModel> fit_approach(std::span<const Example> examples);

// The mean squared difference between probability and what came (Brier 1950), and that of always
// saying the mean.
struct Brier {
  double model;
  double constant;
};
Brier brier(std::span<const Example> examples, const geo::ApproachModel& model);

}  // namespace sengi::movement
