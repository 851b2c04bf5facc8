// SPDX-License-Identifier: Apache-2.0
#include "zones/kml.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <vector>

namespace sengi::zones {
namespace {

using nlohmann::json;
using Severity = Finding::Severity;

constexpr int depth_max = 64;  // of folders and collections in one another
constexpr std::string_view blanks = " \t\r\n";

// Without the prefix of its namespace.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& one : node.children()) {
    if (local_name(one) == name) return one;
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (const auto word = trimmed(text.substr(0, comma)); !word.empty()) words.emplace_back(word);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return words;
}

class Reader {
 public:
  Reader(std::string_view text, GeoJsonZones& out) : text_(text), out_(out) {}

  // False where it goes too deep.
  bool container(const pugi::xml_node& node, std::string kind, int depth) {
    if (depth > depth_max) return false;
    const std::string name(trimmed(child(node, "name").child_value()));
    if (kind_named(name)) kind = name;
    for (const pugi::xml_node& one : node.children()) {
      const std::string_view what = local_name(one);
      if (what == "Placemark") {
        if (!placemark(one, kind, depth + 1)) return false;
      } else if (what == "Folder" || what == "Document") {
        if (!container(one, kind, depth + 1)) return false;
      }
    }
    return true;
  }

  // As parse_geojson() takes it.
  json collection() const { return {{"type", "FeatureCollection"}, {"features", features_}}; }

  // "$.features[3].geometry.coordinates[0][1][12]" in words of the file.
  std::string place_of(const std::string& path) const {
    constexpr std::string_view stem = "$.features[";
    if (!path.starts_with(stem)) return "the file";
    std::vector<std::size_t> numbers;
    for (std::size_t at = path.find('['); at != std::string::npos; at = path.find('[', at + 1)) {
      numbers.push_back(std::strtoull(path.c_str() + at + 1, nullptr, 10));
    }
    if (numbers[0] >= places_.size()) return "the file";
    std::string words = places_[numbers[0]];
    constexpr const char* parts[] = {"polygon", "ring", "corner"};
    for (std::size_t i = 1; i < std::min<std::size_t>(numbers.size(), 4); ++i) {
      words += fmt::format(", {} {}", parts[i - 1], numbers[i] + 1);
    }
    return words;
  }

 private:
  std::string place(const pugi::xml_node& node, const std::string& name) const {
    const std::ptrdiff_t offset = node.offset_debug();
    const std::string_view before = text_.substr(
        0, std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)), text_.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return name.empty() ? fmt::format("line {}", line) : fmt::format("line {} ({})", line, name);
  }

  void add(Severity severity, const pugi::xml_node& node, std::string what) {
    out_.findings.push_back({severity, place(node, name_), std::move(what)});
  }

  bool placemark(const pugi::xml_node& node, const std::string& kind, int depth) {
    name_ = trimmed(child(node, "name").child_value());
    json properties = {{"name", name_}};
    if (!kind.empty()) properties["kind"] = kind;
    extended(child(node, "ExtendedData"), properties);
    json polygons = json::array();
    const std::size_t findings = out_.findings.size();
    for (const pugi::xml_node& one : node.children()) {
      if (!geometry(one, polygons, depth)) return false;
    }
    const bool faulty = std::any_of(
        out_.findings.begin() + static_cast<std::ptrdiff_t>(findings), out_.findings.end(),
        [](const Finding& finding) { return finding.severity == Severity::error; });
    if (faulty || polygons.empty()) return true;
    places_.push_back(place(node, name_));
    features_.push_back(
        {{"type", "Feature"},
         {"properties", std::move(properties)},
         {"geometry", {{"type", "MultiPolygon"}, {"coordinates", std::move(polygons)}}}});
    return true;
  }

