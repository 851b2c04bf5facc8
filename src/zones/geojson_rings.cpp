// SPDX-License-Identifier: Apache-2.0
#include "zones/geojson_rings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "zones/geometry.h"

namespace sengi::zones {
namespace {

using nlohmann::json;
using Severity = Finding::Severity;

class RingReader {
 public:
  RingReader(const json& ring, const std::string& path, const GeoJsonOptions& options,
             std::vector<Finding>& findings)
      : ring_(ring), path_(path), options_(options), findings_(findings) {}

  // None where it cannot be used.
  std::optional<SourceRing> read() {
    if (!ring_.is_array()) return refuse(path_, "a ring is a list of positions");
    std::vector<Point> positions;
    for (std::size_t i = 0; i < ring_.size(); ++i) {
      const auto p = position(i);
      if (!p) return std::nullopt;
      positions.push_back(*p);
    }
    unwrap(positions);
    if (!positions.empty() && !close(positions)) return std::nullopt;
    return without_repeats(positions);
  }

 private:
  std::nullopt_t refuse(const std::string& path, std::string what) {
    findings_.push_back({Severity::error, path, std::move(what)});
    return std::nullopt;
  }
  void note(std::string what) { findings_.push_back({Severity::note, path_, std::move(what)}); }

  std::optional<Point> position(std::size_t i) {
    const json& pair = ring_[i];
    const std::string path = fmt::format("{}[{}]", path_, i);
    if (!pair.is_array() || pair.size() < 2 || !pair[0].is_number() || !pair[1].is_number()) {
      return refuse(path, "a position is [longitude, latitude], two numbers of degrees");
    }
    const auto longitude = pair[0].get<double>();
    const auto latitude = pair[1].get<double>();
    const bool latitude_good = std::abs(latitude) <= 90;
    const bool longitude_good = std::abs(longitude) <= 360;
    if (latitude_good && longitude_good) {
      return Point{std::llround(longitude * 1e7), std::llround(latitude * 1e7)};
    }
    if (std::abs(longitude) > 540 || std::abs(latitude) > 540) {
      return refuse(path,
                    fmt::format("[{}, {}] are no degrees; metres of another reference system? "
                                "GeoJSON is in WGS 84 (ogr2ogr -t_srs EPSG:4326)",
                                longitude, latitude));
    }
    if (!latitude_good && std::abs(longitude) <= 90) {
      return refuse(path, fmt::format("latitude {} is beyond the pole: longitude and latitude are "
                                      "probably swapped; GeoJSON has longitude first",
                                      latitude));
    }
    return refuse(path,
                  latitude_good
                      ? fmt::format("longitude {} is more than once round the Earth", longitude)
                      : fmt::format("latitude {} is beyond the pole", latitude));
  }

  // A side that jumps from one side of the date line to the other crosses it.
  void unwrap(std::vector<Point>& positions) {
    std::int64_t turn = 0;
    bool jumped = false;
    for (std::size_t i = 1; i < positions.size(); ++i) {
      const std::int64_t step = positions[i].longitude_e7 + turn - positions[i - 1].longitude_e7;
      // A full turn exactly is the side of a box around the whole Earth.
      if (std::abs(step) > geo::half_turn_e7 && std::abs(step) < geo::turn_e7) {
        turn += step > 0 ? -geo::turn_e7 : geo::turn_e7;
        jumped = true;
      }
      positions[i].longitude_e7 += turn;
    }
    if (jumped) note("a side jumps over the date line; read as crossing it");
  }

  bool close(std::vector<Point>& positions) {
    const bool closed = positions.size() > 1 && positions.front() == positions.back();
    if (closed) {
      positions.pop_back();
      return true;
    }
    if (positions.front().latitude_e7 == positions.back().latitude_e7 &&
        (positions.front().longitude_e7 - positions.back().longitude_e7) % geo::turn_e7 == 0 &&
        positions.size() > 1) {
      refuse(path_, "it goes round a pole; cut it along a meridian");
      return false;
    }
    if (options_.repair) {
      note("closed, since its last position was not its first");
      return true;
    }
    refuse(path_, "an open ring: its last position is not its first; add it, or use --repair");
    return false;
  }

