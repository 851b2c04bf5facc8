// SPDX-License-Identifier: Apache-2.0
#include "zones/geojson.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "zones/geojson_rings.h"
#include "zones/geometry.h"

namespace sengi::zones {
namespace {

using nlohmann::json;
using Severity = Finding::Severity;

// A member, or null where there is none.
const json& member(const json& object, const std::string& name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string type_of(const json& object) {
  const json& type = member(object, "type");
  return type.is_string() ? type.get<std::string>() : "";
}

class Reader {
 public:
  Reader(const GeoJsonOptions& options, GeoJsonZones& out) : options_(options), out_(out) {}

  // False where it is nothing of GeoJSON.
  bool read(const json& whole) {
    const std::string type = type_of(whole);
    refuse_other_systems(whole);
    if (type == "FeatureCollection") {
      const json& features = member(whole, "features");
      if (!features.is_array()) return false;
      for (std::size_t i = 0; i < features.size(); ++i) {
        feature(features[i], fmt::format("$.features[{}]", i));
      }
    } else if (type == "Feature") {
      feature(whole, "$");
    } else if (type.empty()) {
      return false;
    } else {
      zone(whole, json(), json(), "$", "$");
    }
    number_zones();
    return true;
  }

 private:
  void add(Severity severity, const std::string& path, std::string what) {
    out_.findings.push_back({severity, path, std::move(what)});
  }

  // GeoJSON of 2008 could name another reference system.
  void refuse_other_systems(const json& whole) {
    const json& name = member(member(member(whole, "crs"), "properties"), "name");
    if (!name.is_string()) return;
    const auto system = name.get<std::string>();
    for (const std::string_view known : {"CRS84", "4326"}) {
      if (system.find(known) != std::string::npos) return;
    }
    add(Severity::error, "$.crs",
        fmt::format("coordinates of {}; GeoJSON is in WGS 84: ogr2ogr -t_srs EPSG:4326", system));
  }

  void feature(const json& object, const std::string& path) {
    if (type_of(object) != "Feature") {
      return add(Severity::error, path, "not a Feature");
    }
    const json& properties = member(object, "properties");
    const json& id = member(object, "id");
    zone(member(object, "geometry"), properties, id.is_null() ? member(properties, "id") : id, path,
         path + ".geometry");
  }

  void zone(const json& geometry, const json& properties, const json& id, const std::string& path,
            const std::string& geometry_path) {
    std::vector<SourcePolygon> polygons;
    if (!gather(geometry, geometry_path, polygons) || polygons.empty()) return;
    ZoneArea area;
    area.name = name_of(properties);
    const auto kinds = kinds_of(properties, path);
    const bool good = std::all_of(polygons.begin(), polygons.end(),
                                  [](const SourcePolygon& p) { return p.good; });
    if (!good || !sound(polygons, geometry_path, area)) return;
    if (!kinds) return;
    area.kinds = *kinds;
    wanted_ids_.push_back(id_of(id, path));
    out_.map.zones.push_back(std::move(area));
  }

  // False where nothing can be made of it.
  bool gather(const json& geometry, const std::string& path, std::vector<SourcePolygon>& out) {
    const std::string type = type_of(geometry);
    const json& coordinates = member(geometry, "coordinates");
    if (type == "Polygon") {
      out.push_back(read_polygon(coordinates, path + ".coordinates", options_, out_.findings));
      return true;
    }
    if (type == "MultiPolygon") {
      if (!coordinates.is_array()) {
        add(Severity::error, path + ".coordinates", "a multipolygon is a list of polygons");
        return false;
      }
      for (std::size_t i = 0; i < coordinates.size(); ++i) {
        out.push_back(read_polygon(coordinates[i], fmt::format("{}.coordinates[{}]", path, i),
                                   options_, out_.findings));
      }
      return true;
    }
    if (type == "GeometryCollection" && member(geometry, "geometries").is_array()) {
      const json& parts = member(geometry, "geometries");
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string part = fmt::format("{}.geometries[{}]", path, i);
        // RFC 7946, section 3.1.8, advises against collections in collections.
        if (type_of(parts[i]) == "GeometryCollection") {
          add(Severity::warning, part, "a collection in a collection; passed over");
        } else if (!gather(parts[i], part, out)) {
          return false;
        }
      }
      return true;
    }
    static const std::set<std::string> others = {"Point", "MultiPoint", "LineString",
                                                 "MultiLineString"};
    if (others.contains(type)) {
      add(Severity::warning, path, fmt::format("a {} has no inside; passed over", type));
      return true;
    }
    if (geometry.is_null()) {
      add(Severity::warning, path, "no geometry; passed over");
      return true;
    }
    add(Severity::error, path,
        type.empty() ? "no geometry: it has no type"
                     : fmt::format("a geometry of type '{}'", type));
    return false;
  }

  bool sound(const std::vector<SourcePolygon>& sources, const std::string& path, ZoneArea& area) {
    std::vector<Rings> polygons;
    for (const SourcePolygon& source : sources) polygons.push_back(source.corners());
    auto joined = joined_at_date_line(polygons);
    // What cannot be joined because it is unsound is told about as it was drawn.
    if (joined) polygons = std::move(joined).value();
    const auto fault = fault_in(polygons);
    if (!fault) {
      add(Severity::error, path, fault.error().message);
      return false;
    }
    if (const auto& found = fault.value(); found) {
      if (!options_.repair) {
        add(Severity::error, path_near(sources, found->longitude, found->latitude),
            fmt::format("{} at longitude {:.7f}, latitude {:.7f}; draw it anew, or use --repair",
                        found->reason, found->longitude, found->latitude));
        return false;
      }
      const auto mended = repaired(polygons);
      if (!mended || mended.value().empty()) {
        add(Severity::error, path, mended ? "it has no surface" : mended.error().message);
        return false;
      }
      add(Severity::warning, path_near(sources, found->longitude, found->latitude),
          fmt::format("{} at longitude {:.7f}, latitude {:.7f}; mended, it is {} now: look at it",
                      found->reason, found->longitude, found->latitude,
                      mended.value().size() == 1
                          ? "one polygon"
                          : fmt::format("{} polygons", mended.value().size())));
      polygons = mended.value();
    }
    for (const Rings& rings : polygons) {
      const auto [west, east] = std::minmax_element(
          rings[0].begin(), rings[0].end(),
          [](const Point& a, const Point& b) { return a.longitude_e7 < b.longitude_e7; });
      if (east->longitude_e7 - west->longitude_e7 > geo::turn_e7) {
        add(Severity::error, path, "it goes more than once round the Earth");
        return false;
      }
    }
    area.polygons = std::move(polygons);
    return true;
  }

  static std::string name_of(const json& properties) {
    for (const char* key : {"name", "Name", "NAME", "title", "label"}) {
      const json& name = member(properties, key);
      if (name.is_string()) return name.get<std::string>();
    }
    return "";
  }

  std::optional<std::uint8_t> kinds_of(const json& properties, const std::string& path) {
    for (const char* key : {"kind", "kinds", "type", "class", "landuse", "place"}) {
      const json& said = member(properties, key);
      std::uint8_t kinds = 0;
      bool all = said.is_string() || (said.is_array() && !said.empty());
      const auto take = [&](const json& word) {
        const auto kind = word.is_string() ? kind_named(word.get<std::string>()) : std::nullopt;
        if (kind) kinds |= *kind;
        all = all && kind;
      };
      if (said.is_array()) {
        for (const json& word : said) take(word);
      } else {
        take(said);
      }
      if (all) return kinds;
      const bool ours = std::string_view(key).starts_with("kind");
      if (ours && !said.is_null()) {
        add(Severity::error, fmt::format("{}.properties.{}", path, key),
            fmt::format("no kind of zone; kinds are {}", fmt::join(kind_names(), ", ")));
        return std::nullopt;
      }
    }
    if (options_.kinds) return options_.kinds;
    add(Severity::error, path,
        fmt::format(
            "says no kind: give it a property \"kind\" ({}), or all of them one with --kind",
            fmt::join(kind_names(), ", ")));
    return std::nullopt;
  }

  std::optional<std::uint16_t> id_of(const json& id, const std::string& path) {
    if (!id.is_number_unsigned() || id.get<std::uint64_t>() > 65535) return std::nullopt;
    const auto number = id.get<std::uint16_t>();
    if (taken_ids_.insert(number).second) return number;
    add(Severity::warning, path,
        fmt::format("the id {} is another zone's; it gets a new one", number));
    return std::nullopt;
  }

  void number_zones() {
    std::vector<ZoneArea>& zones = out_.map.zones;
    std::uint32_t free = 1;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      if (wanted_ids_[i]) {
        zones[i].id = *wanted_ids_[i];
        continue;
      }
      while (free <= 65535 && taken_ids_.contains(static_cast<std::uint16_t>(free))) ++free;
      if (free > 65535) {
        add(Severity::error, "$", "more than 65,535 zones");
        zones.resize(i);
        break;
      }
      zones[i].id = static_cast<std::uint16_t>(free++);
    }
    std::sort(zones.begin(), zones.end(),
              [](const ZoneArea& a, const ZoneArea& b) { return a.id < b.id; });
  }

