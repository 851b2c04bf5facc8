// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "cli/zones.h"
#include "emulate/consumption.h"
#include "movement/zone_drawing.h"
#include "power/energy_study.h"

namespace sengi::cli {
namespace {

using Json = nlohmann::ordered_json;

struct EquipmentInput {
  std::string board = "opencollar";
  power::EquipmentOptions options;
  int data_rate = 3;
};

struct StudyInput {
  EquipmentInput equipment;
  std::string zones;
  std::vector<std::string> tracks;
  std::vector<double> intervals_min;
  std::string kind, watch, page;
  double budget_mah = 8;
  double fix_least_min = power::Policy{}.fix_least_s / 60.0;
  double fix_most_min = power::Policy{}.fix_most_s / 60.0;
  double listen_percent = 0;
  bool repair = false;
  bool rotate = false;
};

void add_equipment(CLI::App& command, EquipmentInput& input) {
  command.add_option("--board", input.board, "Whose currents; else opencollar");
  command
      .add_option("--accelerometer-hz", input.options.accelerometer_hz,
                  "At which it is read all the time; 0: off; else 12.5")
      ->check(CLI::Range(0.0, 1600.0));
}

Result<power::Equipment> equipment_for(EquipmentInput input) {
  input.options.data_rate = static_cast<std::uint8_t>(input.data_rate);
  return power::equipment_of(input.board, input.options);
}

struct CurrentsInput {
  EquipmentInput equipment;
  bool cpp = false;
};

Result<Status> currents(const CurrentsInput& input, const Session& session) {
  SENGI_TRY(equipment, equipment_for(input.equipment));
  if (input.cpp) {
    SENGI_CHECK(say(power::currents_as_cpp(equipment)));
    return Status::done;
  }
  SENGI_TRY(c, emulate::load_consumption(input.equipment.board));
  const std::pair<const char*, const emulate::Draw*> draws[] = {
      {"processor asleep", &c.processor_sleep},
      {"standby", &c.standby},
      {"processor", &c.processor},
      {"gps", &c.gps},
      {"gps kept ready", &c.gps_backup},
      {"radio sends", &c.radio_send},
      {"radio listens", &c.radio_listen},
      {"microphone", &c.microphone},
      {"flash", &c.flash}};
  Json list = Json::array();
  Table table({"consumer", ">uA", "from"});
  for (const auto& [name, draw] : draws) {
    list.push_back({{"consumer", name}, {"microamps", draw->microamps}, {"source", draw->source}});
    table.add({name, fmt::format("{:g}", draw->microamps), draw->source});
  }
  const double ua = equipment.currents[power::Consumer::accelerometer] / 100.0;
  list.push_back(
      {{"consumer", "accelerometer"}, {"microamps", ua}, {"source", c.accelerometer.source}});
  table.add({fmt::format("accelerometer at {:g} Hz", equipment.accelerometer_hz),
             fmt::format("{:g}", ua), c.accelerometer.source});
  SENGI_CHECK(say(session.json ? list.dump(2) + "\n" : table.text()));
  return Status::done;
}

Result<std::uint32_t> seconds_of(double minutes, std::string_view option) {
  if (!(minutes >= 1 && minutes <= 2880)) {
    return Error{fmt::format("{}: {} is not within 1 to 2880 minutes", option, minutes)};
  }
  return static_cast<std::uint32_t>(std::lround(minutes * 60));
}

Result<power::EnergyOptions> options_of(const StudyInput& input,
                                        const power::Equipment& equipment) {
  power::EnergyOptions options;
  options.rotate = input.rotate;
  SENGI_TRY(kinds, kinds_named(input.watch));
  options.kinds = kinds;
  if (!input.intervals_min.empty()) options.intervals_s.clear();
  for (const double minutes : input.intervals_min) {
    SENGI_TRY(interval_s, seconds_of(minutes, "--interval-min"));
    options.intervals_s.push_back(interval_s);
  }
  SENGI_TRY(least_s, seconds_of(input.fix_least_min, "--fix-least-min"));
  SENGI_TRY(most_s, seconds_of(input.fix_most_min, "--fix-most-min"));
  if (least_s > most_s) {
    return Error{fmt::format("--fix-least-min {} is more than --fix-most-min {}",
                             input.fix_least_min, input.fix_most_min)};
  }
  options.policy.fix_least_s = least_s;
  options.policy.fix_most_s = most_s;
  options.policy.daily_budget_uah =
      static_cast<std::uint32_t>(std::lround(input.budget_mah * 1000));
  options.policy.listen_most_permille =
      static_cast<std::uint16_t>(std::lround(input.listen_percent * 10));
  options.policy = power::with_costs(options.policy, equipment);
  return options;
}

Result<Status> study(const StudyInput& input, const Session& session) {
  SENGI_TRY(equipment, equipment_for(input.equipment));
  SENGI_TRY(options, options_of(input, equipment));
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
      zones::ZoneMap own = input.zones.empty() ? movement::drawn_zones(track) : map;
      animals.push_back({std::move(track), std::move(own)});
    }
  }
  SENGI_TRY(result, power::run_energy_study(animals, equipment, options));
  SENGI_CHECK(say(session.json ? power::to_json(result) : power::to_text(result)));
  if (!input.page.empty()) {
    SENGI_CHECK(write_result(session, input.page, power::energy_page(result, SENGI_VERSION)));
  }
  return Status::done;
}

