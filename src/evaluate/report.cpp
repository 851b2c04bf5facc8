// SPDX-License-Identifier: Apache-2.0
#include "evaluate/report.h"

#include <fmt/format.h>

#include "base/text.h"
#include "evaluate/page.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

// One sentence that says what this is and how well it does.
std::string lead(const ReportData& data, const Figures& all) {
  return fmt::format("Tells {} apart, right for <strong>{}</strong> of {} it never met before{}.",
                     counted(data.trained.labels.size(), "label"), page::percent(all.accuracy),
                     counted(all.count, "clip"),
                     data.run ? fmt::format(", in <strong>{}</strong> of RAM on {}",
                                            page::kibibytes(data.run->ram_bytes()),
                                            page::text(data.run->board_title))
                              : "");
}

std::string glance(const ReportData& data, const Figures& all) {
  std::vector<page::Tile> tiles = {{"Right answers", page::percent(all.accuracy),
                                    fmt::format("between {:.1f} and {:.1f}\u00A0%, 95\u00A0% sure",
                                                100 * data.evaluation.intervals.accuracy.low,
                                                100 * data.evaluation.intervals.accuracy.high),
                                    page::Source::measured}};
  if (!data.run) {
    tiles.push_back({"Arena", page::kibibytes(data.plan.arena_bytes), "all tensors, planned",
                     page::Source::modelled});
    return page::tiles(tiles);
  }
  const RunRecord& run = *data.run;
  tiles.push_back({"RAM", page::kibibytes(run.ram_bytes()), "arena, static and deepest stack",
                   page::Source::measured});
  tiles.push_back(
      {"Flash", page::kibibytes(run.flash_bytes()), "code and constants", page::Source::measured});
  if (run.cycles) {
    tiles.push_back(
        {"One answer", run.answer_s() ? page::duration(*run.answer_s()) : "–",
         fmt::format("{} cycles at {:.0f}\u00A0MHz{}", with_thousands(*run.answer_cycles()),
                     run.clock_hz / 1e6, run.front_end_cycles ? ", features and network" : ""),
         page::Source::modelled});
  }
  return page::tiles(tiles);
}

page::Section figures_section(const ReportData& data) {
  page::Section section{.id = "figures", .title = "Figures", .lead = "", .body = ""};
  section.lead = "Every figure above says how it came about.";
  const page::Table table{
      .caption = "",
      .columns = {"Mark", "Means"},
      .rows = {{page::badge(page::Source::measured),
                "Counted: clips answered, bytes in the program's sections, stack that was written "
                "to, instructions that the emulator ran."},
               {page::badge(page::Source::modelled),
                "Computed from what was counted by a stated rule: cycles by the core's published "
                "table (<code>sengi run --explain</code>), energy from power and time, carbon from "
                "energy and the grid."},
               {page::badge(page::Source::datasheet),
                "Taken from the maker's document: the board's clock, memories and currents."}},
      .numeric = {}};
  std::string commands;
  for (const std::string_view verb : {"data check", "train", "evaluate", "run", "report"}) {
    commands += fmt::format("<code>sengi {} {}</code><br>\n", verb,
                            page::text(data.project.folder.filename().string()));
  }
  section.body =
      "<div class=\"card\">" + page::table(table) +
      "</div>\n<div class=\"card\"><h3>To "
      "get them again</h3><p>" +
      commands +
      "</p></div>\n<div class=\"card\"><h3>To give away with the model</h3><p>Beside this "
      "page, of the same facts: <a href=\"model_card.md\">model card</a> and <a "
      "href=\"data_card.md\">data card</a>.</p></div>\n";
  return section;
}

std::string foot(const ReportData& data) {
  return fmt::format(
      "<p>Made by sengi {}. This page is one file and fetches nothing.</p>\n<dl><dt>Model</dt><dd>"
      "<code>{}</code></dd><dt>sengi.toml</dt><dd><code>{}</code></dd></dl>\n",
      page::text(data.version), page::text(data.trained.model_sha256),
      page::text(data.trained.config_sha256));
}

}  // namespace

std::string report_page(const ReportData& data) {
  const Figures all = figures(data.evaluation.confusion);
  page::Document document;
  document.title = page::text(data.trained.name);
  document.kicker = "sengi report";
  document.lead = lead(data, all);
  document.opening = glance(data, all);
  if (data.example) document.sections.push_back(listening_section(data));
  document.sections.push_back(answers_section(data));
  if (!data.evaluation.suspects.empty()) document.sections.push_back(suspects_section(data));
  document.sections.push_back(recordings_section(data));
  document.sections.push_back(training_section(data));
  if (data.learning_curve || data.folds) document.sections.push_back(studies_section(data));
  document.sections.push_back(device_section(data));
  if (data.training) document.sections.push_back(cost_section(data));
  document.sections.push_back(figures_section(data));
  document.foot = foot(data);
  return page::render(document);
}

std::filesystem::path report_path(const project::Project& project) {
  return project.out() / "report.html";
}

}  // namespace sengi::evaluate
