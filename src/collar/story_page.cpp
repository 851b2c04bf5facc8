// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "collar/story_parts.h"
#include "evaluate/page.h"

namespace sengi::collar {
namespace {

namespace page = evaluate::page;

struct Spot {
  double x;
  double y;
};

// Metres east and north of the track's first position to a picture that the track fills.
class Frame {
 public:
  static constexpr double width = 900;

  explicit Frame(const Story& story) : origin_(story.path.fixes.front().position) {
    for (const geo::Fix& fix : story.path.fixes) {
      if (fix.time_s >= story.life.from_s && fix.time_s <= story.life.to_s) take(fix.position);
    }
    const double margin = 0.12 * std::max(east_ - west_, north_ - south_) + 500;
    west_ -= margin;
    east_ += margin;
    south_ -= margin;
    north_ += margin;
    // Neither a ribbon nor a tower.
    const double least = 0.45 * (east_ - west_) - (north_ - south_);
    if (least > 0) south_ -= least / 2, north_ += least / 2;
    scale_ = width / (east_ - west_);
  }

  double height() const { return (north_ - south_) * scale_; }
  double kilometre() const { return 1000 * scale_; }
  Spot of(geo::Position p) const {
    const Spot m = metres(p);
    return {(m.x - west_) * scale_, (north_ - m.y) * scale_};
  }
  Spot of(const zones::Point& p) const {
    return of(geo::Position{static_cast<std::int32_t>(p.latitude_e7),
                            geo::wrapped_longitude_e7(p.longitude_e7)});
  }

 private:
  Spot metres(geo::Position p) const {
    const geo::Scale scale = geo::Scale::at(origin_.latitude_e7);
    return {scale.east_dm(geo::longitude_difference_e7(origin_, p)) / 10.0,
            scale.north_dm(std::int64_t{p.latitude_e7} - origin_.latitude_e7) / 10.0};
  }
  void take(geo::Position p) {
    const Spot m = metres(p);
    west_ = std::min(west_, m.x);
    east_ = std::max(east_, m.x);
    south_ = std::min(south_, m.y);
    north_ = std::max(north_, m.y);
  }

