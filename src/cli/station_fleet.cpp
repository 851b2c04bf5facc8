// SPDX-License-Identifier: Apache-2.0
// sengi station device and sengi station zones.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/files.h"
#include "base/text.h"
#include "cli/station.h"
#include "cli/table.h"
#include "cli/zones.h"
#include "station/accounts.h"
#include "station/clock.h"
#include "station/envelope.h"
#include "station/fleet_json.h"
#include "station/reference_data.h"
#include "station/zone_sets.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Asked {
  station::Tag tag;
  std::string animal;
  std::string taxon;
  std::string from;
  std::string until;
  std::string file;
  std::string kind;
};

// The change and what the audit log says of it, both or none.
template <typename Change>
Result<Status> change(const std::string& folder, const std::string& what, Change change) {
  SENGI_TRY(database, open_database(folder));
  SENGI_TRY(transaction, station::Transaction::begin(database));
  SENGI_CHECK(change(database));
  SENGI_CHECK(station::Accounts(database).note("-", what, station::now_ms()));
  SENGI_CHECK(transaction.commit());
  return Status::done;
}

std::string version_in(const Json& device, std::string_view part) {
  for (const Json& one : device["versions"]) {
    if (one["part"] == part) return one["version"].get<std::string>();
  }
  return "";
}

