// SPDX-License-Identifier: Apache-2.0
// sengi station key and sengi station release.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/files.h"
#include "cli/station.h"
#include "cli/table.h"
#include "cli/zones.h"
#include "station/clock.h"
#include "station/orders.h"
#include "station/releases.h"
#include "zones/compact.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Asked {
  std::string file;
  std::string key;
  std::string name;
  std::string zones;
  std::string kind;
  std::vector<std::string> words;
  station::Stages stages;
  std::int64_t id = 0;
};

template <typename Change>
Result<Status> change(const std::string& folder, Change change) {
  SENGI_TRY(database, open_database(folder));
  SENGI_TRY(transaction, station::Transaction::begin(database));
  const station::Settings::Downlinks downlinks;
  station::Releases releases(database, downlinks);
  SENGI_CHECK(change(releases));
  SENGI_CHECK(transaction.commit());
  return Status::done;
}

// Nobody else reads it, from its first byte on; what is there already is not written over.
Result<void> write_secret(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Error{fmt::format("{}: {}", path, std::strerror(errno))};
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool closed = ::close(file) == 0;
  if (written && closed) return {};
  return Error{path + ": cannot be written; is the disk full?"};
}

Result<Status> make_key(const Asked& asked) {
  SENGI_TRY(keys, station::make_release_keys());
  SENGI_CHECK(write_secret(asked.file, keys.secret + "\n"));
  SENGI_CHECK(write_text(asked.file + ".pub", keys.of_all + "\n"));
  return Status::done;
}

Result<Status> trust(const std::string& folder, const Asked& asked) {
  SENGI_TRY(key, read_text(asked.file));
  return change(folder, [&](station::Releases& releases) {
    return releases.trust(asked.name, key, station::now_ms());
  });
}

Result<Status> pack(const Asked& asked) {
  SENGI_TRY(secret, read_text(asked.key));
  station::Release release;
  release.name = asked.name;
  if (!asked.zones.empty()) {
    SENGI_TRY(map, read_zones(asked.zones, asked.kind, false));
    SENGI_TRY(bytes, zones::to_compact(map));
    release.content = std::move(bytes);
  } else {
    SENGI_TRY(settings, settings_in_words(asked.words));
    SENGI_TRY(message, station::settings_message(settings));
    release.kind = link::BlobKind::settings;
    release.content = message.content;
  }
  SENGI_TRY(file, station::sign_release(release, secret));
  SENGI_CHECK(write_text(asked.file, file));
  return Status::done;
}

Result<Status> give(const std::string& folder, const Asked& asked) {
  SENGI_TRY(file, read_text(asked.file));
  return change(folder, [&](station::Releases& releases) -> Result<void> {
    SENGI_TRY(id, releases.give(file, asked.stages, "-", station::now_ms()));
    return say(fmt::format("release {}\n", id));
  });
}

Result<Status> list(const std::string& folder, const Session& session) {
  SENGI_TRY(database, open_database(folder));
  const station::Settings::Downlinks downlinks;
  SENGI_TRY(json, station::Releases(database, downlinks).json());
  if (session.json) {
    SENGI_CHECK(say(json.dump(2) + "\n"));
    return Status::done;
  }
  Table table({"release", "name", "kind", "fleet", "state", "devices", "changed", "note"});
  for (const Json& one : json) {
    table.add({std::to_string(one["id"].get<std::int64_t>()), one["name"], one["kind"],
               one["fleet"], one["state"], one["devices"].dump(), one["changed"], one["note"]});
  }
  SENGI_CHECK(say(table.text()));
  return Status::done;
}

