// SPDX-License-Identifier: Apache-2.0
#include "tune/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace sengi::tune {
namespace {

using Json = nlohmann::ordered_json;

std::string kibibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
}

std::string energy(double joules) {
  return joules <= 0 ? "–" : fmt::format("{:.0f} µJ", 1e6 * joules);
}

std::string row(std::string_view name, std::string_view accuracy, std::string_view cycles,
                std::string_view time, std::string_view ram, std::string_view flash,
                std::string_view energy, std::string_view what) {
  return fmt::format("  {:>5}  {:>8}  {:>10}  {:>8}  {:>9}  {:>9}  {:>7}  {}\n", name, accuracy,
                     cycles, time, ram, flash, energy, what);
}

std::string row_of(const Search& search, const Trial& trial, bool against_project) {
  const Cost& cost = trial.known_cost();
  const Trial& own = search.trial(1);
  const bool beats = against_project && trial.id != 1 && search.finished(own) &&
                     search.finished(trial) && search.beats(trial, own);
  return row(fmt::format("{}{}", beats ? "*" : "", trial.id),
             trial.rungs.empty()
                 ? "–"
                 : fmt::format("{:.1f} %", 100 * trial.rungs.back().balanced_accuracy),
             with_thousands(cost.cycles), fmt::format("{:.2f} ms", 1e3 * cost.inference_s),
             kibibytes(cost.ram_bytes), kibibytes(cost.flash_bytes), energy(cost.inference_j),
             words_of(search.space(), trial.values));
}

// The highest rung that a trial has been through; none: nothing was trained.
std::optional<std::size_t> highest_rung(const Search& search) {
  std::size_t most = 0;
  for (const Trial& trial : search.trials()) {
    if (search.accepted(trial)) most = std::max(most, trial.rungs.size());
  }
  if (most == 0) return std::nullopt;
  return most - 1;
}

// Those to show: the Pareto set, or the most accurate of the highest rung.
std::vector<std::int32_t> shown(const Search& search) {
  std::vector<std::int32_t> ids = search.pareto();
  const auto rung = highest_rung(search);
  if (!ids.empty() || !rung) return ids;
  for (const Trial& trial : search.trials()) {
    if (search.accepted(trial) && trial.rungs.size() == *rung + 1) ids.push_back(trial.id);
  }
  std::ranges::stable_sort(ids, std::greater{}, [&](std::int32_t id) {
    return search.trial(id).rungs.back().balanced_accuracy;
  });
  return ids;
}

Json json_of(const Search& search, const Trial& trial) {
  const Cost& cost = trial.known_cost();
  Json changes = Json::object();
  for (const auto& [key, value] : search.space().changes(trial.values)) changes[key] = value;
  Json json = {{"trial", trial.id},
               {"what", words_of(search.space(), trial.values)},
               {"changes", changes},
               {"balanced_accuracy", nullptr},
               {"accuracy", nullptr},
               {"epochs", nullptr},
               {"cycles", cost.cycles},
               {"ram_bytes", cost.ram_bytes},
               {"flash_bytes", cost.flash_bytes},
               {"inference_s", cost.inference_s},
               {"inference_j", cost.inference_j > 0 ? Json(cost.inference_j) : Json(nullptr)},
               {"beats_project", false}};
  if (!trial.rungs.empty()) {
    json["balanced_accuracy"] = trial.rungs.back().balanced_accuracy;
    json["accuracy"] = trial.rungs.back().accuracy;
    json["epochs"] = trial.rungs.back().epochs;
  }
  if (search.finished(trial) && search.finished(search.trial(1))) {
    json["beats_project"] = search.beats(trial, search.trial(1));
  }
  return json;
}

// "412,000 cycles instead of 2,790,000"
std::string instead(std::uint64_t ours, std::uint64_t own) {
  return fmt::format("{} instead of {}", with_thousands(ours), with_thousands(own));
}

}  // namespace