  std::optional<SourceRing> without_repeats(const std::vector<Point>& positions) {
    SourceRing ring;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      if (!ring.corners.empty() && ring.corners.back() == positions[i]) continue;
      ring.corners.push_back(positions[i]);
      ring.positions.push_back(i);
    }
    while (ring.corners.size() > 1 && ring.corners.back() == ring.corners.front()) {
      ring.corners.pop_back();
      ring.positions.pop_back();
    }
    if (ring.corners.size() < 3) {
      return refuse(path_,
                    "fewer than three corners that differ by 1e-7 degree (a centimetre); "
                    "leave it out");
    }
    if (ring.corners.size() > std::numeric_limits<std::uint16_t>::max()) {
      return refuse(path_, fmt::format("{} corners; a ring can have 65,535: simplify it",
                                       ring.corners.size()));
    }
    if (const std::size_t repeats = positions.size() - ring.corners.size(); repeats > 0) {
      note(fmt::format("{} repeated {} left out", repeats, repeats == 1 ? "corner" : "corners"));
    }
    return ring;
  }

  const json& ring_;
  const std::string& path_;
  const GeoJsonOptions& options_;
  std::vector<Finding>& findings_;
};

// Whole turns by which a hole is moved to lie where the outline is.
void bring_near(Ring& hole, const Ring& outline) {
  const auto less = [](const Point& a, const Point& b) { return a.longitude_e7 < b.longitude_e7; };
  const auto [west, east] = std::minmax_element(outline.begin(), outline.end(), less);
  const auto [hole_west, hole_east] = std::minmax_element(hole.begin(), hole.end(), less);
  std::int64_t turn = 0;
  if (hole_east->longitude_e7 < west->longitude_e7) turn = geo::turn_e7;
  if (hole_west->longitude_e7 > east->longitude_e7) turn = -geo::turn_e7;
  for (Point& p : hole) p.longitude_e7 += turn;
}

// Outlines turn left and holes right (RFC 7946, section 3.1.6). Devices do not care.
void wind(SourceRing& ring, bool outline, const std::string& path, std::vector<Finding>& findings) {
  const double turn = turning(ring.corners);
  if (turn == 0 || (turn > 0) == outline) return;
  std::reverse(ring.corners.begin(), ring.corners.end());
  std::reverse(ring.positions.begin(), ring.positions.end());
  findings.push_back({Severity::note, path,
                      outline ? "the outline was drawn clockwise; turned round"
                              : "the hole was drawn anticlockwise; turned round"});
}

double distance_to_side(const Point& a, const Point& b, double x, double y) {
  const auto ax = static_cast<double>(a.longitude_e7) / 1e7 - x;
  const auto ay = static_cast<double>(a.latitude_e7) / 1e7 - y;
  const auto dx = static_cast<double>(b.longitude_e7 - a.longitude_e7) / 1e7;
  const auto dy = static_cast<double>(b.latitude_e7 - a.latitude_e7) / 1e7;
  const double along = std::clamp(-(ax * dx + ay * dy) / (dx * dx + dy * dy), 0.0, 1.0);
  return std::hypot(ax + along * dx, ay + along * dy);
}

}  // namespace

Rings SourcePolygon::corners() const {
  Rings plain;
  for (const SourceRing& ring : rings) plain.push_back(ring.corners);
  return plain;
}

SourcePolygon read_polygon(const json& coordinates, const std::string& path,
                           const GeoJsonOptions& options, std::vector<Finding>& findings) {
  SourcePolygon polygon{{}, path, true};
  if (!coordinates.is_array() || coordinates.empty()) {
    findings.push_back({Severity::error, path, "a polygon is a list of rings, one at least"});
    polygon.good = false;
    return polygon;
  }
  for (std::size_t i = 0; i < coordinates.size(); ++i) {
    const std::string ring_path = fmt::format("{}[{}]", path, i);
    auto ring = RingReader(coordinates[i], ring_path, options, findings).read();
    if (!ring) {
      polygon.good = false;
      continue;
    }
    if (polygon.good && i > 0) bring_near(ring->corners, polygon.rings[0].corners);
    wind(*ring, i == 0, ring_path, findings);
    polygon.rings.push_back(std::move(*ring));
  }
  return polygon;
}

std::string path_near(const std::vector<SourcePolygon>& polygons, double longitude,
                      double latitude) {
  double least = std::numeric_limits<double>::max();
  std::string path;
  for (const SourcePolygon& polygon : polygons) {
    for (std::size_t r = 0; r < polygon.rings.size(); ++r) {
      const SourceRing& ring = polygon.rings[r];
      for (std::size_t i = 0; i < ring.corners.size(); ++i) {
        const Point& next = ring.corners[(i + 1) % ring.corners.size()];
        const double apart = distance_to_side(ring.corners[i], next, longitude, latitude);
        if (apart >= least) continue;
        least = apart;
        path = fmt::format("{}[{}][{}]", polygon.path, r, ring.positions[i]);
      }
    }
  }
  return path;
}

}  // namespace sengi::zones
