// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/progress.h"
#include "cli/command.h"
#include "cli/station.h"
#include "station/file_source.h"
#include "station/intake.h"
#include "station/station.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct StationAsked {
  std::string folder = "station";
  std::vector<std::string> brokers;
  std::vector<std::string> topics;
  std::string client_id = "sengi-station";
  std::string group;
  std::string ca_file;
  std::string inbox;
  std::string settings;
  std::string address = "127.0.0.1";
  int port = 8080;
  std::string certificate;
  std::string key;
  bool no_http = false;
  std::vector<std::string> files;  // to import
};

// Not on the command line, where the whole machine could read it.
std::string password_from_environment() {
  const char* word = std::getenv("SENGI_MQTT_PASSWORD");
  return word == nullptr ? "" : word;
}

Result<station::StationOptions> options_of(const StationAsked& asked) {
  station::StationOptions options;
  options.folder = asked.folder;
  if (asked.no_http) {
    options.http.reset();
  } else {
    options.http->address = asked.address;
    options.http->port = asked.port;
    options.http->certificate = asked.certificate;
    options.http->key = asked.key;
  }
  if (!asked.inbox.empty()) options.inbox = asked.inbox;
  if (!asked.settings.empty()) {
    SENGI_TRY(settings, station::load_settings(asked.settings));
    options.settings = std::move(settings);
  }
  for (const std::string& address : asked.brokers) {
    SENGI_TRY(broker, station::parse_mqtt_address(address));
    broker.password = password_from_environment();
    broker.client_id = asked.client_id;
    broker.group = asked.group;
    if (!asked.topics.empty()) broker.topics = asked.topics;
    if (!asked.ca_file.empty()) broker.ca_file = asked.ca_file;
    options.brokers.push_back(std::move(broker));
  }
  return options;
}

Result<Status> run(const StationAsked& asked) {
  SENGI_TRY(options, options_of(asked));
  SENGI_CHECK(station::run_station(
      options, [](const std::string& line) { fmt::print(stderr, "{}\n", line); }, interrupted));
  return Status::done;
}

Result<Status> import(const StationAsked& asked, const Session& session) {
  SENGI_TRY(store, station::Store::open(asked.folder));
  station::Intake intake(store);
  Json list = Json::array();
  std::string words;
  bool refused = false;
  for (const std::string& file : asked.files) {
    SENGI_TRY(imported, station::import_file(file, [&](std::vector<station::Arrival> all) {
                return intake.keep(std::move(all));
              }));
    refused = refused || imported.refused > 0;
    list.push_back({{"file", file},
                    {"uplinks", imported.uplinks},
                    {"duplicates", imported.duplicates},
                    {"refused", imported.refused}});
    words += fmt::format("{}: {} new, {} known, {} refused\n", file, imported.uplinks,
                         imported.duplicates, imported.refused);
  }
  if (session.json) {
    SENGI_CHECK(say(list.dump(2) + "\n"));
  } else if (session.talks()) {
    SENGI_CHECK(say(words));
  }
  return refused ? Status::no : Status::done;
}

void add_import(CLI::App& group, const std::shared_ptr<StationAsked>& asked, Session& session) {
  CLI::App* command = group.add_subcommand("import", "Take uplinks from files and end");
  command->add_option("FILE", asked->files, "An uplink's JSON a line")
      ->required()
      ->check(CLI::ExistingFile);
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "Read again, a file adds nothing. Ends with 1 where lines were refused; they are kept as\n"
      "refused, with file and line. Not while a station runs in the same folder: give that one an\n"
      "--inbox.\n\n"
      "Example:\n"
      "  sengi station --folder camp import march.jsonl april.jsonl");
  command->callback([asked, &session] {
    session.action = [asked, &session] { return import(*asked, session); };
  });
}

}  // namespace

void add_station(CLI::App& app, Session& session) {
  auto asked = std::make_shared<StationAsked>();
  CLI::App* command = app.add_subcommand("station", "Hear every device, lose nothing");
  command->add_option("--folder", asked->folder, "Where the station keeps what it hears")
      ->capture_default_str();
  command->add_option("--mqtt", asked->brokers,
                      "A broker: mqtt://HOST[:PORT], mqtts://USER@HOST; its password comes in "
                      "SENGI_MQTT_PASSWORD");
  command->add_option(
      "--topic", asked->topics,
      "Topics instead of those of ChirpStack, The Things Stack and sengi/DEVICE/up");
  command
      ->add_option("--client-id", asked->client_id,
                   "By which the broker knows this station when it comes back")
      ->capture_default_str();
  command->add_option("--share", asked->group,
                      "Share the messages with the stations that name the same group");
  command
      ->add_option("--ca-file", asked->ca_file, "Whom to trust for mqtts, instead of the system's")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--listen", asked->address,
                   "An address of this machine; others than its own need accounts")
      ->capture_default_str();
  command->add_option("--port", asked->port, "Of HTTP (0: any that is free)")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  CLI::Option* certificate =
      command->add_option("--tls-certificate", asked->certificate, "PEM: HTTPS instead of HTTP")
          ->check(CLI::ExistingFile);
  CLI::Option* key = command->add_option("--tls-key", asked->key, "PEM: of the certificate")
                         ->check(CLI::ExistingFile);
  certificate->needs(key);
  key->needs(certificate);
  command->add_flag("--no-http", asked->no_http, "Without HTTP");
  command->add_option("--inbox", asked->inbox,
                      "A folder to take files from (.json, .jsonl, .ndjson), then moved to kept/");
  command
      ->add_option("--settings", asked->settings,
                   "A station.toml: zones, what to watch for, whom to tell")
      ->check(CLI::ExistingFile);
  add_import(*command, asked, session);
  add_station_accounts(*command, asked->folder, session);
  add_station_export(*command, asked->folder, session);
  add_station_fleet(*command, asked->folder, session);
  add_station_orders(*command, asked->folder, session);
  add_station_releases(*command, asked->folder, session);
  command->footer(
      "Runs until Ctrl-C. What is acknowledged, to a broker or by HTTP, is on disk. Reads the "
      "uplink\n"
      "JSON of ChirpStack v4 and The Things Stack v3, and {\"device\": NAME, \"port\": N,\n"
      "\"payload\": BASE64}, with Sengi's messages or OpenCollar Edge's.\n\n"
      "Examples:\n"
      "  sengi station --mqtt mqtt://localhost\n"
      "  sengi station --mqtt mqtt://localhost --settings station.toml\n"
      "  sengi station --listen 0.0.0.0 --tls-certificate camp.pem --tls-key camp.key\n"
      "  sengi station --mqtt mqtts://station@lora.example.org --client-id camp-1 --share park\n"
      "  curl -d '{\"device\": \"collar-7\", \"port\": 24, \"payload\": "
      "\"nQ8cBMitSgMGpl9cfMC8RTY=\"}' \\\n"
      "    http://127.0.0.1:8080/api/v1/uplinks");
  command->callback([asked, command, &session] {
    if (!command->get_subcommands().empty()) return;
    session.action = [asked] { return run(*asked); };
  });
}

}  // namespace sengi::cli
