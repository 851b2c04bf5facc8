// SPDX-License-Identifier: Apache-2.0
// How long a collar's battery lasts under the scheduler, against fixes at fixed intervals that warn
// no better.
//
// The mark of a schedule is the shortest fixed interval that it is no worse than: entries warned of
// and median lead at least as many, false alerts no more. Who wanted that quality from a fixed
// interval would need that one, and its days of battery are what the schedule's are held against.
// Both collars carry the same accelerometer and send and listen as much.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "movement/study.h"
#include "power/equipment.h"
#include "power/life.h"

namespace sengi::power {

struct EnergyOptions {
  std::vector<std::uint32_t> intervals_s = {1200, 1800, 3600, 7200, 14400};
  std::uint8_t kinds = geo::every_kind;
  Policy policy;
  // Model and thresholds of the warnings for each animal from the others alone.
  bool rotate = false;
};

// One animal with one way to look, or all of them.
struct EnergyRow {
  std::string animal;            // empty: all
  std::uint32_t interval_s = 0;  // 0: scheduled
  movement::Judgement judgement;
  double days = 0;  // that the tracks cover
  std::uint64_t fixes = 0;
  std::uint64_t reports = 0;
  double uah[consumers] = {};  // spent, by consumer

  double uah_a_day() const;
};

// What a schedule came to, of an animal or of all.
struct EnergyMark {
  std::string animal;                // empty: all
  std::size_t scheduled;             // row
  std::optional<std::size_t> fixed;  // row of the mark; none: each warned better in something
};

struct EnergyStudy {
  std::vector<EnergyRow> rows;  // by animal, fixed by interval and then scheduled; all at the end
  std::vector<EnergyMark> marks;
  std::vector<Life::Step> steps;  // of the scheduled lives, for the picture
  Equipment equipment;

  // Days of battery, scheduled over fixed; 0 where there is no mark.
  double ratio(const EnergyMark& mark, const Battery& battery) const;
};

// Whether `a` warns no worse than `b`, judged on the same entries.
bool no_worse(const movement::Judgement& a, const movement::Judgement& b);

// Errors: those of movement::run_study(); a policy that is not sound.
Result<EnergyStudy> run_energy_study(const std::vector<movement::StudyAnimal>& animals,
                                     const Equipment& equipment, const EnergyOptions& options);

std::string to_text(const EnergyStudy& study);
std::string to_json(const EnergyStudy& study);

// A page that needs nothing else: the figures, the interval over the distance, the charge by
// consumer.
std::string energy_page(const EnergyStudy& study, const std::string& version);

}  // namespace sengi::power
