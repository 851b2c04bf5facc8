// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"
#include "evaluate/page.h"
#include "movement/study.h"
#include "movement/study_parts.h"
#include "movement/track_parts.h"

namespace sengi::movement {
namespace {

namespace page = evaluate::page;

// Degrees to the picture: the track and its zones fill its width.
class MapFrame {
 public:
  static constexpr double width = 900;

  explicit MapFrame(const StudyAnimal& animal) : origin_(animal.track.fixes.front().position) {
    for (const geo::Fix& fix : animal.track.fixes) take(place(fix.position));
    for (const zones::ZoneArea& zone : animal.zones.zones) {
      for (const zones::Rings& polygon : zone.polygons) {
        for (const zones::Point& p : polygon[0]) near_.push_back(place(p));
      }
    }
    // Zones far from where it ever was are left outside the picture.
    const double reach_x = 0.5 * (east_ - west_) + 5000;
    const double reach_y = 0.5 * (north_ - south_) + 5000;
    const double w = west_ - reach_x, e = east_ + reach_x, s = south_ - reach_y,
                 n = north_ + reach_y;
    for (const Spot& spot : near_) {
      if (spot.x > w && spot.x < e && spot.y > s && spot.y < n) take(spot);
    }
    const double margin = 0.02 * std::max(east_ - west_, north_ - south_) + 100;
    west_ -= margin;
    east_ += margin;
    south_ -= margin;
    north_ += margin;
    scale_ = width / (east_ - west_);
  }

  struct Spot {
    double x;
    double y;
  };
  double height() const { return (north_ - south_) * scale_; }
  double kilometre() const { return 1000 * scale_; }
  Spot of(geo::Position p) const { return drawn(place(p)); }
  Spot of(const zones::Point& p) const { return drawn(place(p)); }

 private:
  Spot place(geo::Position p) const {
    const geo::Scale scale = geo::Scale::at(origin_.latitude_e7);
    return {scale.east_dm(geo::longitude_difference_e7(origin_, p)) / 10.0,
            scale.north_dm(std::int64_t{p.latitude_e7} - origin_.latitude_e7) / 10.0};
  }
  Spot place(const zones::Point& p) const {
    std::int64_t longitude = (p.longitude_e7 + geo::half_turn_e7) % geo::turn_e7;
    if (longitude < 0) longitude += geo::turn_e7;
    return place(geo::Position{static_cast<std::int32_t>(p.latitude_e7),
                               static_cast<std::int32_t>(longitude - geo::half_turn_e7)});
  }
  void take(Spot s) {
    west_ = std::min(west_, s.x);
    east_ = std::max(east_, s.x);
    south_ = std::min(south_, s.y);
    north_ = std::max(north_, s.y);
  }
  Spot drawn(Spot s) const { return {(s.x - west_) * scale_, (north_ - s.y) * scale_}; }

