// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evaluate/page.h"
#include "tune/pareto.h"
#include "tune/words.h"

namespace sengi::tune {
namespace page = evaluate::page;
namespace {

// What a picture's horizontal axis shows of a cost.
struct Axis {
  std::string id;
  std::string caption;
  std::string title;
  double (*value)(const Cost&);
  page::Source source;
  bool logarithmic;
};

double error_of(const Trial& trial) { return 1 - trial.rungs.back().balanced_accuracy; }

std::string energy(double joules) {
  return joules > 0 ? fmt::format("{:.0f}\u00A0µJ", 1e6 * joules) : "–";
}

page::Scatter::Point point_of(const Search& search, const Trial& trial, const Axis& axis) {
  return {axis.value(trial.known_cost()), trial.rungs.back().balanced_accuracy,
          fmt::format(
              "{}: {:.1f} %, {} cycles, {}", trial.id, 100 * trial.rungs.back().balanced_accuracy,
              with_thousands(trial.known_cost().cycles), words_of(search.space(), trial.values))};
}

// Those of the finished that none beats in accuracy and in what the axis shows.
std::vector<const Trial*> edge_of(const std::vector<const Trial*>& finished, const Axis& axis) {
  std::vector<Figures> figures;
  figures.reserve(finished.size());
  for (const Trial* trial : finished) {
    figures.push_back({error_of(*trial), axis.value(trial->known_cost())});
  }
  std::vector<const Trial*> edge;
  for (const std::size_t i : pareto_set(figures)) edge.push_back(finished[i]);
  std::ranges::sort(edge, {}, [&](const Trial* t) { return axis.value(t->known_cost()); });
  return edge;
}

std::string picture(const Search& search, const Axis& axis) {
  page::Scatter scatter{.id = axis.id,
                        .caption = axis.caption,
                        .x_title = axis.title,
                        .y_title = "balanced accuracy, validation",
                        .clouds = {},
                        .percent = true,
                        .logarithmic_x = axis.logarithmic,
                        .source = axis.source};
  std::vector<const Trial*> finished;
  page::Scatter::Cloud early{.name = "stopped early", .points = {}, .colour = "soft"};
  page::Scatter::Cloud done{.name = "trained with all epochs", .points = {}, .colour = "cool"};
  page::Scatter::Cloud edge{.name = "not beaten", .points = {}, .colour = "accent", .stairs = true};
  page::Scatter::Cloud own{
      .name = "the project as it is", .points = {}, .colour = "warm", .mark = "rectRot"};
  for (const Trial& trial : search.trials()) {
    if (trial.rungs.empty() || !search.accepted(trial)) continue;
    if (search.finished(trial)) finished.push_back(&trial);
    if (trial.id == 1) {
      own.points.push_back(point_of(search, trial, axis));
    } else if (!search.finished(trial)) {
      early.points.push_back(point_of(search, trial, axis));
    }
  }
  const auto not_beaten = edge_of(finished, axis);
  for (const Trial* trial : not_beaten) edge.points.push_back(point_of(search, *trial, axis));
  for (const Trial* trial : finished) {
    if (trial->id == 1 || std::ranges::find(not_beaten, trial) != not_beaten.end()) continue;
    done.points.push_back(point_of(search, *trial, axis));
  }
  // The first is drawn on top.
  for (auto* cloud : {&own, &edge, &done, &early}) {
    if (!cloud->points.empty()) scatter.clouds.push_back(std::move(*cloud));
  }
  return page::scatter(scatter);
}

std::vector<std::string> row_of(const Search& search, const Trial& trial) {
  const Cost& cost = trial.known_cost();
  const bool beats =
      trial.id != 1 && search.finished(search.trial(1)) && search.beats(trial, search.trial(1));
  return {fmt::to_string(trial.id),
          page::percent(trial.rungs.back().balanced_accuracy),
          with_thousands(cost.cycles),
          page::duration(cost.inference_s),
          page::kibibytes(cost.ram_bytes),
          page::kibibytes(cost.flash_bytes),
          energy(cost.inference_j),
          page::text(words_of(search.space(), trial.values)),
          trial.id == 1 ? ""
          : beats       ? "yes"
                        : "no"};
}

std::string set_table(const Search& search) {
  page::Table table{.caption = "",
                    .columns = {"trial", "accuracy", "cycles", "time", "RAM", "flash", "energy",
                                "what is other than in the project", "beats the project"},
                    .rows = {},
                    .numeric = {false, true, true, true, true, true, true, false, false}};
  bool own_shown = false;
  for (const std::int32_t id : search.pareto()) {
    table.rows.push_back(row_of(search, search.trial(id)));
    own_shown = own_shown || id == 1;
  }
  if (!own_shown && search.finished(search.trial(1))) {
    table.rows.push_back(row_of(search, search.trial(1)));
  }
  return "<div class=\"card\">" + page::table(table) + "</div>\n";
}

std::string best_tiles(const Search& search) {
  const Trial& best = search.trial(search.best());
  const Trial& own = search.trial(1);
  const Cost& cost = best.known_cost();
  const auto beside = [&](const std::string& value) {
    return search.finished(own) ? "the project: " + value : "";
  };
  const double accuracy = own.rungs.empty() ? 0 : own.rungs.back().balanced_accuracy;
  std::vector<page::Tile> tiles = {{"Accuracy", page::percent(best.rungs.back().balanced_accuracy),
                                    beside(page::percent(accuracy)), page::Source::measured}};
  if (own.cost) {
    const Cost& before = own.known_cost();
    tiles.push_back({"Cycles", with_thousands(cost.cycles), beside(with_thousands(before.cycles)),
                     page::Source::modelled});
    tiles.push_back({"RAM", page::kibibytes(cost.ram_bytes),
                     beside(page::kibibytes(before.ram_bytes)), page::Source::measured});
    tiles.push_back({"Flash", page::kibibytes(cost.flash_bytes),
                     beside(page::kibibytes(before.flash_bytes)), page::Source::measured});
  }
  return page::tiles(tiles);
}

std::string limits_of(const SearchPlan& plan) {
  const Limits& limits = plan.limits;
  std::string words;
  const auto add = [&](const std::string& limit) { words += (words.empty() ? "" : ", ") + limit; };
  if (limits.ram_bytes) add("RAM " + page::kibibytes(*limits.ram_bytes));
  if (limits.flash_bytes) add("flash " + page::kibibytes(*limits.flash_bytes));
  if (limits.latency_s) add(page::duration(*limits.latency_s) + " an inference");
  if (limits.energy_j) add(energy(*limits.energy_j) + " an inference");
  if (plan.no_worse) add("no worse than the project in cycles, RAM and flash");
  return words.empty() ? "none" : words;
}

}  // namespace

std::string report_page(const Search& search, const About& about) {
  const std::vector<Axis> axes = {
      {"cycles-plane", "Accuracy against cycles", "cycles of one inference",
       [](const Cost& c) { return static_cast<double>(c.cycles); }, page::Source::modelled, true},
      {"ram-plane", "Accuracy against RAM", "KiB of RAM",
       [](const Cost& c) { return static_cast<double>(c.ram_bytes) / 1024; },
       page::Source::measured, false},
      {"flash-plane", "Accuracy against flash", "KiB of flash",
       [](const Cost& c) { return static_cast<double>(c.flash_bytes) / 1024; },
       page::Source::measured, false},
      {"energy-plane", "Accuracy against energy", "µJ of one inference",
       [](const Cost& c) { return 1e6 * c.inference_j; }, page::Source::datasheet, true}};
  page::Document document;
  document.title = page::text(about.project) + ": tuned";
  document.kicker = "sengi tune";
  document.lead = fmt::format("Networks and front ends for {}. {}.", page::text(about.board_title),
                              counts_of(search));
  if (search.best() != 0) {
    document.opening = best_tiles(search);
    document.sections.push_back(
        {.id = "set",
         .title = "What can be had",
         .lead =
             fmt::format("None of these is beaten by another in accuracy, cycles, RAM and flash "
                         "together. <code>sengi tune {} --apply N</code> writes the keys of "
                         "trial N into sengi.toml.",
                         page::text(about.folder)),
         .body = set_table(search)});
  }
  std::string pictures;
  for (const Axis& axis : axes) {
    const Trial& own = search.trial(1);
    if (axis.id == "energy-plane" && !(own.cost && own.cost->inference_j > 0)) continue;
    pictures += picture(search, axis);
  }
  document.sections.push_back(
      {.id = "planes",
       .title = "Accuracy and its price",
       .lead = "Up is more accurate, left is cheaper. Point at a mark to see what it is.",
       .body = "<div class=\"pair\">\n" + pictures + "</div>\n"});
  document.foot = fmt::format(
      "<dl><dt>Limits</dt><dd>{}</dd><dt>Epochs</dt><dd>{}; of each budget a third goes on to the "
      "next and is trained anew</dd><dt>Accuracy</dt><dd>balanced, int8, on the validation side; "
      "the test side was not looked at</dd>{}<dt>Seed</dt><dd>{}</dd><dt>Sengi</dt><dd>{}</dd></dl>"
      "\n",
      limits_of(search.plan()),
      fmt::format("{}",
                  [&] {
                    std::string words;
                    for (const std::int32_t epochs : search.plan().epochs) {
                      words += fmt::format("{}{}", words.empty() ? "" : ", ", epochs);
                    }
                    return words;
                  }()),
      about.power_source.empty() ? ""
                                 : "<dt>Energy</dt><dd>" + page::text(about.power_source) + "</dd>",
      search.plan().seed, page::text(about.version));
  return page::render(document);
}

}  // namespace sengi::tune
