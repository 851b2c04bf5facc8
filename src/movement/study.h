// SPDX-License-Identifier: Apache-2.0
// How well the collar's warnings would have served over tracks that were recorded.
//
// Each track is thinned to each interval of fixes (only where its own fixes come often enough:
// making some up between two fixes would tell the collar where the animal goes next), runs through
// the device's logic, and is judged by what all of its fixes show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "movement/approach_fit.h"
#include "movement/poisson.h"
#include "movement/track.h"
#include "movement/watch.h"
#include "sengi/geo/zone_monitor.h"
#include "zones/zone_map.h"

namespace sengi::movement {

struct StudyAnimal {
  Track track;
  zones::ZoneMap zones;
};

struct StudyOptions {
  std::vector<std::uint32_t> intervals_s = {300, 900, 1200, 1800, 3600, 7200, 14400};
  std::uint8_t kinds = geo::every_kind;  // that are watched
  // Model and thresholds for each animal from the others alone, instead of those that ship.
  bool rotate = false;
};

// Predictions that lie between two tenths, and how many of them came true.
struct Reliability {
  double predicted = 0;  // mean
  double came = 0;       // share
  std::size_t examples = 0;
};

struct StudyRow {
  std::string animal;
  std::uint32_t interval_s;
  Judgement judgement;
  std::vector<Alert> alerts;
  Brier brier;
  std::vector<Reliability> reliability;  // of tenths that have examples
};

// What an animal was judged with.
struct StudyFold {
  std::string judged;
  geo::ApproachModel model;
  geo::WarningSpec spec;
};

struct Study {
  std::vector<StudyRow> rows;             // by animal, then interval
  std::vector<StudyFold> folds;           // one an animal
  std::vector<std::uint32_t> too_fine_s;  // intervals that no track has fixes for
};

// All animals' rows of an interval as one: leads together, weeks and false alerts added.
struct StudyTotal {
  std::uint32_t interval_s;
  std::size_t animals;
  Judgement judgement;
};
std::vector<StudyTotal> totals(const Study& study);

// Errors: no animals; one without zones (naming it); with rotate fewer than two, or those of
// fit_approach().
Result<Study> run_study(const std::vector<StudyAnimal>& animals, const StudyOptions& options = {});

// Model and thresholds from animals, as rotate does it: the model by fit_approach() at all
// intervals, and of a few warning thresholds those with the longest median leads (each counted up
// to two hours) among those that keep every animal at every interval to a false alert a week.
Result<StudyFold> learn(const std::vector<StudyAnimal>& animals, const StudyOptions& options = {});

// Whether a track has fixes for two in three moments of a schedule.
bool fine_enough(const Track& track, std::uint32_t interval_s);

std::string to_text(const Study& study);
std::string to_json(const Study& study);

// A page that needs nothing else: the figures, and a map of each animal's track, zones and alerts.
std::string study_page(const Study& study, const std::vector<StudyAnimal>& animals,
                       const std::string& version);

// approach_model.h and the thresholds of warning.h, as learn() found them.
std::string model_as_cpp(const StudyFold& fold);

}  // namespace sengi::movement