  geo::Position origin_;
  std::vector<Spot> near_;
  double west_ = 1e12, east_ = -1e12, south_ = 1e12, north_ = -1e12, scale_ = 1;
};

std::string track_path(const Track& track, const MapFrame& frame) {
  std::string path;
  std::uint32_t last_s = 0;
  MapFrame::Spot last{-1e9, -1e9};
  for (const geo::Fix& fix : track.fixes) {
    const MapFrame::Spot spot = frame.of(fix.position);
    const bool gap = path.empty() || fix.time_s - last_s > EntryRule{}.longest_s;
    last_s = fix.time_s;
    if (!gap && std::hypot(spot.x - last.x, spot.y - last.y) < 0.7) continue;  // not to be seen
    path += fmt::format("{}{:.1f} {:.1f}", gap ? 'M' : 'L', spot.x, spot.y);
    last = spot;
  }
  return path;
}

std::string zone_svg(const zones::ZoneArea& zone, const MapFrame& frame) {
  std::string path;
  for (const zones::Rings& polygon : zone.polygons) {
    for (const zones::Ring& ring : polygon) {
      for (std::size_t i = 0; i < ring.size(); ++i) {
        const MapFrame::Spot spot = frame.of(ring[i]);
        path += fmt::format("{}{:.1f} {:.1f}", i == 0 ? 'M' : 'L', spot.x, spot.y);
      }
      path += 'Z';
    }
  }
  return fmt::format(
      R"(<path d="{}" fill="#d9822b" fill-opacity="0.35" fill-rule="evenodd" stroke="#a65300"><title>{} ({})</title></path>)",
      path, page::text(zone.name.empty() ? fmt::format("zone {}", zone.id) : zone.name),
      page::text(zones::words_of_kinds(zone.kinds)));
}

// A dot where the animal went in, a cross where it did not: to be told apart without colours too.
std::string alert_svg(const Alert& alert, const MapFrame& frame) {
  const MapFrame::Spot spot = frame.of(alert.position);
  const std::string shape =
      alert.right
          ? R"(d="M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0" fill="#1a7f37" stroke="#fff" stroke-width="0.8")"
          : R"(d="M-4-4L4 4M-4 4L4-4" stroke="#cf222e" stroke-width="2.4")";
  return fmt::format(
      R"svg(<path transform="translate({:.1f} {:.1f})" {}><title>{} UTC: heading into zone {} ({} %), {}</title></path>)svg",
      spot.x, spot.y, shape, time_text(alert.raised_s), alert.zone_id, (alert.permille + 5) / 10,
      alert.right ? fmt::format("and it went in before {}", time_text(alert.ended_s))
                  : "but it did not go in");
}

std::string map_svg(const StudyAnimal& animal, const StudyRow& row) {
  const MapFrame frame(animal);
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 {0:.0f} {1:.0f}" role="img" aria-label="Map of {2}: track, zones and alerts">)"
      R"(<path d="{3}" fill="none" stroke="currentColor" stroke-opacity="0.45" stroke-width="0.7"/>)",
      MapFrame::width, frame.height(), page::text(animal.track.animal),
      track_path(animal.track, frame));
  for (const zones::ZoneArea& zone : animal.zones.zones) svg += zone_svg(zone, frame);
  for (const Alert& alert : row.alerts) svg += alert_svg(alert, frame);
  // A bar of 1, 2 or 5 times a power of ten kilometres, at most a quarter of the width.
  double bar_km = 0.1;
  for (const double next : {0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    if (next * frame.kilometre() <= MapFrame::width / 4) bar_km = next;
  }
  svg += fmt::format(
      R"(<path d="M10 {0:.1f}h{1:.1f}" stroke="currentColor" stroke-width="2"/><text x="10" y="{2:.1f}" font-size="12" fill="currentColor">{3:g} km</text></svg>)",
      frame.height() - 8, bar_km * frame.kilometre(), frame.height() - 14, bar_km);
  return svg;
}

std::vector<std::string> cells(const std::string& name, std::uint32_t interval_s,
                               const Judgement& j) {
  const Rate rate = false_rate(j);
  return {page::text(name),
          interval_text(interval_s),
          fmt::format("{:.1f}", j.weeks),
          fmt::format("{}", j.approaches),
          page::percent(share_warned(j), 0),
          fmt::format("{:.0f}", quantile(j.lead_min, 0.5)),
          fmt::format("{:.0f} to {:.0f}", quantile(j.lead_min, 0.25), quantile(j.lead_min, 0.75)),
          fmt::format("{:.2f} ({:.2f} to {:.2f})", rate.a_week, rate.low, rate.high),
          fmt::format("{:.0f}", quantile(j.plain_min, 0.5))};
}

page::Table table_of(const Study& study) {
  page::Table table;
  table.caption =
      "Entries that follow an approach: how many minutes before, and at how many false alerts. "
      "\"Inside now\" is the median of a collar that speaks only once a fix lies inside.";
  table.columns = {"animal",         "fixes",     "weeks",     "entries",
                   "warned of",      "lead, min", "quartiles", "false alerts a week (95 %)",
                   "inside now, min"};
  table.numeric = {false, true, true, true, true, true, true, true, true};
  for (const StudyRow& row : study.rows) {
    table.rows.push_back(cells(row.animal, row.interval_s, row.judgement));
  }
  for (const StudyTotal& total : totals(study)) {
    if (total.animals > 1) table.rows.push_back(cells("all", total.interval_s, total.judgement));
  }
  return table;
}

// Of an animal's rows, that of the shortest interval.
const StudyRow* finest(const Study& study, const std::string& animal) {
  const StudyRow* best = nullptr;
  for (const StudyRow& row : study.rows) {
    if (row.animal != animal) continue;
    if (best == nullptr || row.interval_s < best->interval_s) best = &row;
  }
  return best;
}

}  // namespace

std::string study_page(const Study& study, const std::vector<StudyAnimal>& animals,
                       const std::string& version) {
  page::Document document;
  document.title = "Warnings before zones";
  document.kicker = "sengi zones study";
  document.lead =
      "What a collar with these zones would have said along these tracks, and what of it was "
      "right.";
  document.charts = false;
  document.sections.push_back({"figures", "Figures", "", page::table(table_of(study))});
  for (std::size_t i = 0; i < animals.size(); ++i) {
    const StudyRow* row = finest(study, animals[i].track.animal);
    if (row == nullptr) continue;
    document.sections.push_back(
        {fmt::format("animal{}", i), page::text(animals[i].track.animal),
         fmt::format("{} to {}, {}; alerts with a fix every {}: a green dot where it went in, a "
                     "red cross where not. Point at one for its moment.",
                     time_text(animals[i].track.fixes.front().time_s),
                     time_text(animals[i].track.fixes.back().time_s),
                     fixes_text(animals[i].track.fixes.size()), interval_text(row->interval_s)),
         page::picture(map_svg(animals[i], *row), "Track, zones and alerts", "")});
  }
  document.foot = "sengi " + page::text(version);
  return page::render(document);
}

}  // namespace sengi::movement
