// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "cli/zones.h"
#include "zones/compact.h"
#include "zones/geojson.h"
#include "zones/kml.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ZonesInput {
  std::string path;
  std::string kind;
  bool repair = false;
};

void add_input(CLI::App& command, ZonesInput& input) {
  command.add_option("FILE", input.path, "GeoJSON, KML, or zones as sengi zones build writes them")
      ->required();
  command.add_option("--kind", input.kind,
                     "What zones are that do not say it: risk, farm, settlement, safe, water, road "
                     "or other");
  command.add_flag("--repair", input.repair,
                   "Close open rings and mend outlines that cross themselves (GEOS MakeValid)");
}

bool is_compact(const std::string& text) { return text.starts_with("SZ"); }

Result<zones::GeoJsonZones> look_at(const ZonesInput& input, std::uint16_t revision) {
  SENGI_TRY(text, read_text(input.path));
  if (is_compact(text)) {
    SENGI_TRY(map,
              zones::from_compact({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
                                  input.path));
    return zones::GeoJsonZones{std::move(map), {}};
  }
  zones::GeoJsonOptions options{{}, input.repair, revision};
  if (!input.kind.empty()) {
    SENGI_TRY(kinds, kinds_named(input.kind));
    options.kinds = kinds;
  }
  return zones::parse_zones(text, input.path, options);
}

std::string check_text(const zones::GeoJsonZones& zones, std::size_t bytes) {
  std::string text;
  for (const zones::Finding& finding : zones.findings) text += finding.line() + "\n";
  for (const zones::ZoneArea& zone : zones.map.zones) {
    text += fmt::format("{:>5}  {:<24} {:>10.2f} km2  {}\n", zone.id,
                        zone.name.empty() ? "-" : zone.name, zones::area_km2(zone),
                        zones::words_of_kinds(zone.kinds));
  }
  return text + fmt::format("{}, {}, {}: {} bytes on a device\n",
                            counted(zones.map.zones.size(), "zone"),
                            counted(zones::polygons_in(zones.map), "polygon"),
                            counted(zones::corners_in(zones.map), "corner"), with_thousands(bytes));
}

std::string check_json(const zones::GeoJsonZones& zones, std::size_t bytes) {
  static constexpr const char* severities[] = {"note", "warning", "error"};
  Json findings = Json::array();
  for (const zones::Finding& finding : zones.findings) {
    findings.push_back({{"severity", severities[static_cast<std::size_t>(finding.severity)]},
                        {"path", finding.path},
                        {"what", finding.what}});
  }
  Json list = Json::array();
  for (const zones::ZoneArea& zone : zones.map.zones) {
    list.push_back({{"id", zone.id},
                    {"name", zone.name},
                    {"kinds", zones::names_of_kinds(zone.kinds)},
                    {"polygons", zone.polygons.size()},
                    {"area_km2", zones::area_km2(zone)}});
  }
  return Json{{"findings", findings},
              {"zones", list},
              {"corners", zones::corners_in(zones.map)},
              {"bytes", bytes}}
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

Result<Status> check(const ZonesInput& input, const Session& session) {
  SENGI_TRY(zones, look_at(input, 0));
  SENGI_TRY(bytes, zones::to_compact(zones.map));
  SENGI_CHECK(
      say(session.json ? check_json(zones, bytes.size()) : check_text(zones, bytes.size())));
  return zones.ok() ? Status::done : Status::no;
}

void add_check(CLI::App& zones, Session& session) {
  auto input = std::make_shared<ZonesInput>();
  CLI::App* command =
      zones.add_subcommand("check", "What is in a file of zones, and what is wrong");
  add_input(*command, *input);
  add_json(*command, session);
  command->footer(
      "Tells outlines that cross themselves (and where), open rings, swapped longitude and "
      "latitude,\n"
      "overlaps, zones that say no kind. Ends with 1 where there is an error.\n\n"
      "Example:\n"
      "  sengi zones check farms.geojson --kind farm");
  command->callback(
      [input, &session] { session.action = [input, &session] { return check(*input, session); }; });
}

struct BuildInput {
  ZonesInput zones;
  std::string output;
  std::string name;
  std::uint16_t revision = 0;
  bool no_names = false;
};

Result<Status> build(const BuildInput& input, const Session& session) {
  SENGI_TRY(found, look_at(input.zones, input.revision));
  for (const zones::Finding& finding : found.findings) {
    if (finding.severity != zones::Finding::Severity::error) continue;
    return Error{fmt::format("{}: {}: {}; sengi zones check tells all", input.zones.path,
                             finding.path, finding.what),
                 Outcome::no};
  }
  if (input.revision != 0) found.map.revision = input.revision;
  const std::filesystem::path output = input.output;
  const zones::CompactOptions options{!input.no_names};
  SENGI_TRY(bytes, zones::to_compact(found.map, options));
  if (output.extension() == ".h") {
    const std::string name = identifier(input.name.empty() ? output.stem().string() : input.name);
    SENGI_TRY(header, zones::compact_as_cpp(found.map, name, options));
    SENGI_CHECK(write_text(output, header));
  } else if (output.extension() == ".geojson" || output.extension() == ".json") {
    SENGI_CHECK(write_text(output, zones::to_geojson(found.map)));
  } else {
    SENGI_CHECK(write_file(output, std::as_bytes(std::span(bytes))));
  }
  if (session.talks()) {
    SENGI_CHECK(say(fmt::format("wrote {}: {}, {}, {} bytes on a device\n", output.string(),
                                counted(found.map.zones.size(), "zone"),
                                counted(zones::corners_in(found.map), "corner"),
                                with_thousands(bytes.size()))));
  }
  return Status::done;
}

void add_zones_build(CLI::App& zones, Session& session) {
  auto input = std::make_shared<BuildInput>();
  CLI::App* command = zones.add_subcommand("build", "Zones as a device reads them, or back again");
  add_input(*command, input->zones);
  command
      ->add_option("-o,--output", input->output,
                   "NAME.bin for a downlink, NAME.h for a firmware, NAME.geojson for a map")
      ->required();
  command->add_option("--name", input->name, "Of the array in a header; else the file's name");
  command->add_option("--revision", input->revision, "A number that the device reports");
  command->add_flag("--no-names", input->no_names, "Leave names out: ids alone, fewer bytes");
  add_quiet(*command, session);
  command->footer(
      "Examples:\n"
      "  sengi zones build farms.geojson -o farms.bin --revision 3\n"
      "  sengi zones build farms.geojson -o farm_zones.h\n"
      "  sengi zones build farms.bin -o back.geojson");
  command->callback(
      [input, &session] { session.action = [input, &session] { return build(*input, session); }; });
}

}  // namespace

Result<std::uint8_t> kinds_named(const std::string& words) {
  if (words.empty()) return std::uint8_t{geo::every_kind};
  std::uint8_t kinds = 0;
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find(',', at), words.size());
    const std::string word = words.substr(at, end - at);
    const auto kind = zones::kind_named(word);
    if (!kind) {
      const auto meant = nearest(word, zones::kind_names());
      return Error{fmt::format("--kind: '{}' is no kind of zone{}; kinds are {}", word,
                               meant ? fmt::format(" (did you mean {}?)", *meant) : "",
                               alternatives(zones::kind_names()))};
    }
    kinds |= *kind;
    at = end + 1;
  }
  return kinds;
}

Result<zones::ZoneMap> read_zones(const std::string& path, const std::string& kind, bool repair) {
  SENGI_TRY(found, look_at({path, kind, repair}, 0));
  for (const zones::Finding& finding : found.findings) {
    if (finding.severity != zones::Finding::Severity::error) continue;
    return Error{fmt::format("{}: {}: {}", path, finding.path, finding.what)};
  }
  return std::move(found.map);
}

void add_zones(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("zones", "Zones on a map: for a collar, and how well it would warn");
  command->require_subcommand(1);
  add_check(*command, session);
  add_zones_build(*command, session);
  add_zones_study(*command, session);
  command->footer(
      "Examples:\n"
      "  sengi zones check farms.geojson\n"
      "  sengi zones build farms.geojson -o farms.bin\n"
      "  sengi zones study farms.geojson --track collar.csv --page warnings.html");
}

}  // namespace sengi::cli
