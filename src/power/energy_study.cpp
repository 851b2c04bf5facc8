// SPDX-License-Identifier: Apache-2.0
#include "power/energy_study.h"

#include <fmt/format.h>

#include <algorithm>

#include "zones/compact.h"

namespace sengi::power {
namespace {

// An animal made ready.
struct Subject {
  const movement::StudyAnimal* animal;
  std::vector<std::uint8_t> bytes;  // its zones
  std::vector<movement::Entry> entries;
  double weeks;
};

Result<std::vector<Subject>> prepared(const std::vector<movement::StudyAnimal>& animals,
                                      std::uint8_t kinds) {
  if (animals.empty()) return Error{"no track to study"};
  std::vector<Subject> subjects;
  for (const movement::StudyAnimal& animal : animals) {
    if (animal.zones.zones.empty()) {
      return Error{fmt::format("{}: no zones to warn of", animal.track.animal)};
    }
    if (animal.track.fixes.size() < 2) {
      return Error{fmt::format("{}: fewer than two fixes", animal.track.animal)};
    }
    SENGI_TRY(bytes, zones::to_compact(animal.zones, {.names = false}));
    movement::EntryRule rule;
    rule.kinds = kinds;
    Subject subject{&animal, std::move(bytes), {}, movement::weeks_of(animal.track)};
    subject.entries = movement::entries_of(animal.track, geo::Zones(subject.bytes), rule);
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

Ground ground_of(const Subject& subject, std::uint8_t kinds, const movement::StudyFold& fold) {
  return {&subject.animal->track, geo::Zones(subject.bytes), kinds, fold.model, fold.spec};
}

EnergyRow row_of(const Subject& subject, std::uint32_t interval_s, Life& life) {
  EnergyRow row;
  row.animal = subject.animal->track.animal;
  row.interval_s = interval_s;
  row.judgement = movement::judge(life.watch, subject.entries, subject.weeks);
  row.days = life.days;
  row.fixes = life.fixes.size();
  row.reports = life.reports;
  for (std::size_t i = 0; i < consumers; ++i) {
    row.uah[i] = static_cast<double>(life.ledger.charge_nah(static_cast<Consumer>(i))) / 1000;
  }
  return row;
}

void add(EnergyRow& sum, const EnergyRow& row) {
  movement::Judgement& s = sum.judgement;
  const movement::Judgement& j = row.judgement;
  s.entries += j.entries;
  s.approaches += j.approaches;
  s.warned += j.warned;
  s.seen_inside += j.seen_inside;
  s.false_alerts += j.false_alerts;
  s.weeks += j.weeks;
  s.lead_min.insert(s.lead_min.end(), j.lead_min.begin(), j.lead_min.end());
  s.plain_min.insert(s.plain_min.end(), j.plain_min.begin(), j.plain_min.end());
  sum.days += row.days;
  sum.fixes += row.fixes;
  sum.reports += row.reports;
  for (std::size_t i = 0; i < consumers; ++i) sum.uah[i] += row.uah[i];
}

struct Both {
  EnergyRow scheduled;
  std::vector<EnergyRow> fixed;
};

// One subject by schedule and by every interval that its track has fixes for.
Both lived(const Subject& subject, const Equipment& equipment, const movement::StudyFold& fold,
           const EnergyOptions& options, std::vector<Life::Step>& steps) {
  const Ground ground = ground_of(subject, options.kinds, fold);
  Life life = scheduled_life(ground, equipment, options.policy);
  steps.insert(steps.end(), life.steps.begin(), life.steps.end());
  Both both{row_of(subject, 0, life), {}};
  const double reports = life.days > 0 ? static_cast<double>(life.reports) / life.days : 0;
  const double listening =
      life.days > 0 ? static_cast<double>(life.listened_s) / (86400 * life.days) : 0;
  for (const std::uint32_t interval_s : options.intervals_s) {
    if (!movement::fine_enough(subject.animal->track, interval_s)) continue;
    Life fixed = fixed_life(ground, equipment, interval_s, reports, listening);
    both.fixed.push_back(row_of(subject, interval_s, fixed));
  }
  return both;
}

// All subjects' rows of an interval (0: scheduled) as one; only where all of them have it.
std::optional<EnergyRow> total(const std::vector<Both>& all, std::uint32_t interval_s) {
  EnergyRow sum;
  sum.interval_s = interval_s;
  for (const Both& both : all) {
    if (interval_s == 0) {
      add(sum, both.scheduled);
      continue;
    }
    const auto found =
        std::find_if(both.fixed.begin(), both.fixed.end(),
                     [&](const EnergyRow& row) { return row.interval_s == interval_s; });
    if (found == both.fixed.end()) return std::nullopt;
    add(sum, *found);
  }
  return sum;
}

// The rows [from, to) are fixed by interval; `scheduled` is another.
EnergyMark mark_of(const std::vector<EnergyRow>& rows, std::size_t from, std::size_t to,
                   std::size_t scheduled) {
  EnergyMark mark{rows[scheduled].animal, scheduled, std::nullopt};
  for (std::size_t i = from; i < to && !mark.fixed; ++i) {
    if (no_worse(rows[scheduled].judgement, rows[i].judgement)) mark.fixed = i;
  }
  return mark;
}

void enter(EnergyStudy& study, const std::vector<EnergyRow>& fixed, const EnergyRow& scheduled) {
  const std::size_t from = study.rows.size();
  study.rows.insert(study.rows.end(), fixed.begin(), fixed.end());
  study.rows.push_back(scheduled);
  const std::size_t last = study.rows.size() - 1;
  study.marks.push_back(mark_of(study.rows, from, last, last));
}

}  // namespace

double EnergyRow::uah_a_day() const {
  double sum = 0;
  for (const double one : uah) sum += one;
  return days <= 0 ? 0 : sum / days;
}

bool no_worse(const movement::Judgement& a, const movement::Judgement& b) {
  return a.warned >= b.warned && a.false_alerts <= b.false_alerts &&
         movement::quantile(a.lead_min, 0.5) >= movement::quantile(b.lead_min, 0.5);
}

double EnergyStudy::ratio(const EnergyMark& mark, const Battery& battery) const {
  if (!mark.fixed) return 0;
  return battery.days(rows[mark.scheduled].uah_a_day()) /
         battery.days(rows[*mark.fixed].uah_a_day());
}

Result<EnergyStudy> run_energy_study(const std::vector<movement::StudyAnimal>& animals,
                                     const Equipment& equipment, const EnergyOptions& options) {
  if (!options.policy.sound()) {
    return Error{fmt::format(
        "a budget of {} uAh a day does not pay for the longest intervals: these take {} uAh",
        options.policy.daily_budget_uah, (options.policy.least_nah() + 999) / 1000)};
  }
  if (options.rotate && animals.size() < 2) {
    return Error{"one animal alone: to judge it by others it takes two at least"};
  }
  SENGI_TRY(subjects, prepared(animals, options.kinds));
  EnergyStudy study;
  study.equipment = equipment;
  std::vector<Both> all;
  for (const Subject& subject : subjects) {
    movement::StudyFold fold{{}, geo::default_approach_model, {}};
    if (options.rotate) {
      std::vector<movement::StudyAnimal> others;
      for (const Subject& other : subjects) {
        if (&other != &subject) others.push_back(*other.animal);
      }
      movement::StudyOptions learning;
      learning.kinds = options.kinds;
      SENGI_TRY(found, movement::learn(others, learning));
      fold = found;
    }
    all.push_back(lived(subject, equipment, fold, options, study.steps));
    enter(study, all.back().fixed, all.back().scheduled);
  }
  if (all.size() > 1) {
    std::vector<EnergyRow> fixed;
    for (const std::uint32_t interval_s : options.intervals_s) {
      if (const auto sum = total(all, interval_s)) fixed.push_back(*sum);
    }
    enter(study, fixed, *total(all, 0));
  }
  return study;
}

}  // namespace sengi::power
