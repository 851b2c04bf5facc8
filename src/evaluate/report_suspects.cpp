// SPDX-License-Identifier: Apache-2.0
// Labels to doubt: each to be heard and seen.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evaluate/example.h"
#include "evaluate/inline_sound.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

std::string wave_svg(const data::Audio& audio) {
  constexpr std::size_t columns = 160;
  constexpr double width = 320, half = 30;
  const auto parts = envelope(audio.samples, columns);
  std::int32_t loudest = 1;
  for (const auto& [low, high] : parts) {
    loudest = std::max({loudest, -std::int32_t{low}, std::int32_t{high}});
  }
  std::string path;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double x = width * (static_cast<double>(i) + 0.5) / static_cast<double>(parts.size());
    const double top = half - std::max(0.5, half * parts[i].second / loudest);
    const double bottom = half + std::max(0.5, -half * parts[i].first / loudest);
    path += fmt::format("M{:.1f} {:.1f}V{:.1f}", x, top, bottom);
  }
  return fmt::format(
      R"(<svg viewBox="0 0 {} {}" width="100%" preserveAspectRatio="none" aria-hidden="true">)"
      R"(<path class="sound" d="{}"/></svg>)",
      width, 2 * half, path);
}

std::string heard_card(const Evaluation& evaluation, const Suspect& suspect,
                       const data::Audio& sound) {
  return fmt::format(
      "<div class=\"card suspect\"><p><strong>{}</strong>, or {}?</p>\n{}\n<audio controls "
      "preload=\"metadata\" src=\"{}\"></audio>\n<p class=\"fall\">{} sure of {}, {} of {}<br>"
      "<code>{}</code></p></div>\n",
      page::text(evaluation.labels[suspect.label]), page::text(evaluation.labels[suspect.answer]),
      wave_svg(sound), sound_address(sound), page::percent(suspect.confidence, 0),
      page::text(evaluation.labels[suspect.answer]), page::percent(suspect.own, 0),
      page::text(evaluation.labels[suspect.label]), page::text(suspect.path));
}

std::string suspect_table(const Evaluation& evaluation) {
  page::Table table{.caption = "",
                    .columns = {"Clip", "Label", "Seems", "Sure by", "Split"},
                    .rows = {},
                    .numeric = {false, false, false, true, false}};
  for (const Suspect& one : evaluation.suspects) {
    table.rows.push_back({"<code>" + page::text(one.path) + "</code>",
                          page::text(evaluation.labels[one.label]),
                          page::text(evaluation.labels[one.answer]),
                          page::percent(one.confidence, 0), page::text(one.split)});
  }
  return page::table(table);
}

}  // namespace

page::Section suspects_section(const ReportData& data) {
  const Evaluation& evaluation = data.evaluation;
  page::Section section{
      .id = "labels-to-doubt", .title = "Labels to doubt", .lead = "", .body = ""};
  section.lead = fmt::format(
      "{} of {} that training did not learn from {} denied with confidence: another label is "
      "likelier than clips of that label usually are. Either the label is wrong or the clip is "
      "hard; listening tells.",
      with_thousands(evaluation.suspects_count), counted(evaluation.held_out, "clip"),
      evaluation.suspects_count == 1 ? "is" : "are");
  const double accuracy = figures(evaluation.confusion).accuracy;
  constexpr double fair_judge = 0.7;
  if (accuracy < fair_judge) {
    section.lead += fmt::format(
        " A network that is right {} of the time is a poor judge of labels, so expect more of the "
        "hard ones.",
        page::percent(accuracy, 0));
  }
  std::string heard;
  for (std::size_t i = 0; i < std::min(data.suspect_sounds.size(), evaluation.suspects.size());
       ++i) {
    const auto& sound = data.suspect_sounds[i];
    if (sound) heard += heard_card(evaluation, evaluation.suspects[i], *sound);
  }
  if (!heard.empty()) section.body = "<div class=\"suspects\">\n" + heard + "</div>\n";
  section.body +=
      "<div class=\"card\">" +
      page::folded(evaluation.suspects.size() < evaluation.suspects_count
                       ? fmt::format("The {} most suspect", evaluation.suspects.size())
                       : "All of them",
                   suspect_table(evaluation)) +
      "<p class=\"fall\">Confident learning, the simple form: Northcutt, Jiang and Chuang "
      "2021.</p></div>\n";
  return section;
}

}  // namespace sengi::evaluate
