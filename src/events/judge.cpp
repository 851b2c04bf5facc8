// SPDX-License-Identifier: Apache-2.0
#include "events/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <set>

#include "evaluate/metrics.h"

namespace sengi::events {
namespace {

std::optional<double> share(std::size_t part, std::size_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<Event> at_least(const std::vector<Event>& found, double threshold) {
  std::vector<Event> sure;
  std::ranges::copy_if(found, std::back_inserter(sure),
                       [&](const Event& event) { return event.confidence >= threshold; });
  return sure;
}

Counts counts_of(const std::vector<Event>& marked, const std::vector<Event>& found,
                 const std::vector<std::optional<std::size_t>>& matched) {
  Counts counts;
  for (std::size_t f = 0; f < found.size(); ++f) {
    if (!matched[f]) {
      ++counts.false_alarms;
    } else if (marked[*matched[f]].label == found[f].label) {
      ++counts.right;
    } else {
      ++counts.wrong;
    }
  }
  counts.missed = marked.size() - counts.right - counts.wrong;
  return counts;
}

// Every confidence that something was found with, falling.
std::vector<double> thresholds(const std::vector<Recording>& recordings) {
  std::set<double, std::greater<>> all;
  for (const Recording& recording : recordings) {
    for (const Event& event : recording.found) all.insert(event.confidence);
  }
  return {all.begin(), all.end()};
}

// One more found event adds a pair or none, so a recording is gone through once for all thresholds.
std::vector<Point> curve_of_best(const std::vector<Recording>& recordings,
                                 const Matching& matching) {
  struct Step {
    double confidence;
    bool right;
  };
  std::vector<Step> steps;
  std::size_t marked = 0;
  for (const Recording& recording : recordings) {
    marked += recording.marked.size();
    std::vector<Event> found = recording.found;
    std::ranges::stable_sort(found, std::ranges::greater(), &Event::confidence);
    const auto counts = pairs_of_the_first(found.size(), recording.marked.size(),
                                           pairs_between(recording.marked, found, matching));
    for (std::size_t i = 0; i < found.size(); ++i) {
      steps.push_back({found[i].confidence, counts[i] > (i == 0 ? 0 : counts[i - 1])});
    }
  }
  std::ranges::stable_sort(steps, std::ranges::greater(), &Step::confidence);
  std::vector<Point> curve;
  Counts counts{.missed = marked};
  for (const Step& step : steps) {
    if (curve.empty() || curve.back().threshold != step.confidence) {
      curve.push_back({step.confidence, {}});
    }
    counts.right += step.right ? 1 : 0;
    counts.missed -= step.right ? 1 : 0;
    counts.false_alarms += step.right ? 0 : 1;
    curve.back().counts = counts;
  }
  return curve;
}

// Who comes first depends on who is there: each threshold anew, of many an even choice.
std::vector<Point> curve_of_first(const std::vector<Recording>& recordings,
                                  const Matching& matching) {
  constexpr std::size_t most = 256;
  const std::vector<double> all = thresholds(recordings);
  const std::size_t points = std::min(all.size(), most);
  std::vector<Point> curve;
  for (std::size_t i = 0; i < points; ++i) {
    const double threshold = all[points == 1 ? 0 : i * (all.size() - 1) / (points - 1)];
    Point point{threshold, {}};
    for (const Recording& recording : recordings) {
      const std::vector<Event> found = at_least(recording.found, threshold);
      point.counts += counts_of(recording.marked, found, match(recording.marked, found, matching));
    }
    curve.push_back(point);
  }
  return curve;
}

Result<double> threshold_for(const std::vector<Point>& curve, double hours, double an_hour) {
  if (hours <= 0) {
    return Error{"how many false alarms an hour there are needs the length of each recording"};
  }
  std::optional<double> lowest;
  for (const Point& point : curve) {
    if (static_cast<double>(point.counts.false_alarms) > an_hour * hours) break;
    lowest = point.threshold;
  }
  if (!lowest) {
    return Error{fmt::format(
        "no threshold gives {:g} false alarms an hour or fewer: the surest of what was found "
        "is one",
        an_hour)};
  }
  return *lowest;
}

// What was found where something with another label was marked, and nothing found that.
std::optional<std::string> other_label(std::size_t found, const std::vector<Event>& marked,
                                       const std::vector<Pair>& any_label,
                                       const std::vector<bool>& is_missed) {
  for (const Pair& pair : any_label) {
    if (pair.left == found && is_missed[pair.right]) return marked[pair.right].label;
  }
  return std::nullopt;
}

std::vector<Event> without_labels(std::vector<Event> events) {
  for (Event& event : events) event.label.clear();
  return events;
}

// Adds one recording to a judgement, and gives its counts.
Counts enter(Judgement& j, std::size_t index, const Recording& recording,
             const Matching& matching) {
  const std::vector<Event>& marked = recording.marked;
  std::vector<std::size_t> from;  // where in `found` it stands
  std::vector<Event> found;
  for (std::size_t i = 0; i < recording.found.size(); ++i) {
    if (recording.found[i].confidence < j.threshold) continue;
    from.push_back(i);
    found.push_back(recording.found[i]);
  }
  const auto matched = match(marked, found, matching);
  std::vector<bool> is_missed(marked.size(), true);
  for (const auto& mark : matched) {
    if (mark) is_missed[*mark] = false;
  }
  const std::vector<Pair> any_label =
      pairs_between(without_labels(marked), without_labels(found), matching);
  for (std::size_t f = 0; f < found.size(); ++f) {
    Fate fate{index, from[f], matched[f], {}};
    Counts& label = j.labels[found[f].label];
    if (!matched[f]) {
      ++label.false_alarms;
      fate.other = other_label(f, marked, any_label, is_missed);
    } else if (marked[*matched[f]].label == found[f].label) {
      ++label.right;
    } else {
      ++label.wrong;
      fate.other = marked[*matched[f]].label;
    }
    j.found.push_back(std::move(fate));
  }
  for (std::size_t m = 0; m < marked.size(); ++m) {
    Counts& label = j.labels[marked[m].label];
    if (!is_missed[m]) continue;
    ++label.missed;
    j.missed.emplace_back(index, m);
  }
  return counts_of(marked, found, matched);
}

// The middle 95 % of values; none of none.
std::optional<Range> middle_95(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const auto at = [&](double part) {
    const double place = part * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(values.size() - 1, below + 1);
    return std::lerp(values[below], values[above], place - std::floor(place));
  };
  return Range{at(0.025), at(0.975)};
}

// Than what so many of so many say by themselves (Wilson 1927), where all draws are alike.
std::optional<Range> no_narrower(std::optional<Range> drawn, std::size_t part, std::size_t whole) {
  if (!drawn) return drawn;
  const evaluate::Interval alone = evaluate::wilson_95(part, whole);
  return Range{std::min(drawn->low, alone.low), std::max(drawn->high, alone.high)};
}

struct Judged {
  Counts counts;
  double hours;
};

void say_how_sure(Judgement& j, const std::vector<Judged>& each, const JudgeOptions& options) {
  if (j.hours > 0) {
    const Range count = poisson_95(j.all.false_alarms);
    j.false_alarms_an_hour_95 = Range{count.low / j.hours, count.high / j.hours};
  }
  if (each.size() < 2) return;
  std::mt19937_64 random(options.seed);
  std::vector<double> precision, recall, f1, an_hour;
  for (std::uint64_t draw = 0; draw < options.draws; ++draw) {
    Counts sum;
    double hours = 0;
    for (std::size_t i = 0; i < each.size(); ++i) {
      const Judged& one = each[random() % each.size()];
      sum += one.counts;
      hours += one.hours;
    }
    if (const auto value = sum.precision()) precision.push_back(*value);
    if (const auto value = sum.recall()) recall.push_back(*value);
    if (const auto value = sum.f1()) f1.push_back(*value);
    if (j.hours > 0) an_hour.push_back(static_cast<double>(sum.false_alarms) / hours);
  }
  const Counts& all = j.all;
  j.precision_95 = no_narrower(middle_95(std::move(precision)), all.right,
                               all.right + all.false_alarms + all.wrong);
  j.recall_95 =
      no_narrower(middle_95(std::move(recall)), all.right, all.right + all.missed + all.wrong);
  j.f1_95 = middle_95(std::move(f1));
  if (const auto drawn = middle_95(std::move(an_hour))) {
    Range& range = *j.false_alarms_an_hour_95;
    range = {std::min(range.low, drawn->low), std::max(range.high, drawn->high)};
  }
}

}  // namespace

std::optional<double> Counts::precision() const {
  return share(right, right + false_alarms + wrong);
}
std::optional<double> Counts::recall() const { return share(right, right + missed + wrong); }
std::optional<double> Counts::f1() const {
  return share(2 * right, 2 * right + false_alarms + missed + 2 * wrong);
}

Counts& Counts::operator+=(const Counts& other) {
  right += other.right;
  false_alarms += other.false_alarms;
  missed += other.missed;
  wrong += other.wrong;
  return *this;
}

std::optional<double> Judgement::false_alarms_an_hour() const {
  if (hours <= 0) return std::nullopt;
  return static_cast<double>(all.false_alarms) / hours;
}

Result<Judgement> judge(const std::vector<Recording>& recordings, const JudgeOptions& options) {
  if (recordings.empty()) return Error{"there is no recording to judge by"};
  Judgement j;
  j.recordings = recordings.size();
  const bool known =
      std::ranges::all_of(recordings, [](const Recording& r) { return r.length_s > 0; });
  for (const Recording& recording : recordings) {
    if (known) j.hours += recording.length_s / 3600;
  }
  j.curve = options.matching.rule == Rule::first ? curve_of_first(recordings, options.matching)
                                                 : curve_of_best(recordings, options.matching);
  j.threshold = options.threshold;
  if (options.false_alarms_an_hour) {
    SENGI_TRY(threshold, threshold_for(j.curve, j.hours, *options.false_alarms_an_hour));
    j.threshold = threshold;
  }
  std::vector<Judged> each;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const Counts counts = enter(j, i, recordings[i], options.matching);
    j.all += counts;
    each.push_back({counts, recordings[i].length_s / 3600});
  }
  say_how_sure(j, each, options);
  return j;
}

Range poisson_95(std::size_t count) {
  // The chance of `most` or fewer where so many are expected.
  const auto chance = [](std::size_t most, double mean) {
    if (mean <= 0) return 1.0;
    double sum = 0;
    for (std::size_t k = 0; k <= most; ++k) {
      const auto n = static_cast<double>(k);
      sum += std::exp(n * std::log(mean) - mean - std::lgamma(n + 1));
    }
    return sum;
  };
  // The mean at which the chance has fallen to this.
  const auto mean_at = [&](std::size_t most, double wanted) {
    const auto k = static_cast<double>(most);
    double low = 0;
    double high = k + 10 * std::sqrt(k) + 20;
    for (int i = 0; i < 100; ++i) {
      const double middle = (low + high) / 2;
      (chance(most, middle) > wanted ? low : high) = middle;
    }
    return (low + high) / 2;
  };
  return {count == 0 ? 0 : mean_at(count - 1, 0.975), mean_at(count, 0.025)};
}

}  // namespace sengi::events
