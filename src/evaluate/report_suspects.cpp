// SPDX-License-Identifier: Apache-2.0
// Labels to doubt: each to be heard or seen.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evaluate/example.h"
#include "evaluate/inline_media.h"
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

// A line for each axis, oldest on the left.
std::string axes_svg(const std::vector<std::vector<std::int16_t>>& axes) {
  constexpr double width = 320, height = 60;
  std::string lines;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const auto& values = axes[axis];
    const auto [low, high] = std::ranges::minmax(values);
    const double span = std::max(1.0, double{1} * high - low);
    std::string path;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double x = width * (static_cast<double>(i) + 0.5) / static_cast<double>(values.size());
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x,
                          height - 2 - (height - 4) * (values[i] - low) / span);
    }
    lines += fmt::format(R"(<path class="axis axis{}" d="{}"/>)", axis % 3, path);
  }
  return fmt::format(
      R"(<svg viewBox="0 0 {} {}" width="100%" preserveAspectRatio="none" aria-hidden="true">)"
      R"({}</svg>)",
      width, height, lines);
}

// What there is to hear or to see; empty where there is nothing.
std::string shown(const Exhibit& exhibit, const std::string& label) {
  if (exhibit.sound) {
    return fmt::format("{}\n<audio controls preload=\"metadata\" src=\"{}\"></audio>",
                       wave_svg(*exhibit.sound), sound_address(*exhibit.sound));
  }
  if (exhibit.picture) {
    return fmt::format(R"(<img src="{}" alt="An image labelled {}">)",
                       picture_address(*exhibit.picture), page::text(label));
  }
  const bool stream = !exhibit.axes.empty() && exhibit.axes.front().size() > 1;
  return stream ? axes_svg(exhibit.axes) : std::string();
}

std::string exhibit_card(const Evaluation& evaluation, const Suspect& suspect,
                         const std::string& shown) {
  return fmt::format(
      "<div class=\"card suspect\"><p><strong>{}</strong>, or {}?</p>\n{}\n<p class=\"fall\">{} "
      "sure of {}, {} of {}<br><code>{}</code></p></div>\n",
      page::text(evaluation.labels[suspect.label]), page::text(evaluation.labels[suspect.answer]),
      shown, page::percent(suspect.confidence, 0), page::text(evaluation.labels[suspect.answer]),
      page::percent(suspect.own, 0), page::text(evaluation.labels[suspect.label]),
      page::text(suspect.place()));
}

std::string suspect_table(const Evaluation& evaluation) {
  page::Table table{.caption = "",
                    .columns = {"Clip", "Label", "Seems", "Sure by", "Split"},
                    .rows = {},
                    .numeric = {false, false, false, true, false}};
  for (const Suspect& one : evaluation.suspects) {
    table.rows.push_back({"<code>" + page::text(one.place()) + "</code>",
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
      "hard; a look or a listen tells.",
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
  std::string cards;
  for (std::size_t i = 0; i < std::min(data.suspect_exhibits.size(), evaluation.suspects.size());
       ++i) {
    const Suspect& suspect = evaluation.suspects[i];
    const std::string there = shown(data.suspect_exhibits[i], evaluation.labels[suspect.label]);
    if (!there.empty()) cards += exhibit_card(evaluation, suspect, there);
  }
  if (!cards.empty()) section.body = "<div class=\"suspects\">\n" + cards + "</div>\n";
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