Result<Status> list(const std::string& folder, const Session& session) {
  SENGI_TRY(database, open_database(folder));
  Table table({"device", "name", "fleet", "on", "firmware", "zones", "settings", "last heard"});
  Json all = Json::array();
  std::string after;
  while (true) {
    SENGI_TRY(page, station::fleet_members(database, after, 1'000, station::now_ms()));
    if (page.empty()) break;
    after = page.back()["device"].get<std::string>();
    for (Json& one : page) {
      const auto text = [&](const char* key) { return one.value(key, ""); };
      table.add({text("device"), text("name"), text("fleet"),
                 one["deployment"].is_null() ? "" : one["deployment"].value("animal", ""),
                 version_in(one, "firmware"), version_in(one, "zones"), version_in(one, "settings"),
                 one["last_heard"].is_null() ? "never" : text("last_heard")});
      all.push_back(std::move(one));
    }
  }
  SENGI_CHECK(say(session.json ? all.dump(2) + "\n" : table.text()));
  return Status::done;
}

Result<Status> describe(const std::string& folder, const Asked& asked, const CLI::App& command) {
  return change(
      folder, "described " + asked.tag.device, [&](station::Database& database) -> Result<void> {
        station::Fleet fleet(database);
        SENGI_TRY(known, fleet.tag(station::as_device(asked.tag.device)));
        station::Tag tag = known.value_or(station::Tag{asked.tag.device, "", "", "", "", ""});
        if (command.count("--name") > 0) tag.name = asked.tag.name;
        if (command.count("--owner") > 0) tag.owner = asked.tag.owner;
        if (command.count("--kind") > 0) tag.kind = asked.tag.kind;
        if (command.count("--fleet") > 0) tag.fleet = asked.tag.fleet;
        if (command.count("--notes") > 0) tag.notes = asked.tag.notes;
        return fleet.keep(tag, station::now_ms());
      });
}

Result<Status> deploy(const std::string& folder, const Asked& asked) {
  SENGI_TRY(from_ms, station::from_rfc3339(asked.from));
  station::Deployment deployment{0, asked.tag.device, asked.animal, asked.taxon, from_ms, {}, ""};
  if (!asked.until.empty()) {
    SENGI_TRY(to_ms, station::from_rfc3339(asked.until));
    deployment.to_ms = to_ms;
  }
  return change(folder, fmt::format("deployed {} on {}", asked.tag.device, asked.animal),
                [&](station::Database& database) -> Result<void> {
                  SENGI_TRY(id, station::Fleet(database).keep(deployment));
                  (void)id;
                  return {};
                });
}

Result<Status> import(const std::string& folder, const Asked& asked, const Session& session) {
  SENGI_TRY(text, read_text(asked.file));
  SENGI_TRY(database, open_database(folder));
  SENGI_TRY(taken, station::take_reference_data(database, text, asked.file, station::now_ms()));
  const Json json{{"tags", taken.tags}, {"deployments", taken.deployments}};
  if (session.json) {
    SENGI_CHECK(say(json.dump(2) + "\n"));
  } else if (session.talks()) {
    SENGI_CHECK(say(fmt::format("{}, {}\n", counted(taken.tags, "new device"),
                                counted(taken.deployments, "deployment"))));
  }
  return Status::done;
}

Result<Status> export_all(const std::string& folder) {
  SENGI_TRY(database, open_database(folder));
  SENGI_TRY(text, station::reference_data(database));
  SENGI_CHECK(say(text));
  return Status::done;
}

Result<Status> show_zones(const std::string& folder) {
  SENGI_TRY(database, open_database(folder));
  SENGI_TRY(set, station::newest_zones(database));
  SENGI_CHECK(say((set ? set->geojson : station::station_geojson({})) + "\n"));
  return Status::done;
}

Result<Status> give_zones(const std::string& folder, const Asked& asked) {
  SENGI_TRY(map, read_zones(asked.file, asked.kind, false));
  return change(folder, "gave zones", [&](station::Database& database) -> Result<void> {
    SENGI_TRY(version, station::keep_zones(database, map, "-", station::now_ms()));
    return say(fmt::format("zones {}: {}\n", version, counted(map.zones.size(), "zone")));
  });
}

void add_devices(CLI::App& group, const std::string& folder, Session& session) {
  CLI::App* device = group.add_subcommand("device", "Whose devices are, and what wears them");
  device->require_subcommand(1);
  auto asked = std::make_shared<Asked>();
  CLI::App* all = device->add_subcommand("list", "All, with the versions that they told");
  add_json(*all, session);
  all->callback([&folder, &session] {
    session.action = [&folder, &session] { return list(folder, session); };
  });
  CLI::App* set = device->add_subcommand("set", "Say whose a device is; what is not said stays");
  set->add_option("DEVICE", asked->tag.device, "Its EUI or name")->required();
  set->add_option("--name", asked->tag.name, "For people");
  set->add_option("--owner", asked->tag.owner, "Whose it is");
  set->add_option("--kind", asked->tag.kind, "What it is: collar, soil station");
  set->add_option("--fleet", asked->tag.fleet, "The group that it is told things with");
  set->add_option("--notes", asked->tag.notes, "All else");
  set->callback([&folder, asked, set, &session] {
    session.action = [&folder, asked, set] { return describe(folder, *asked, *set); };
  });
  CLI::App* put = device->add_subcommand("deploy", "Put a device on an animal or a site");
  put->add_option("DEVICE", asked->tag.device, "Its EUI or name")->required();
  put->add_option("--on", asked->animal, "The animal or the site")->required();
  put->add_option("--taxon", asked->taxon, "Of the animal, or the crop");
  put->add_option("--from", asked->from, "2026-01-31T12:00:00Z")->required();
  put->add_option("--until", asked->until, "Likewise; else it goes on");
  put->callback([&folder, asked, &session] {
    session.action = [&folder, asked] { return deploy(folder, *asked); };
  });
  CLI::App* take = device->add_subcommand("import", "Movebank's reference data");
  take->add_option("FILE", asked->file, "CSV")->required()->check(CLI::ExistingFile);
  add_json(*take, session);
  add_quiet(*take, session);
  take->callback([&folder, asked, &session] {
    session.action = [&folder, asked, &session] { return import(folder, *asked, session); };
  });
  device->add_subcommand("export", "Movebank's reference data, to standard output")
      ->callback(
          [&folder, &session] { session.action = [&folder] { return export_all(folder); }; });
  device->footer(
      "Beside a station that runs, too.\n\n"
      "Examples:\n"
      "  sengi station --folder camp device set a84041fffe12ab34 --owner Park --fleet north\n"
      "  sengi station --folder camp device deploy a84041fffe12ab34 --on Tembo \\\n"
      "    --taxon \"Loxodonta africana\" --from 2026-03-01T06:30:00Z\n"
      "  sengi station --folder camp device list --json");
}

}  // namespace

void add_station_fleet(CLI::App& group, const std::string& folder, Session& session) {
  add_devices(group, folder, session);
  CLI::App* zones = group.add_subcommand("zones", "The zones that alerts go by");
  zones->require_subcommand(1);
  auto asked = std::make_shared<Asked>();
  zones->add_subcommand("show", "The newest, as GeoJSON")->callback([&folder, &session] {
    session.action = [&folder] { return show_zones(folder); };
  });
  CLI::App* give = zones->add_subcommand("give", "Others instead, all of them");
  give->add_option("FILE", asked->file, "GeoJSON or KML")->required()->check(CLI::ExistingFile);
  give->add_option("--kind", asked->kind, "Of zones that say none themselves");
  give->callback([&folder, asked, &session] {
    session.action = [&folder, asked] { return give_zones(folder, *asked); };
  });
  zones->footer(
      "A station that runs goes by them within a second.\n\n"
      "Example:\n"
      "  sengi station --folder camp zones give fields.kml --kind farm");
}

}  // namespace sengi::cli
