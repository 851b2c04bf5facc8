// SPDX-License-Identifier: Apache-2.0
#include "movement/entries.h"

#include <algorithm>

#include "sengi/geo/nearest.h"

namespace sengi::movement {
namespace {

class Scan {
 public:
  Scan(const geo::Zones& zones, const EntryRule& rule) : zones_(zones), rule_(rule) {}

  void look(std::uint32_t time_s, geo::Position position) {
    geo::Near near[1];
    const std::uint32_t limit_dm = rule_.approach_m * 10;
    const std::size_t count =
        geo::nearest(zones_, rule_.kinds, position, std::max(limit_dm, 1U), near, 1);
    const bool in = count == 1 && near[0].distance_dm == 0;
    if (in && known_ && !inside_) entries.push_back({time_s, near[0].zone.id(), far_});
    if (in) far_ = false;
    if (count == 0) far_ = true;
    inside_ = in;
    known_ = true;
  }

  // Nothing is known of what happened.
  void gap() {
    known_ = false;
    far_ = false;
  }

  std::vector<Entry> entries;

 private:
  const geo::Zones& zones_;
  const EntryRule& rule_;
  bool known_ = false;
  bool inside_ = false;
  bool far_ = false;
};

}  // namespace

std::vector<Entry> entries_of(const Track& track, const geo::Zones& zones, const EntryRule& rule) {
  Scan scan(zones, rule);
  for (std::size_t i = 0; i < track.fixes.size(); ++i) {
    const geo::Fix& now = track.fixes[i];
    if (i > 0) {
      const geo::Fix& before = track.fixes[i - 1];
      if (now.time_s - before.time_s > rule.longest_s) {
        scan.gap();
      } else {
        for (std::uint32_t t = before.time_s + rule.step_s; t < now.time_s; t += rule.step_s) {
          scan.look(t, between(before, now, t));
        }
      }
    }
    scan.look(now.time_s, now.position);
  }
  return scan.entries;
}

double weeks_of(const Track& track, std::uint32_t longest_s) {
  double seconds = 0;
  for (std::size_t i = 1; i < track.fixes.size(); ++i) {
    const std::uint32_t gap = track.fixes[i].time_s - track.fixes[i - 1].time_s;
    if (gap <= longest_s) seconds += gap;
  }
  return seconds / (7 * 86400);
}

}  // namespace sengi::movement
