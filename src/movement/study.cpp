// SPDX-License-Identifier: Apache-2.0
#include "movement/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "zones/compact.h"

namespace sengi::movement {
namespace {

// An animal made ready: its zones as the device has them, its true entries, its thinned tracks.
struct Subject {
  const StudyAnimal* animal;
  std::vector<std::uint8_t> bytes;
  std::vector<Entry> entries;
  double weeks;
  std::map<std::uint32_t, Track> taken;  // by interval
  std::map<std::uint32_t, std::vector<Example>> examples;

  geo::Zones zones() const { return geo::Zones(bytes); }
};

Result<Subject> prepared(const StudyAnimal& animal, const StudyOptions& options) {
  if (animal.zones.zones.empty()) {
    return Error{fmt::format("{}: no zones to warn of", animal.track.animal)};
  }
  if (animal.track.fixes.size() < 2) {
    return Error{fmt::format("{}: fewer than two fixes", animal.track.animal)};
  }
  SENGI_TRY(bytes, zones::to_compact(animal.zones, {.names = false}));
  Subject subject{&animal, std::move(bytes), {}, weeks_of(animal.track), {}, {}};
  EntryRule rule;
  rule.kinds = options.kinds;
  subject.entries = entries_of(animal.track, subject.zones(), rule);
  for (const std::uint32_t interval_s : options.intervals_s) {
    if (!fine_enough(animal.track, interval_s)) continue;
    Track taken = resampled(animal.track, interval_s);
    subject.examples[interval_s] = examples_of(animal.track, taken, subject.zones(), options.kinds);
    subject.taken[interval_s] = std::move(taken);
  }
  return subject;
}

Result<std::vector<Subject>> all_prepared(const std::vector<StudyAnimal>& animals,
                                          const StudyOptions& options) {
  std::vector<Subject> subjects;
  for (const StudyAnimal& animal : animals) {
    SENGI_TRY(subject, prepared(animal, options));
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

Judgement judged(const Subject& subject, std::uint32_t interval_s, const StudyOptions& options,
                 const geo::ApproachModel& model, const geo::WarningSpec& spec,
                 std::vector<Alert>* alerts = nullptr) {
  Watch seen = watch(subject.taken.at(interval_s), subject.zones(), options.kinds, model, spec);
  Judgement judgement = judge(seen, subject.entries, subject.weeks);
  if (alerts != nullptr) *alerts = std::move(seen.alerts);
  return judgement;
}

// The longest median leads without more than a false alert a week anywhere.
geo::WarningSpec best_spec(const std::vector<const Subject*>& subjects, const StudyOptions& options,
                           const geo::ApproachModel& model) {
  constexpr std::array<std::uint16_t, 3> starts = {200, 300, 400};
  constexpr std::array<std::uint16_t, 4> steps = {20, 40, 70, 100};
  constexpr double longest_min = 120;
  constexpr double most_a_week = 1;
  constexpr double penalty_min = 120;  // for a false alert a week more than that
  geo::WarningSpec best;
  double most = -1e12;
  for (const std::uint16_t start : starts) {
    for (const std::uint16_t step : steps) {
      geo::WarningSpec spec;
      spec.start_permille = start;
      spec.step_permille = step;
      double score = 0;
      for (const Subject* subject : subjects) {
        for (const auto& [interval_s, taken] : subject->taken) {
          const Judgement j = judged(*subject, interval_s, options, model, spec);
          if (j.weeks <= 0) continue;
          const double rate = static_cast<double>(j.false_alerts) / j.weeks;
          score += std::min(quantile(j.lead_min, 0.5), longest_min) -
                   penalty_min * std::max(0.0, rate - most_a_week);
        }
      }
      if (score <= most) continue;
      most = score;
      best = spec;
    }
  }
  return best;
}

Result<StudyFold> learned(const std::vector<const Subject*>& subjects,
                          const StudyOptions& options) {
  std::vector<Example> examples;
  for (const Subject* subject : subjects) {
    for (const auto& [interval_s, some] : subject->examples) {
      examples.insert(examples.end(), some.begin(), some.end());
    }
  }
  SENGI_TRY(model, fit_approach(examples));
  return StudyFold{{}, model, best_spec(subjects, options, model)};
}

std::vector<Reliability> reliability_of(const std::vector<Example>& examples,
                                        const geo::ApproachModel& model) {
  std::vector<Reliability> tenths(10);
  for (const Example& e : examples) {
    const std::uint16_t permille = geo::probability_permille(e.features, model);
    Reliability& tenth = tenths[std::min<std::size_t>(permille / 100U, 9)];
    tenth.predicted += permille / 1000.0;
    tenth.came += e.entered ? 1 : 0;
    ++tenth.examples;
  }
  std::erase_if(tenths, [](const Reliability& r) { return r.examples == 0; });
  for (Reliability& tenth : tenths) {
    tenth.predicted /= static_cast<double>(tenth.examples);
    tenth.came /= static_cast<double>(tenth.examples);
  }
  return tenths;
}

}  // namespace

bool fine_enough(const Track& track, std::uint32_t interval_s) {
  const double moments = weeks_of(track) * 7 * 86400 / interval_s;
  return static_cast<double>(resampled(track, interval_s).fixes.size()) * 3 >= moments * 2;
}

Result<StudyFold> learn(const std::vector<StudyAnimal>& animals, const StudyOptions& options) {
  SENGI_TRY(subjects, all_prepared(animals, options));
  std::vector<const Subject*> all;
  for (const Subject& subject : subjects) all.push_back(&subject);
  return learned(all, options);
}

Result<Study> run_study(const std::vector<StudyAnimal>& animals, const StudyOptions& options) {
  if (animals.empty()) return Error{"no track to study"};
  if (options.rotate && animals.size() < 2) {
    return Error{"one animal alone: to judge it by others it takes two at least"};
  }
  SENGI_TRY(subjects, all_prepared(animals, options));
  Study study;
  for (const Subject& subject : subjects) {
    StudyFold fold{{}, geo::default_approach_model, {}};
    if (options.rotate) {
      std::vector<const Subject*> others;
      for (const Subject& other : subjects) {
        if (&other != &subject) others.push_back(&other);
      }
      SENGI_TRY(found, learned(others, options));
      fold = found;
    }
    fold.judged = subject.animal->track.animal;
    for (const auto& [interval_s, taken] : subject.taken) {
      StudyRow row{fold.judged, interval_s, {}, {}, {}, {}};
      row.judgement = judged(subject, interval_s, options, fold.model, fold.spec, &row.alerts);
      const auto& examples = subject.examples.at(interval_s);
      if (!examples.empty()) row.brier = brier(examples, fold.model);
      row.reliability = reliability_of(examples, fold.model);
      study.rows.push_back(std::move(row));
    }
    study.folds.push_back(std::move(fold));
  }
  for (const std::uint32_t interval_s : options.intervals_s) {
    const bool any = std::any_of(study.rows.begin(), study.rows.end(),
                                 [&](const StudyRow& row) { return row.interval_s == interval_s; });
    if (!any) study.too_fine_s.push_back(interval_s);
  }
  return study;
}

std::vector<StudyTotal> totals(const Study& study) {
  std::map<std::uint32_t, StudyTotal> by_interval;
  for (const StudyRow& row : study.rows) {
    StudyTotal& total = by_interval[row.interval_s];
    total.interval_s = row.interval_s;
    ++total.animals;
    Judgement& sum = total.judgement;
    const Judgement& j = row.judgement;
    sum.entries += j.entries;
    sum.approaches += j.approaches;
    sum.warned += j.warned;
    sum.seen_inside += j.seen_inside;
    sum.false_alerts += j.false_alerts;
    sum.weeks += j.weeks;
    sum.lead_min.insert(sum.lead_min.end(), j.lead_min.begin(), j.lead_min.end());
    sum.plain_min.insert(sum.plain_min.end(), j.plain_min.begin(), j.plain_min.end());
  }
  std::vector<StudyTotal> all;
  for (auto& [interval_s, total] : by_interval) all.push_back(std::move(total));
  return all;
}

}  // namespace sengi::movement