void add_currents(CLI::App& energy, Session& session) {
  auto input = std::make_shared<CurrentsInput>();
  CLI::App* command = energy.add_subcommand("currents", "What a board's parts take, and by whom");
  add_equipment(*command, input->equipment);
  command->add_flag("--cpp", input->cpp, "As a header for a firmware");
  add_json(*command, session);
  command->footer(
      "Examples:\n"
      "  sengi energy currents\n"
      "  sengi energy currents --board opencollar --cpp > currents.h");
  command->callback([input, &session] {
    session.action = [input, &session] { return currents(*input, session); };
  });
}

void add_study(CLI::App& energy, Session& session) {
  auto input = std::make_shared<StudyInput>();
  CLI::App* command = energy.add_subcommand(
      "study", "Days of battery under the scheduler, against fixed intervals that warn no better");
  command->add_option("ZONES", input->zones,
                      "GeoJSON or compact zones; without it some are drawn where each animal went");
  command->add_option("--track", input->tracks, "Tracks: CSV (Movebank's or others') or GPX")
      ->required();
  add_equipment(*command, input->equipment);
  command->add_option("--interval-min", input->intervals_min,
                      "Fixed intervals to compare with; else 20, 30, 60, 120, 240 minutes");
  command->add_option("--fix-least-min", input->fix_least_min,
                      "Shortest interval; else 20 minutes");
  command->add_option("--fix-most-min", input->fix_most_min, "Longest interval; else 540 minutes");
  command->add_option("--budget-mah", input->budget_mah, "That a day may take; else 8")
      ->check(CLI::Range(0.1, 650.0));
  command
      ->add_option("--listen-percent", input->listen_percent,
                   "Of the time with the microphone on, at most; else 0")
      ->check(CLI::Range(0.0, 100.0));
  command
      ->add_option("--seconds-a-fix", input->equipment.options.seconds_a_fix,
                   "That every fix takes; else the board's two times, by whether orbits are known")
      ->check(CLI::Range(1, 600));
  command->add_option("--data-rate", input->equipment.data_rate, "Of EU868, for reports; else 3")
      ->check(CLI::Range(0, 6));
  command->add_option("--kind", input->kind, "What zones are that do not say it");
  command->add_option("--watch", input->watch, "Kinds to warn of, as farm,risk; else all");
  command->add_flag("--repair", input->repair, "Mend zones that cross themselves");
  command->add_flag("--rotate", input->rotate,
                    "Warn of each animal by a model that learned from the others");
  command->add_option("--page", input->page, "Write a page with pictures");
  add_json(*command, session);
  add_quiet(*command, session);
  command->footer(
      "The device's own monitor, scheduler and ledger live along each track. Asked for a fix, the\n"
      "track gives the first that was recorded from then on; none is made up.\n\n"
      "Examples:\n"
      "  sengi energy study --track a.csv b.csv c.csv --rotate --page battery.html\n"
      "  sengi energy study farms.geojson --track collar.csv --listen-percent 5");
  command->callback(
      [input, &session] { session.action = [input, &session] { return study(*input, session); }; });
}

}  // namespace

void add_energy(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("energy", "What a collar takes, and how long its battery lasts");
  command->require_subcommand(1);
  add_study(*command, session);
  add_currents(*command, session);
  command->footer(
      "Examples:\n"
      "  sengi energy study --track collar.csv --page battery.html\n"
      "  sengi energy currents");
}

}  // namespace sengi::cli
