// SPDX-License-Identifier: Apache-2.0
// sengi station order.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>

#include "cli/station.h"
#include "cli/table.h"
#include "station/accounts.h"
#include "station/clock.h"
#include "station/envelope.h"
#include "station/order_json.h"
#include "station/zone_sets.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Asked {
  std::string device;
  std::string fleet;
  std::int64_t version = 0;
  std::vector<std::string> settings;
  int frame_bytes = station::Settings::Downlinks{}.frame_bytes;
  std::int64_t id = 0;
  bool all = false;
};

Result<station::Message> zones_to_tell(station::Database& database, std::int64_t version) {
  if (version != 0) return station::zones_message(database, version);
  SENGI_TRY(newest, station::newest_zones_version(database));
  return station::zones_message(database, newest);
}

Result<station::Message> settings_to_tell(const std::vector<std::string>& words) {
  SENGI_TRY(settings, settings_in_words(words));
  return station::settings_message(settings);
}

Result<Status> give(const std::string& folder, const Asked& asked, bool zones,
                    const Session& session) {
  SENGI_TRY(database, open_database(folder));
  SENGI_TRY(transaction, station::Transaction::begin(database));
  SENGI_TRY(message,
            zones ? zones_to_tell(database, asked.version) : settings_to_tell(asked.settings));
  std::vector<std::string> devices = {station::as_device(asked.device)};
  if (asked.device.empty()) {
    SENGI_TRY(members, station::devices_of(database, asked.fleet));
    devices = std::move(members);
  }
  if (devices.empty()) {
    return Error{fmt::format("no device is of the fleet '{}'", asked.fleet), Outcome::no};
  }
  station::Settings::Downlinks downlinks;
  downlinks.frame_bytes = asked.frame_bytes;
  station::Orders orders(database);
  Json ids = Json::array();
  std::string words;
  for (const std::string& device : devices) {
    SENGI_TRY(id, orders.give(device, message, downlinks, "-", station::now_ms()));
    ids.push_back({{"id", id}, {"device", device}});
    words += fmt::format("order {} to {}: {}\n", id, device, message.what);
  }
  SENGI_CHECK(station::Accounts(database).note(
      "-", fmt::format("gave {} orders: {}", devices.size(), message.what), station::now_ms()));
  SENGI_CHECK(transaction.commit());
  SENGI_CHECK(say(session.json ? ids.dump(2) + "\n" : words));
  return Status::done;
}

Result<Status> list(const std::string& folder, const Asked& asked, const Session& session) {
  SENGI_TRY(database, open_database(folder));
  station::OrdersAsked orders;
  if (!asked.device.empty()) orders.device = station::as_device(asked.device);
  orders.all = asked.all;
  orders.limit = INT32_MAX;
  SENGI_TRY(json, station::orders_json(database, orders));
  if (session.json) {
    SENGI_CHECK(say(json.dump(2) + "\n"));
    return Status::done;
  }
  Table table({"order", "device", "what", "state", "pieces", "changed", "note"});
  for (const Json& one : json) {
    const auto pieces = one["pieces"].get<int>();
    table.add({std::to_string(one["id"].get<std::int64_t>()), one["device"], one["what"],
               one["state"],
               pieces == 0 ? "" : fmt::format("{} of {}", one["arrived"].get<int>(), pieces),
               one["changed"], one["note"]});
  }
  SENGI_CHECK(say(table.text()));
  return Status::done;
}

Result<Status> take_back(const std::string& folder, const Asked& asked) {
  SENGI_TRY(database, open_database(folder));
  SENGI_TRY(transaction, station::Transaction::begin(database));
  SENGI_CHECK(station::Orders(database).take_back(asked.id, "taken back", station::now_ms()));
  SENGI_CHECK(station::Accounts(database).note("-", fmt::format("took back order {}", asked.id),
                                               station::now_ms()));
  SENGI_CHECK(transaction.commit());
  return Status::done;
}

void add_target(CLI::App& command, Asked& asked, Session& session) {
  CLI::Option* device = command.add_option("--device", asked.device, "To one: its EUI or name");
  CLI::Option* fleet =
      command.add_option("--fleet", asked.fleet, "To all of a fleet (sengi station device set)");
  device->excludes(fleet);
  command.add_option("--frame-bytes", asked.frame_bytes, "That the slowest downlink takes")
      ->check(CLI::Range(11, 51))
      ->capture_default_str();
  add_json(command, session);
}

}  // namespace

Result<std::map<std::string, std::int32_t>> settings_in_words(
    const std::vector<std::string>& words) {
  std::map<std::string, std::int32_t> settings;
  for (const std::string& word : words) {
    const std::size_t at = std::min(word.find('='), word.size());
    std::int32_t value = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, code] =
        std::from_chars(word.data() + std::min(at + 1, word.size()), end, value);
    if (code != std::errc() || stop != end) {
      return Error{word + ": write NAME=VALUE, such as gps_interval_min_s=600"};
    }
    settings[word.substr(0, at)] = value;
  }
  return settings;
}

void add_station_orders(CLI::App& group, const std::string& folder, Session& session) {
  CLI::App* order = group.add_subcommand("order", "What devices are told by downlink");
  order->require_subcommand(1);
  auto asked = std::make_shared<Asked>();
  for (const bool zones : {true, false}) {
    CLI::App* command = zones
                            ? order->add_subcommand("zones", "The station's zones")
                            : order->add_subcommand("settings", "One to nine settings of a collar");
    if (zones) {
      command->add_option("--version", asked->version, "Not the newest");
    } else {
      command->add_option("NAME=VALUE", asked->settings, "Such as gps_interval_min_s=600")
          ->required();
    }
    add_target(*command, *asked, session);
    command->callback([&folder, asked, zones, &session] {
      if (asked->device.empty() && asked->fleet.empty()) {
        throw CLI::RequiredError("--device or --fleet");
      }
      session.action = [&folder, asked, zones, &session] {
        return give(folder, *asked, zones, session);
      };
    });
  }
  CLI::App* all = order->add_subcommand("list", "Those that are not over");
  all->add_flag("--all", asked->all, "Those that are over too");
  all->add_option("--device", asked->device, "Of one alone");
  add_json(*all, session);
  all->callback([&folder, asked, &session] {
    session.action = [&folder, asked, &session] { return list(folder, *asked, session); };
  });
  CLI::App* back =
      order->add_subcommand("take-back", "Give up an order; what is on trial is rolled back");
  back->add_option("ID", asked->id, "Its number")->required();
  back->callback([&folder, asked, &session] {
    session.action = [&folder, asked] { return take_back(folder, *asked); };
  });
  order->footer(
      "Frames go out when the device was heard, through the network that heard it, up to so many "
      "a\n"
      "day (downlinks.a_day of station.toml). Beside a station that runs, too.\n\n"
      "Examples:\n"
      "  sengi station --folder camp order zones --fleet north\n"
      "  sengi station --folder camp order settings --device a84041fffe12ab34 "
      "gps_interval_min_s=600\n"
      "  sengi station --folder camp order list --all --json");
}

}  // namespace sengi::cli
