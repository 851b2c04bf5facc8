// SPDX-License-Identifier: Apache-2.0
#include "movement/watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sengi::movement {

Watcher::Watcher(const geo::Zones& zones, std::uint8_t kinds, const geo::ApproachModel& model,
                 const geo::WarningSpec& spec)
    : monitor_(zones, kinds, model, spec) {}

geo::ZoneReport Watcher::push(const geo::Fix& fix) {
  const geo::ZoneReport report = monitor_.push(fix);
  if (going_ && report.state != geo::WarningState::heading_in) {
    seen_.alerts.back().ended_s = fix.time_s;
    going_ = false;
  }
  if (report.event == geo::WarningEvent::heading_in) {
    seen_.alerts.push_back({fix.time_s, fix.time_s, fix.position, report.zone_id, report.permille});
    going_ = true;
  }
  if (report.distance_m == 0) seen_.inside_s.push_back(fix.time_s);
  return report;
}

Watch Watcher::finish(std::uint32_t time_s) {
  if (going_) seen_.alerts.back().ended_s = time_s;
  going_ = false;
  return std::move(seen_);
}

Watch watch(const Track& track, const geo::Zones& zones, std::uint8_t kinds,
            const geo::ApproachModel& model, const geo::WarningSpec& spec) {
  Watcher watcher(zones, kinds, model, spec);
  for (const geo::Fix& fix : track.fixes) watcher.push(fix);
  return watcher.finish(track.fixes.empty() ? 0 : track.fixes.back().time_s);
}

Judgement judge(Watch& watch, const std::vector<Entry>& entries, double weeks) {
  Judgement j;
  j.weeks = weeks;
  j.entries = entries.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const auto alert = std::find_if(watch.alerts.begin(), watch.alerts.end(), [&](const Alert& a) {
      return a.raised_s <= entry.time_s && entry.time_s <= a.ended_s;
    });
    if (alert != watch.alerts.end()) alert->right = true;
    if (!entry.approach) continue;
    ++j.approaches;
    if (alert != watch.alerts.end()) ++j.warned;
    j.lead_min.push_back(alert == watch.alerts.end() ? 0 : (entry.time_s - alert->raised_s) / 60.0);
    const std::uint32_t next =
        i + 1 < entries.size() ? entries[i + 1].time_s : entry.time_s + 24 * 3600;
    const auto seen = std::lower_bound(watch.inside_s.begin(), watch.inside_s.end(), entry.time_s);
    if (seen == watch.inside_s.end() || *seen >= next) continue;
    ++j.seen_inside;
    j.plain_min.push_back(-static_cast<double>(*seen - entry.time_s) / 60);
  }
  j.false_alerts = static_cast<std::size_t>(std::count_if(watch.alerts.begin(), watch.alerts.end(),
                                                          [](const Alert& a) { return !a.right; }));
  return j;
}

double quantile(std::vector<double> numbers, double share) {
  if (numbers.empty()) return 0;
  std::sort(numbers.begin(), numbers.end());
  const double at = share * static_cast<double>(numbers.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, numbers.size() - 1);
  return numbers[low] + (at - std::floor(at)) * (numbers[high] - numbers[low]);
}

}  // namespace sengi::movement
