// SPDX-License-Identifier: Apache-2.0
#include "movement/track.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/files.h"
#include "base/text.h"
#include "movement/track_parts.h"

namespace sengi::movement {
namespace {

std::string lines_text(const std::vector<std::size_t>& lines) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(lines.size(), shown); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", lines[i]);
  }
  return text + (lines.size() > shown ? " ..." : "");
}

// Fixes that neither the one before nor the one after can be reached from in time.
std::vector<RawFix> without_leaps(const std::vector<RawFix>& fixes, double fastest_km_per_h,
                                  std::vector<std::size_t>& lines) {
  const auto leap = [&](const RawFix& a, const RawFix& b) {
    const double hours = (b.fix.time_s - a.fix.time_s) / 3600.0;
    constexpr double scatter_km = 0.2;
    return geo::distance_m(a.fix.position, b.fix.position) / 1000.0 >
           fastest_km_per_h * hours + scatter_km;
  };
  std::vector<RawFix> kept;
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    const bool from = !kept.empty() && leap(kept.back(), fixes[i]);
    const bool onward = i + 1 < fixes.size() && leap(fixes[i], fixes[i + 1]);
    // The first may be the wrong one: then the second and third agree.
    const bool first_wrong = kept.empty() && onward && i + 2 < fixes.size() &&
                             !leap(fixes[i + 1], fixes[i + 2]) && leap(fixes[i], fixes[i + 2]);
    // Where it agrees with what follows, the leap is a gap in the record rather than its fault.
    if ((from && (onward || i + 1 == fixes.size())) || first_wrong) {
      lines.push_back(fixes[i].line);
    } else if (from && !kept.empty() && i + 1 < fixes.size() && !leap(kept.back(), fixes[i + 1])) {
      lines.push_back(fixes[i].line);
    } else {
      kept.push_back(fixes[i]);
    }
  }
  return kept;
}

}  // namespace

std::string fixes_text(std::size_t count) {
  return count == 1 ? "1 fix" : with_thousands(count) + " fixes";
}

TrackFile put_in_order(std::map<std::string, std::vector<RawFix>> animals, std::string_view file,
                       const TrackOptions& options) {
  TrackFile out;
  for (auto& [animal, fixes] : animals) {
    const auto note = [&, &name = animal](std::size_t count, std::string_view what,
                                          const std::vector<std::size_t>& lines) {
      if (count == 0) return;
      out.notes.push_back(fmt::format("{}: {}: {} {}{}", file, name, fixes_text(count), what,
                                      lines.empty() ? "" : "; lines " + lines_text(lines)));
    };
    const auto earlier = [](const RawFix& a, const RawFix& b) {
      return a.fix.time_s < b.fix.time_s;
    };
    std::vector<std::size_t> lines;
    for (std::size_t i = 1; i < fixes.size(); ++i) {
      if (earlier(fixes[i], fixes[i - 1])) lines.push_back(fixes[i].line);
    }
    note(lines.size(), "earlier than the one before; put in order", lines);
    std::stable_sort(fixes.begin(), fixes.end(), earlier);

    lines.clear();
    std::vector<RawFix> single;
    for (const RawFix& fix : fixes) {
      if (single.empty() || single.back().fix.time_s != fix.fix.time_s) {
        single.push_back(fix);
      } else {
        lines.push_back(fix.line);
      }
    }
    note(lines.size(), "of a time that another has; left out", lines);

    lines.clear();
    const std::vector<RawFix> kept = without_leaps(single, options.fastest_km_per_h, lines);
    note(lines.size(),
         fmt::format("that it would reach only faster than {:g} km/h; left out",
                     options.fastest_km_per_h),
         lines);
    Track track{animal, {}};
    for (const RawFix& fix : kept) track.fixes.push_back(fix.fix);
    out.tracks.push_back(std::move(track));
  }
  return out;
}

Result<TrackFile> read_tracks(const std::filesystem::path& path, const TrackOptions& options) {
  SENGI_TRY(text, read_text(path));
  const std::size_t start = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  const bool xml = start != std::string::npos && text[start] == '<';
  return xml ? parse_gpx(text, path.string(), options)
             : parse_track_table(text, path.string(), options);
}

Track resampled(const Track& track, std::uint32_t interval_s) {
  Track out{track.animal, {}};
  const std::uint32_t late_s = std::min<std::uint32_t>(interval_s / 2, 600);
  std::size_t i = 0;
  while (i < track.fixes.size()) {
    const std::uint32_t time_s = track.fixes[i].time_s;
    const std::uint32_t past = time_s % interval_s;
    if (past <= late_s) {
      out.fixes.push_back(track.fixes[i]);
      const std::uint32_t due = time_s - past + interval_s;
      while (i < track.fixes.size() && track.fixes[i].time_s < due) ++i;
    } else {
      ++i;
    }
  }
  return out;
}

std::uint32_t median_interval_s(const Track& track) {
  if (track.fixes.size() < 2) return 0;
  std::vector<std::uint32_t> gaps;
  for (std::size_t i = 1; i < track.fixes.size(); ++i) {
    gaps.push_back(track.fixes[i].time_s - track.fixes[i - 1].time_s);
  }
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return *middle;
}

geo::Position between(const geo::Fix& a, const geo::Fix& b, std::uint32_t time_s) {
  const std::int64_t whole = b.time_s - a.time_s;
  const std::int64_t part = time_s - a.time_s;
  const std::int64_t north = std::int64_t{b.position.latitude_e7} - a.position.latitude_e7;
  const std::int64_t east = geo::longitude_difference_e7(a.position, b.position);
  return {static_cast<std::int32_t>(a.position.latitude_e7 + north * part / whole),
          geo::wrapped_longitude_e7(a.position.longitude_e7 + east * part / whole)};
}

std::string time_text(std::uint32_t time_s) {
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::gmtime(static_cast<std::time_t>(time_s)));
}

}  // namespace sengi::movement