std::string duration(double seconds) {
  const long whole = std::max(0L, std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string table_of(const Search& search, std::size_t rows) {
  std::string text = row("", "accuracy", "cycles", "time", "RAM", "flash", "energy", "");
  const std::vector<std::int32_t> ids = shown(search);
  bool own_shown = false;
  for (std::size_t i = 0; i < std::min(rows, ids.size()); ++i) {
    text += row_of(search, search.trial(ids[i]), true);
    own_shown = own_shown || ids[i] == 1;
  }
  if (ids.size() > rows) text += fmt::format("         … and {} more\n", ids.size() - rows);
  if (!own_shown && search.trial(1).cost) text += row_of(search, search.trial(1), false);
  return text;
}

std::string counts_of(const Search& search) {
  std::string text = fmt::format("{}, {} beyond the limits; trained",
                                 counted(search.trials().size(), "candidate"), search.rejected());
  const auto& epochs = search.plan().epochs;
  for (std::size_t rung = 0; rung < epochs.size(); ++rung) {
    const auto through = std::ranges::count_if(
        search.trials(), [&](const Trial& trial) { return trial.rungs.size() > rung; });
    text += fmt::format("{} {} for {}", rung == 0 ? "" : ",", through, epochs[rung]);
    if (rung == 0) text += epochs[rung] == 1 ? " epoch" : " epochs";
  }
  return text;
}

std::string line_of(const Search& search, const Trial& trial, const Answer& answer) {
  const std::string what = words_of(search.space(), trial.values);
  if (!answer.error.empty()) return fmt::format("#{}  {}\n", trial.id, answer.error);
  if (answer.stopped) return fmt::format("#{}  stopped; it is tried again\n", trial.id);
  if (!trial.refused.empty()) return fmt::format("#{}  refused: {}\n", trial.id, trial.refused);
  const Cost& cost = trial.known_cost();
  if (!answer.learned) {
    return fmt::format("#{}  {} cycles, {} RAM, {} flash{}  {}\n", trial.id,
                       with_thousands(cost.cycles), kibibytes(cost.ram_bytes),
                       kibibytes(cost.flash_bytes),
                       search.accepted(trial) ? "" : "  beyond the limits", what);
  }
  return fmt::format("#{}  {:.1f} % after {}, {} cycles, in {}  {}\n", trial.id,
                     100 * answer.learned->balanced_accuracy,
                     counted(static_cast<std::size_t>(answer.learned->epochs), "epoch"),
                     with_thousands(cost.cycles), duration(answer.learned->seconds), what);
}

std::string live_view(const Search& search, const About& about, double seconds,
                      std::optional<double> seconds_left) {
  constexpr std::size_t rows = 8;
  std::string text =
      fmt::format("{} on {}, {}{}\n{}\n\n{}\n", about.project, about.board, duration(seconds),
                  seconds_left ? fmt::format(", {} left", duration(*seconds_left)) : "",
                  counts_of(search), table_of(search, rows));
  for (const std::int32_t id : search.running()) {
    const Trial& trial = search.trial(id);
    const std::string doing =
        trial.cost ? fmt::format(
                         "training for {}",
                         counted(static_cast<std::size_t>(search.plan().epochs[trial.rungs.size()]),
                                 "epoch"))
                   : "building and measuring";
    text += fmt::format("  {:>5}  {}  {}\n", id, doing, words_of(search.space(), trial.values));
  }
  return text;
}

std::string verdict_of(const Search& search, const About& about) {
  if (search.best() == 0) {
    return "no training with all epochs is done yet; the same command goes on\n";
  }
  const Trial& own = search.trial(1);
  if (!search.finished(own)) return "the project itself has not had its last training yet\n";
  std::vector<const Trial*> better;
  for (const std::int32_t id : search.pareto()) {
    if (id != 1 && search.beats(search.trial(id), own)) better.push_back(&search.trial(id));
  }
  const Trial& top = search.trial(search.best());
  std::string words;
  if (better.empty()) {
    words =
        "nothing found yet is as good as the project in all of accuracy, cycles, RAM and flash, "
        "and better in one; more --trials or --hours go on\n";
  } else {
    const Trial& most = *better.front();
    words = fmt::format(
        "* as good as the project in accuracy, cycles, RAM and flash, and better in one or more. "
        "The most accurate of them is {}:\n"
        "{:.1f} % instead of {:.1f} % on validation, cycles {}, RAM {} bytes, flash {} bytes.\n"
        "To take it: sengi tune {} --apply {}\n",
        most.id, 100 * most.rungs.back().balanced_accuracy,
        100 * own.rungs.back().balanced_accuracy,
        instead(most.known_cost().cycles, own.known_cost().cycles),
        instead(most.known_cost().ram_bytes, own.known_cost().ram_bytes),
        instead(most.known_cost().flash_bytes, own.known_cost().flash_bytes), about.folder,
        most.id);
  }
  if (top.id != 1 && (better.empty() || top.id != better.front()->id)) {
    words += fmt::format("The most accurate of all within the limits is {}: {:.1f} %.\n", top.id,
                         100 * top.rungs.back().balanced_accuracy);
  }
  return words;
}

std::string to_json(const Search& search, const About& about, double seconds) {
  Json json = {{"project", about.project},
               {"board", about.board},
               {"seconds", seconds},
               {"seed", search.plan().seed},
               {"epochs", search.plan().epochs},
               {"candidates", search.trials().size()},
               {"rejected", search.rejected()},
               {"trainings", search.trainings()},
               {"best", search.best() == 0 ? Json(nullptr) : Json(search.best())},
               {"own", search.trial(1).cost ? json_of(search, search.trial(1)) : Json(nullptr)},
               {"pareto", Json::array()}};
  for (const std::int32_t id : search.pareto()) {
    json["pareto"].push_back(json_of(search, search.trial(id)));
  }
  return json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sengi::tune
