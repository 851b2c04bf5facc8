// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <pugixml.hpp>

#include "base/text.h"
#include "data/csv.h"
#include "data/series_parts.h"
#include "movement/track_parts.h"

namespace sengi::movement {
namespace {

// The name without its namespace's prefix.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

template <typename Visitor>
void for_each_child(const pugi::xml_node& node, std::string_view name, Visitor visit) {
  for (const pugi::xml_node& child : node.children()) {
    if (local_name(child) == name) visit(child);
  }
}

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  void track(const pugi::xml_node& trk) {
    std::string animal;
    for_each_child(trk, "name",
                   [&](const pugi::xml_node& name) { animal = data::trimmed(name.child_value()); });
    if (animal.empty()) animal = std::filesystem::path(file_).stem().string();
    for_each_child(trk, "trkseg", [&](const pugi::xml_node& segment) {
      for_each_child(segment, "trkpt", [&](const pugi::xml_node& p) { point(p, animal); });
    });
  }

  std::map<std::string, std::vector<RawFix>> animals;
  std::size_t points = 0;
  std::size_t bad = 0;
  std::string first_bad;

 private:
  void point(const pugi::xml_node& node, const std::string& animal) {
    ++points;
    const auto latitude = data::number_in(node.attribute("lat").value());
    const auto longitude = data::number_in(node.attribute("lon").value());
    std::string time;
    for_each_child(node, "time", [&](const pugi::xml_node& t) { time = t.child_value(); });
    const auto moment = data::moment_in(time);
    const bool place =
        latitude && longitude && std::abs(*latitude) <= 90 && std::abs(*longitude) <= 180;
    if (!place || !moment || moment->second < 0 ||
        moment->second > std::numeric_limits<std::uint32_t>::max()) {
      if (bad++ == 0) {
        first_bad = fmt::format("point {}: lat '{}', lon '{}', time '{}'", points,
                                node.attribute("lat").value(), node.attribute("lon").value(), time);
      }
      return;
    }
    animals[animal].push_back({{static_cast<std::uint32_t>(moment->second),
                                {static_cast<std::int32_t>(std::lround(*latitude * 1e7)),
                                 static_cast<std::int32_t>(std::lround(*longitude * 1e7))}},
                               points});
  }

  std::string_view file_;
};

}  // namespace

Result<TrackFile> parse_gpx(std::string_view text, std::string_view file,
                            const TrackOptions& options) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
  if (!parsed) {
    return Error{
        fmt::format("{}: no XML: {} at byte {}", file, parsed.description(), parsed.offset)};
  }
  const pugi::xml_node root = document.document_element();
  if (local_name(root) != "gpx") {
    return Error{fmt::format("{}: no GPX: its root is '{}'", file, root.name())};
  }
  Reader reader(file);
  for_each_child(root, "trk", [&](const pugi::xml_node& trk) { reader.track(trk); });
  if (reader.points == 0) return Error{fmt::format("{}: no track points (trkpt)", file)};
  if (10 * reader.bad > reader.points || reader.animals.empty()) {
    return Error{fmt::format("{}: {} of {} points have no place or no time; the first: {}", file,
                             reader.bad, reader.points, reader.first_bad)};
  }
  TrackFile tracks = put_in_order(std::move(reader.animals), file, options);
  if (reader.bad > 0) {
    tracks.notes.push_back(fmt::format("{}: {} without a place or a time, left out; the first: {}",
                                       file, counted(reader.bad, "point"), reader.first_bad));
  }
  return tracks;
}

}  // namespace sengi::movement
