// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "base/files.h"
#include "base/text.h"
#include "cli/zones.h"
#include "movement/study.h"
#include "movement/zone_drawing.h"
#include "sengi/geo/nearest.h"
#include "zones/compact.h"
#include "zones/geojson.h"

namespace sengi::cli {
namespace {

struct StudyInput {
  std::string zones;  // empty: drawn where each animal went
  std::vector<std::string> tracks;
  std::vector<double> intervals_min;
  std::string kind;
  std::string watch;
  std::string page;
  std::string drawn;  // folder for the zones that were drawn
  bool repair = false;
  bool rotate = false;
  bool fit = false;
};

// Nearest zone over some of the fixes, in decimetres.
std::uint32_t nearest_dm(const movement::Track& track, const geo::Zones& zones) {
  std::uint32_t least = 2'000'000'000;
  const std::size_t step = std::max<std::size_t>(1, track.fixes.size() / 200);
  for (std::size_t i = 0; i < track.fixes.size(); i += step) {
    geo::Near near[1];
    if (geo::nearest(zones, geo::every_kind, track.fixes[i].position, least, near, 1) == 1) {
      least = near[0].distance_dm;
    }
  }
  return least;
}

// Zones that no animal ever comes near to are more often a mistake than a place.
Result<void> zones_are_there(const zones::ZoneMap& map, const movement::Track& track,
                             const std::string& file) {
  constexpr std::uint32_t far_dm = 10'000'000;  // 1,000 km
  SENGI_TRY(bytes, zones::to_compact(map));
  if (nearest_dm(track, geo::Zones(bytes)) < far_dm) return {};
  zones::ZoneMap swapped = map;
  bool can_be = true;
  for (zones::ZoneArea& zone : swapped.zones) {
    for (zones::Rings& polygon : zone.polygons) {
      for (zones::Ring& ring : polygon) {
        for (zones::Point& p : ring) {
          std::swap(p.longitude_e7, p.latitude_e7);
          can_be = can_be && std::abs(p.latitude_e7) <= geo::pole_e7;
        }
      }
    }
  }
  if (can_be) {
    SENGI_TRY(others, zones::to_compact(swapped));
    if (nearest_dm(track, geo::Zones(others)) < far_dm) {
      return Error{
          fmt::format("{}: more than 1,000 km from {}, but near it with longitude and "
                      "latitude swapped; GeoJSON has longitude first",
                      file, track.animal)};
    }
  }
  return Error{fmt::format("{}: every zone is more than 1,000 km from {}", file, track.animal)};
}

Result<std::vector<movement::StudyAnimal>> animals_of(const StudyInput& input,
                                                      const Session& session) {
  zones::ZoneMap map;
  if (!input.zones.empty()) {
    SENGI_TRY(read, read_zones(input.zones, input.kind, input.repair));
    map = std::move(read);
  }
  std::vector<movement::StudyAnimal> animals;
  for (const std::string& path : input.tracks) {
    SENGI_TRY(file, movement::read_tracks(path));
    for (const std::string& note : file.notes) {
      if (session.talks()) SENGI_CHECK(say("note: " + note + "\n"));
    }
    for (movement::Track& track : file.tracks) {
      if (input.zones.empty()) {
        zones::ZoneMap drawn = movement::drawn_zones(track);
        if (!input.drawn.empty()) {
          SENGI_CHECK(write_result(
              session, std::filesystem::path(input.drawn) / (identifier(track.animal) + ".geojson"),
              zones::to_geojson(drawn)));
        }
        animals.push_back({std::move(track), std::move(drawn)});
      } else {
        SENGI_CHECK(zones_are_there(map, track, input.zones));
        animals.push_back({std::move(track), map});
      }
    }
  }
  return animals;
}

Result<Status> study(const StudyInput& input, const Session& session) {
  movement::StudyOptions options;
  options.rotate = input.rotate;
  SENGI_TRY(kinds, kinds_named(input.watch));
  options.kinds = kinds;
  if (!input.intervals_min.empty()) {
    options.intervals_s.clear();
    for (const double minutes : input.intervals_min) {
      if (!(minutes >= 1 && minutes <= 1440)) {
        return Error{fmt::format("--interval-min: {} is not within 1 to 1440 minutes", minutes)};
      }
      options.intervals_s.push_back(static_cast<std::uint32_t>(std::lround(minutes * 60)));
    }
  }
  SENGI_TRY(animals, animals_of(input, session));
  if (input.fit) {
    SENGI_TRY(fold, movement::learn(animals, options));
    SENGI_CHECK(say(movement::model_as_cpp(fold)));
    return Status::done;
  }
  SENGI_TRY(result, movement::run_study(animals, options));
  SENGI_CHECK(say(session.json ? movement::to_json(result) : movement::to_text(result)));
  if (!input.page.empty()) {
    SENGI_CHECK(
        write_result(session, input.page, movement::study_page(result, animals, SENGI_VERSION)));
  }
  return Status::done;
}

}  // namespace

void add_zones_study(CLI::App& zones, Session& session) {
  auto input = std::make_shared<StudyInput>();
  CLI::App* command =
      zones.add_subcommand("study", "How long before, and how often in vain, a collar would warn");
  command->add_option("ZONES", input->zones,
                      "GeoJSON or compact zones; without it some are drawn where each animal went");
  command->add_option("--track", input->tracks, "Tracks: CSV (Movebank's or others') or GPX")
      ->required();
  command->add_option(
      "--interval-min", input->intervals_min,
      "Minutes between fixes; else 5, 15, 20, 30, 60, 120, 240 where there are any");
  command->add_option("--kind", input->kind, "What zones are that do not say it");
  command->add_option("--watch", input->watch, "Kinds to warn of, as farm,risk; else all");
  command->add_flag("--repair", input->repair, "Mend zones that cross themselves");
  command->add_flag("--rotate", input->rotate,
                    "Judge each animal by a model that learned from the others");
  command->add_flag("--fit", input->fit,
                    "Print a model that learned from all of these animals, for a firmware");
  command->add_option("--page", input->page, "Write a page with a map of each animal");
  command->add_option("--drawn", input->drawn, "Write the zones that were drawn into this folder");
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "The device's own logic runs over each track, thinned to each interval. Lead time counts "
      "for\n"
      "entries after the animal was a kilometre away; an alert is false if it did not go in while\n"
      "the alert stood.\n\n"
      "Examples:\n"
      "  sengi zones study farms.geojson --track collar.csv --page warnings.html\n"
      "  sengi zones study --track a.csv b.csv c.csv --rotate");
  command->callback(
      [input, &session] { session.action = [input, &session] { return study(*input, session); }; });
}

}  // namespace sengi::cli