  const GeoJsonOptions& options_;
  GeoJsonZones& out_;
  std::vector<std::optional<std::uint16_t>> wanted_ids_;
  std::set<std::uint16_t> taken_ids_;
};

// In as few digits as say the same 1e-7 degree.
double degrees(std::int64_t e7) { return static_cast<double>(e7) / 1e7; }

json ring_json(const Ring& ring) {
  json list = json::array();
  for (std::size_t i = 0; i <= ring.size(); ++i) {
    const Point& p = ring[i % ring.size()];
    list.push_back({degrees(p.longitude_e7), degrees(p.latitude_e7)});
  }
  return list;
}

}  // namespace

std::string Finding::line() const {
  static constexpr std::array<std::string_view, 3> words = {"note", "warning", "error"};
  return fmt::format("{}: {}: {}", words[static_cast<std::size_t>(severity)], path, what);
}

bool GeoJsonZones::ok() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& f) { return f.severity == Severity::error; });
}

Result<GeoJsonZones> parse_geojson(std::string_view text, std::string_view file,
                                   const GeoJsonOptions& options) {
  json whole;
  try {
    whole = json::parse(text);
  } catch (const json::exception& fault) {
    std::string words = fault.what();
    std::replace(words.begin(), words.end(), '\n', ' ');
    return Error{fmt::format("{}: no JSON: {}", file, words)};
  }
  GeoJsonZones zones;
  zones.map.revision = options.revision;
  if (!Reader(options, zones).read(whole)) {
    return Error{fmt::format(
        "{}: no GeoJSON: it takes a FeatureCollection, a Feature or a geometry at the top", file)};
  }
  return zones;
}

std::string to_geojson(const ZoneMap& map) {
  json features = json::array();
  for (const ZoneArea& zone : map.zones) {
    json polygons = json::array();
    for (const Rings& rings : zone.polygons) {
      json polygon = json::array();
      for (const Ring& ring : rings) polygon.push_back(ring_json(ring));
      polygons.push_back(std::move(polygon));
    }
    json properties = {{"kind", names_of_kinds(zone.kinds)}};
    if (!zone.name.empty()) properties["name"] = zone.name;
    const bool one = polygons.size() == 1;
    features.push_back({{"type", "Feature"},
                        {"id", zone.id},
                        {"properties", std::move(properties)},
                        {"geometry",
                         {{"type", one ? "Polygon" : "MultiPolygon"},
                          {"coordinates", one ? polygons[0] : polygons}}}});
  }
  const json whole = {{"type", "FeatureCollection"}, {"features", std::move(features)}};
  return whole.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace sengi::zones