  geo::Position origin_;
  double west_ = 0, east_ = 0, south_ = 0, north_ = 0, scale_ = 1;
};

std::string track_svg(const Story& story, const Frame& frame) {
  std::string path;
  Spot last{-1e9, -1e9};
  std::uint32_t last_s = 0;
  for (const geo::Fix& fix : story.path.fixes) {
    if (fix.time_s < story.life.from_s || fix.time_s > story.life.to_s) continue;
    const Spot spot = frame.of(fix.position);
    const bool gap = path.empty() || fix.time_s - last_s > 6 * 3600;
    last_s = fix.time_s;
    if (!gap && std::hypot(spot.x - last.x, spot.y - last.y) < 0.8) continue;
    path += fmt::format("{}{:.1f} {:.1f}", gap ? 'M' : 'L', spot.x, spot.y);
    last = spot;
  }
  std::string dots;
  for (const Looked& fix : story.life.fixes) {
    const Spot spot = frame.of(fix.position);
    dots += fmt::format("M{:.1f} {:.1f}h0", spot.x, spot.y);
  }
  return fmt::format(
      R"(<path d="{}" fill="none" stroke="currentColor" stroke-opacity="0.4" stroke-width="0.8"/>)"
      R"(<path d="{}" fill="none" stroke="currentColor" stroke-opacity="0.55" stroke-width="2.2" stroke-linecap="round"/>)",
      path, dots);
}

std::string zone_svg(const zones::ZoneArea& zone, const Frame& frame) {
  std::string path;
  for (const zones::Rings& polygon : zone.polygons) {
    for (const zones::Ring& ring : polygon) {
      for (std::size_t i = 0; i < ring.size(); ++i) {
        const Spot spot = frame.of(ring[i]);
        path += fmt::format("{}{:.1f} {:.1f}", i == 0 ? 'M' : 'L', spot.x, spot.y);
      }
      path += 'Z';
    }
  }
  const bool risk = (zone.kinds & geo::risk) != 0;
  return fmt::format(
      R"(<path d="{}" fill="{}" fill-opacity="0.3" fill-rule="evenodd" stroke="{}"{}><title>{} ({})</title></path>)",
      path, risk ? "#a40e26" : "#d9822b", risk ? "#a40e26" : "#a65300",
      risk ? R"( stroke-dasharray="6 3")" : "",
      page::text(zone.name.empty() ? fmt::format("zone {}", zone.id) : zone.name),
      page::text(zones::words_of_kinds(zone.kinds)));
}

// To be told apart by their forms: a triangle warns, a dot entered, a ring left, a square is all
// else.
std::string moment_svg(const Moment& moment, const Story& story, const Frame& frame) {
  if (!moment.event.has_position) return "";
  const char* form = R"(d="M-4-4h8v8h-8z" fill="#57606a" stroke="#fff")";
  if (moment.event.kind == link::EventKind::zone_warning) {
    form = R"(d="M0-7L6 5H-6z" fill="#bf8700" stroke="#fff")";
  } else if (moment.event.kind == link::EventKind::zone_entry) {
    form = R"(d="M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0" fill="#cf222e" stroke="#fff")";
  } else if (moment.event.kind == link::EventKind::zone_exit) {
    form = R"(d="M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0" fill="#fff" stroke="#1a7f37" stroke-width="2")";
  }
  const geo::Position position{moment.event.position.latitude_e7,
                               moment.event.position.longitude_e7};
  const Spot spot = frame.of(position);
  return fmt::format(
      R"svg(<path transform="translate({:.1f} {:.1f})" {}><title>{} UTC: {}</title></path>)svg",
      spot.x, spot.y, form, movement::time_text(moment.time_s),
      page::text(words_of(moment, *story.parts)));
}

std::string map_svg(const Story& story) {
  const Frame frame(story);
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="Map: track, zones and what the collar told">)",
      Frame::width, frame.height());
  for (const zones::ZoneArea& zone : story.parts->zones.zones) svg += zone_svg(zone, frame);
  svg += track_svg(story, frame);
  for (const Moment& moment : moments_of(story.life)) svg += moment_svg(moment, story, frame);
  double bar_km = 0.1;
  for (const double next : {0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    if (next * frame.kilometre() <= Frame::width / 4) bar_km = next;
  }
  return svg +
         fmt::format(
             R"(<path d="M10 {0:.1f}h{1:.1f}" stroke="currentColor" stroke-width="2"/><text x="10" y="{2:.1f}" font-size="12" fill="currentColor">{3:g} km</text></svg>)",
             frame.height() - 8, bar_km * frame.kilometre(), frame.height() - 14, bar_km);
}

page::Table moments_table(const Story& story) {
  page::Table table;
  table.caption = "What the collar told, and when the network had it";
  table.columns = {"UTC", "what", "heard"};
  table.numeric = {false, false, false};
  for (const Moment& moment : moments_of(story.life)) {
    table.rows.push_back({movement::time_text(moment.time_s),
                          page::text(words_of(moment, *story.parts)),
                          moment.heard_s == 0 ? "never" : movement::time_text(moment.heard_s)});
  }
  return table;
}

std::string days_section(const Story& story) {
  const std::vector<Day> days = days_of(story.life);
  if (days.empty()) return "";
  page::Table table;
  table.caption =
      "Minutes of each day, by the mean sun, that the windows of the accelerometer "
      "stand for";
  table.columns = {"day"};
  table.numeric = {false};
  const std::size_t count = days.front().minutes.size();
  for (std::size_t i = 0; i < count; ++i) {
    const bool named = story.parts->model && i < story.parts->model->labels().size();
    table.columns.push_back(
        page::text(named ? story.parts->model->labels()[i] : fmt::format("class {}", i)));
    table.numeric.push_back(true);
  }
  for (const Day& day : days) {
    std::vector<std::string> row = {movement::time_text(day.began_s + 43'200).substr(0, 10)};
    for (std::size_t i = 0; i < count; ++i) {
      row.push_back(i < day.minutes.size() ? fmt::format("{}", day.minutes[i]) : "");
    }
    table.rows.push_back(std::move(row));
  }
  return page::table(table);
}

}  // namespace

std::string page_of(const Story& story, const std::string& version) {
  page::Document document;
  document.title = story.name;
  document.kicker = "sengi run";
  document.charts = false;
  document.lead =
      fmt::format("{} to {}: the life of a collar on {}, and all that it told.{}{}",
                  movement::time_text(story.life.from_s), movement::time_text(story.life.to_s),
                  page::text(story.board),
                  story.made_track ? " The track is made: no animal went this way." : "",
                  story.made_accelerometer ? " So is what its accelerometer felt." : "");
  std::size_t warnings = 0;
  std::size_t entries = 0;
  for (const Moment& moment : moments_of(story.life)) {
    warnings += moment.event.kind == link::EventKind::zone_warning ? 1 : 0;
    entries += moment.event.kind == link::EventKind::zone_entry ? 1 : 0;
  }
  const double days = (story.life.to_s - story.life.from_s) / 86'400.0;
  document.opening =
      page::tiles({{"warnings", fmt::format("{}", warnings), "", std::nullopt},
                   {"entries", fmt::format("{}", entries), "", std::nullopt},
                   {"positions", fmt::format("{}", story.life.fixes.size()), "", std::nullopt},
                   {"a day", fmt::format("{:.1f} mAh", microamp_hours(story) / 1000 / days), "",
                    page::Source::modelled}});
  document.sections.push_back(
      {"map", "Where it went",
       "Triangles: warned. Red dots: went in. Green rings: left. Dashed: places of danger; filled "
       "plain: farms. Point at one for its moment.",
       page::picture(map_svg(story), "Track (line), positions that the collar took (dots), zones",
                     page::table(moments_table(story)))});
  if (const std::string days_table = days_section(story); !days_table.empty()) {
    document.sections.push_back({"days", "What it did", "", days_table});
  }
  document.sections.push_back(
      {"figures", "Figures", "", "<pre>" + page::text(figures(story)) + "</pre>"});
  document.foot = "sengi " + page::text(version);
  return page::render(document);
}

}  // namespace sengi::collar