  static void take(std::string_view name, std::string_view value, json& properties) {
    const std::string text(trimmed(value));
    if (text.empty()) return;
    if (name == "kind" || name == "kinds") properties["kind"] = words_in(text);
    unsigned id = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), id);
    const bool whole = code == std::errc() && end == text.data() + text.size();
    if (name == "id" && whole) properties["id"] = id;
  }

  static void extended(const pugi::xml_node& node, json& properties) {
    for (const pugi::xml_node& one : node.children()) {
      if (local_name(one) == "Data") {
        take(one.attribute("name").value(), child(one, "value").child_value(), properties);
      }
      if (local_name(one) != "SchemaData") continue;
      for (const pugi::xml_node& datum : one.children()) {
        take(datum.attribute("name").value(), datum.child_value(), properties);
      }
    }
  }

  bool geometry(const pugi::xml_node& node, json& polygons, int depth) {
    if (depth > depth_max) return false;
    const std::string_view what = local_name(node);
    if (what == "MultiGeometry") {
      for (const pugi::xml_node& one : node.children()) {
        if (!geometry(one, polygons, depth + 1)) return false;
      }
    } else if (what == "Polygon") {
      polygon(node, polygons);
    } else if (what == "Point" || what == "LineString" || what == "LinearRing" || what == "Model" ||
               what == "Track" || what == "MultiTrack") {
      add(Severity::warning, node, fmt::format("a {} has no inside; passed over", what));
    }
    return true;
  }

  void polygon(const pugi::xml_node& node, json& polygons) {
    json rings = json::array();
    const pugi::xml_node outline = child(node, "outerBoundaryIs");
    if (!outline) return add(Severity::error, node, "a Polygon without outerBoundaryIs");
    ring(outline, rings);
    for (const pugi::xml_node& one : node.children()) {
      if (local_name(one) != "innerBoundaryIs") continue;
      // The standard has one ring each; some programs write all holes into one.
      for (const pugi::xml_node& hole : one.children()) {
        if (local_name(hole) == "LinearRing") positions(hole, rings);
      }
    }
    polygons.push_back(std::move(rings));
  }

  void ring(const pugi::xml_node& boundary, json& rings) {
    const pugi::xml_node linear = child(boundary, "LinearRing");
    if (!linear) return add(Severity::error, boundary, "a boundary without a LinearRing");
    positions(linear, rings);
  }

  void positions(const pugi::xml_node& linear, json& rings) {
    const pugi::xml_node node = child(linear, "coordinates");
    std::string_view rest = node.child_value();
    json list = json::array();
    while (true) {
      const std::size_t from = rest.find_first_not_of(blanks);
      if (from == std::string_view::npos) break;
      rest.remove_prefix(from);
      const std::string_view tuple = rest.substr(0, rest.find_first_of(blanks));
      rest.remove_prefix(tuple.size());
      double numbers[3] = {};
      const char* at = tuple.data();
      const char* const end = at + tuple.size();
      int count = 0;
      while (count < 3) {
        const auto [stop, code] = std::from_chars(at, end, numbers[count]);
        if (code != std::errc()) break;
        at = stop;
        ++count;
        if (at == end || *at != ',') break;
        ++at;
      }
      if (count < 2 || at != end) {
        return add(
            Severity::error, node ? node : linear,
            fmt::format("'{}' is no longitude,latitude with nothing between", tuple.substr(0, 60)));
      }
      list.push_back({numbers[0], numbers[1]});
    }
    if (list.empty()) {
      return add(Severity::error, node ? node : linear, "a ring without coordinates");
    }
    rings.push_back(std::move(list));
  }

  std::string_view text_;
  GeoJsonZones& out_;
  std::string name_;  // of the Placemark
  json features_ = json::array();
  std::vector<std::string> places_;
};

}  // namespace

bool looks_like_kml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return trimmed(text.substr(0, 1024)).starts_with('<');
}

Result<GeoJsonZones> parse_kml(std::string_view text, std::string_view file,
                               const GeoJsonOptions& options) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
  if (!parsed) {
    const auto before =
        text.substr(0, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)));
    return Error{fmt::format("{}:{}: no XML: {}", file,
                             1 + std::count(before.begin(), before.end(), '\n'),
                             parsed.description())};
  }
  const pugi::xml_node root = document.document_element();
  if (local_name(root) != "kml") {
    return Error{fmt::format("{}: no KML: its root is '{}'", file, root.name())};
  }
  GeoJsonZones found;
  Reader reader(text, found);
  if (!reader.container(root, "", 0)) {
    return Error{fmt::format("{}: folders in folders, more than {} deep", file, depth_max)};
  }
  const std::string shapes =
      reader.collection().dump(-1, ' ', false, json::error_handler_t::replace);
  SENGI_TRY(zones, parse_geojson(shapes, file, options));
  for (Finding& finding : zones.findings) {
    finding.path = reader.place_of(finding.path);
    found.findings.push_back(std::move(finding));
  }
  found.map = std::move(zones.map);
  return found;
}

Result<GeoJsonZones> parse_zones(std::string_view text, std::string_view file,
                                 const GeoJsonOptions& options) {
  return looks_like_kml(text) ? parse_kml(text, file, options) : parse_geojson(text, file, options);
}

}  // namespace sengi::zones