void add_keys(CLI::App& group, const std::string& folder, Session& session) {
  CLI::App* key = group.add_subcommand("key", "Keys that releases are signed with");
  key->require_subcommand(1);
  auto asked = std::make_shared<Asked>();
  CLI::App* make = key->add_subcommand("make", "A secret key, and FILE.pub beside it");
  make->add_option("FILE", asked->file, "Keep it away from the station")->required();
  make->callback([asked, &session] { session.action = [asked] { return make_key(*asked); }; });
  CLI::App* trusted = key->add_subcommand("trust", "Take releases that this key signed");
  trusted->add_option("NAME", asked->name, "Whose it is")->required();
  trusted->add_option("FILE", asked->file, "FILE.pub")->required()->check(CLI::ExistingFile);
  trusted->callback([&folder, asked, &session] {
    session.action = [&folder, asked] { return trust(folder, *asked); };
  });
  CLI::App* no = key->add_subcommand("distrust", "No longer");
  no->add_option("NAME", asked->name, "Whose it is")->required();
  no->callback([&folder, asked, &session] {
    session.action = [&folder, asked] {
      return change(folder,
                    [&](station::Releases& releases) { return releases.distrust(asked->name); });
    };
  });
}

void add_changes(CLI::App& release, const std::string& folder, Session& session,
                 const std::shared_ptr<Asked>& asked) {
  const auto add = [&](const char* name, const char* words, auto work) {
    CLI::App* command = release.add_subcommand(name, words);
    command->add_option("ID", asked->id, "Its number")->required();
    command->callback([&folder, asked, work, &session] {
      session.action = [&folder, asked, work] {
        return change(folder,
                      [&](station::Releases& releases) { return work(releases, asked->id); });
      };
    });
  };
  add("hold", "Tell nobody further", [](station::Releases& releases, std::int64_t id) {
    return releases.hold(id, "held by hand", station::now_ms());
  });
  add("go-on", "What was held goes on", [](station::Releases& releases, std::int64_t id) {
    return releases.go_on(id, "-", station::now_ms());
  });
  add("roll-back", "What was before again, as far as this station told it",
      [](station::Releases& releases, std::int64_t id) {
        return releases.roll_back(id, "rolled back by hand", "-", station::now_ms());
      });
}

}  // namespace

void add_station_releases(CLI::App& group, const std::string& folder, Session& session) {
  add_keys(group, folder, session);
  CLI::App* release = group.add_subcommand("release", "Zones and settings, signed and in stages");
  release->require_subcommand(1);
  auto asked = std::make_shared<Asked>();
  CLI::App* make = release->add_subcommand("make", "A signed file of zones or settings");
  make->add_option("FILE", asked->file, "To write")->required();
  make->add_option("NAME=VALUE", asked->words, "Settings, such as gps_interval_min_s=600");
  make->add_option("--zones", asked->zones, "GeoJSON, KML or compact zones instead")
      ->check(CLI::ExistingFile);
  make->add_option("--kind", asked->kind, "Of zones that say none themselves");
  make->add_option("--name", asked->name, "For people")->required();
  make->add_option("--key", asked->key, "The secret key")->required()->check(CLI::ExistingFile);
  make->callback([asked, &session] { session.action = [asked] { return pack(*asked); }; });
  CLI::App* tell = release->add_subcommand("give", "To a few devices, and later to the rest");
  tell->add_option("FILE", asked->file, "As make wrote it")->required()->check(CLI::ExistingFile);
  tell->add_option("--fleet", asked->stages.fleet, "Else all that were heard");
  tell->add_option("--canaries", asked->stages.canaries, "How many are told first")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  tell->add_option("--watch-hours", asked->stages.watch_h, "How long they are watched")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  tell->add_flag("--roll-back", asked->stages.rolls_back, "When one fails; else it is held");
  tell->callback([&folder, asked, &session] {
    session.action = [&folder, asked] { return give(folder, *asked); };
  });
  CLI::App* all = release->add_subcommand("list", "All, and how far they are");
  add_json(*all, session);
  all->callback([&folder, &session] {
    session.action = [&folder, &session] { return list(folder, session); };
  });
  add_changes(*release, folder, session, asked);
  release->footer(
      "Firmware and models cannot be told by downlink: devices have no place to take them into.\n\n"
      "Examples:\n"
      "  sengi station key make park.key\n"
      "  sengi station --folder camp key trust park park.key.pub\n"
      "  sengi station release make north.release --zones fields.kml --kind farm --name north-7 "
      "\\\n"
      "    --key park.key\n"
      "  sengi station --folder camp release give north.release --fleet north --canaries 3");
}

}  // namespace sengi::cli
