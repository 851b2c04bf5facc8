// SPDX-License-Identifier: Apache-2.0
// How often the answers are right, and what is mistaken for what.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

// Text must stand out from its cell: from `deep` on it takes the paper's colour, and on a dark page
// from `half` on.
std::string_view depth_class(double depth) {
  if (depth > 0.8) return " deep";
  return depth > 0.52 ? " half" : "";
}

std::string confusion_cell(const Evaluation& evaluation, std::size_t truth, std::size_t answer) {
  const std::uint64_t count = evaluation.confusion.at(truth, answer);
  const std::string words =
      fmt::format("{} answered {}: {}", page::text(evaluation.labels[truth]),
                  page::text(evaluation.labels[answer]), with_thousands(count));
  if (count == 0) return fmt::format("<td class=\"zero\" title=\"{}\">0</td>", words);
  const auto all = static_cast<double>(evaluation.confusion.of_truth(truth));
  // The square root lets a single mistake among hundreds still be seen.
  const double depth = 0.08 + 0.92 * std::sqrt(static_cast<double>(count) / all);
  return fmt::format("<td class=\"{}{}\" style=\"--a:{:.2f}\" title=\"{}\">{}</td>",
                     truth == answer ? "right" : "wrong", depth_class(depth), depth, words,
                     with_thousands(count));
}

std::string confusion_table(const Evaluation& evaluation) {
  std::string html =
      "<div class=\"card\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Confusion matrix\">\n<table class=\"confusion\">\n<caption>Rows: what it was. "
      "Columns: the answer.</caption>\n<thead><tr><td></td>";
  for (const std::string& label : evaluation.labels) {
    html += fmt::format("<th scope=\"col\"><span>{}</span></th>", page::text(label));
  }
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t truth = 0; truth < evaluation.labels.size(); ++truth) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", page::text(evaluation.labels[truth]));
    for (std::size_t answer = 0; answer < evaluation.labels.size(); ++answer) {
      html += confusion_cell(evaluation, truth, answer);
    }
    html += "</tr>\n";
  }
  return html +
         "</tbody>\n</table></div>\n"
         "<p class=\"fall\">The diagonal is right. Depth of colour is the share of the row, "
         "drawn so that single mistakes show.</p></div>\n";
}

std::string class_table(const Evaluation& evaluation, const Figures& all) {
  page::Table table{.caption = "Each label",
                    .columns = {"Label", "Clips", "Precision", "Recall", "F1", ""},
                    .rows = {},
                    .numeric = {false, true, true, true, true, false}};
  for (std::size_t i = 0; i < all.classes.size(); ++i) {
    const ClassFigures& one = all.classes[i];
    const auto shown = [&](double share, bool known) { return known ? page::percent(share) : "–"; };
    table.rows.push_back({page::text(evaluation.labels[i]), with_thousands(one.count),
                          shown(one.precision, one.called > 0), shown(one.recall, one.count > 0),
                          shown(one.f1, one.count + one.called > 0), page::bar(one.f1)});
  }
  return "<div class=\"card\">" + page::table(table) + "</div>\n";
}

std::vector<std::string> group_row(const GroupFigures& group) {
  const double share = static_cast<double>(group.correct) / static_cast<double>(group.count);
  const Interval sure = wilson_95(group.correct, group.count);
  return {page::text(group.group), with_thousands(group.count), page::percent(share),
          fmt::format("{:.0f} – {:.0f} %", 100 * sure.low, 100 * sure.high), page::bar(share)};
}

std::string group_table(const std::vector<GroupFigures>& groups) {
  constexpr std::size_t shown = 12;
  if (groups.empty()) return "";
  page::Table table{.caption = "",
                    .columns = {"Group", "Clips", "Right", "95 % interval", ""},
                    .rows = {},
                    .numeric = {false, true, true, true, false}};
  for (const GroupFigures& group : groups) table.rows.push_back(group_row(group));
  page::Table worst = table;
  worst.rows.resize(std::min(shown, worst.rows.size()));
  worst.caption = groups.size() > shown
                      ? fmt::format("The {} of {} groups heard worst", shown, groups.size())
                      : "Each group, worst first";
  std::string html = "<div class=\"card\">" + page::table(worst);
  if (groups.size() > shown) {
    html += page::folded(fmt::format("All {} groups", groups.size()), page::table(table));
  }
  return html + "</div>\n";
}

std::string mistake_table(const Evaluation& evaluation) {
  if (evaluation.mistakes.empty()) return "";
  page::Table table{.caption = "The surest mistakes",
                    .columns = {"Clip", "Was", "Answered", "Sure by"},
                    .rows = {},
                    .numeric = {false, false, false, true}};
  for (const Mistake& mistake : evaluation.mistakes) {
    table.rows.push_back({"<code>" + page::text(mistake.path) + "</code>",
                          page::text(evaluation.labels[mistake.truth]),
                          page::text(evaluation.labels[mistake.answer]),
                          page::percent(mistake.confidence, 0)});
  }
  return "<div class=\"card\">" +
         page::folded("The surest mistakes: listen to them first", page::table(table)) + "</div>\n";
}

std::string reliability_chart(const Evaluation& evaluation) {
  const Calibration& calibration = evaluation.calibration;
  page::Chart chart;
  chart.id = "reliability";
  chart.caption = "How sure it is, and how often it is right then";
  chart.x_title = "confidence, %";
  chart.y_title = "right";
  chart.percent = true;
  chart.low = 0;
  chart.high = 1;
  chart.source = page::Source::measured;
  page::Series real{.name = "measured", .values = {}};
  page::Series ideal{.name = "perfectly honest", .values = {}, .colour = "soft", .dashed = true};
  for (const ReliabilityBin& bin : calibration.bins) {
    chart.labels.push_back(fmt::format("{:.0f}–{:.0f}", 100 * bin.low, 100 * bin.high));
    const bool any = bin.count > 0;
    real.values.push_back(any ? std::optional(bin.accuracy) : std::nullopt);
    ideal.values.push_back(any ? bin.confidence : (bin.low + bin.high) / 2);
  }
  chart.series = {real, ideal};
  if (evaluation.temperature) {
    page::Series tempered{
        .name = fmt::format("at temperature {:.2f}", evaluation.temperature->value),
        .values = {},
        .colour = "warm"};
    for (const ReliabilityBin& bin : evaluation.temperature->test.bins) {
      tempered.values.push_back(bin.count > 0 ? std::optional(bin.accuracy) : std::nullopt);
    }
    chart.series.push_back(tempered);
  }
  chart.kind = page::Chart::Kind::line;
  return page::chart(chart);
}

std::string temperature_card(const Evaluation& evaluation) {
  if (!evaluation.temperature) return "";
  const TemperatureFit& fit = *evaluation.temperature;
  const double before = evaluation.calibration.calibration_error;
  const double after = fit.test.calibration_error;
  constexpr double hardly = 0.1;
  return fmt::format(
      "<div class=\"card\"><p>On {} of the validation split the network is {}: a temperature of "
      "<strong>{:.2f}</strong> fits them best. On the test it would bring the calibration error "
      "from {} to {}{}. The device's scores are as they are: it is told here and applied "
      "nowhere.</p><p class=\"fall\">Guo, Pleiss, Sun and Weinberger 2017.</p></div>\n",
      counted(fit.clips, "clip"),
      fit.value > 1 + hardly   ? "surer than it is right"
      : fit.value < 1 - hardly ? "right more often than it is sure"
                               : "about as sure as it is right",
      fit.value, page::percent(before), page::percent(after),
      after < before ? "" : ", which is no better: the two splits disagree");
}

std::string between(const Interval& interval) {
  return fmt::format("{:.1f} to {:.1f}\u00A0%, 95\u00A0% sure", 100 * interval.low,
                     100 * interval.high);
}

std::string interval_words(const Evaluation& evaluation) {
  const Intervals& intervals = evaluation.intervals;
  std::string words = fmt::format(
      "Intervals: {}, since clips of one speaker, animal or site are no independent evidence "
      "(cluster bootstrap, seed {}).",
      words_of(intervals), intervals.seed);
  if (intervals.units < few_groups) {
    words += " So few that the intervals are still too narrow: test on more of them.";
  }
  return "<p class=\"fall\">" + words + "</p>\n";
}

std::string float_card(const Evaluation& evaluation, const Figures& all) {
  if (!evaluation.float_network) return "";
  const FloatComparison& other = *evaluation.float_network;
  const double points = 100 * (all.accuracy - other.accuracy);
  const double same = static_cast<double>(other.same_answer) / static_cast<double>(all.count);
  page::Table table{
      .caption = "Float against int8, the same clips",
      .columns = {"Network", "Right", ""},
      .rows = {{"float32, as trained", page::percent(other.accuracy), page::bar(other.accuracy)},
               {"int8, as the device runs it", page::percent(all.accuracy),
                page::bar(all.accuracy)}},
      .numeric = {false, true, false}};
  return fmt::format(
      "<div class=\"card\">{}<p class=\"fall\">Quantising moved the accuracy by {}{:.1f} points; "
      "the "
      "two networks give the same answer to {} of the clips. {}</p></div>\n",
      page::table(table), points < 0 ? "−" : "+", std::abs(points), page::percent(same),
      page::badge(page::Source::measured));
}

std::string summary(const Evaluation& evaluation, const Figures& all) {
  return page::tiles(
      {{"Right", page::percent(all.accuracy),
        fmt::format("{} of {}; {}", with_thousands(all.correct), counted(all.count, "clip"),
                    between(evaluation.intervals.accuracy)),
        page::Source::measured},
       {"Balanced accuracy", page::percent(all.balanced_accuracy),
        "every label counts the same; " + between(evaluation.intervals.balanced_accuracy),
        page::Source::measured},
       {"Macro F1", page::percent(all.macro_f1),
        "mean over the labels; " + between(evaluation.intervals.macro_f1), page::Source::measured},
       {"Calibration error", page::percent(evaluation.calibration.calibration_error),
        fmt::format("log loss {:.3f}", evaluation.calibration.log_loss), page::Source::measured}});
}

}  // namespace

page::Section answers_section(const ReportData& data) {
  const Evaluation& evaluation = data.evaluation;
  const Figures all = figures(evaluation.confusion);
  page::Section section{.id = "answers", .title = "Answers", .lead = "", .body = ""};
  section.lead = fmt::format(
      "Asked about {}{} that training never saw ({}), by the int8 pipeline that the device runs.",
      counted(all.count, "clip"),
      evaluation.groups.empty() ? "" : " from " + counted(evaluation.groups.size(), "group"),
      page::text(evaluation.data));
  section.body = summary(evaluation, all) + interval_words(evaluation) + "<div class=\"side\">\n" +
                 confusion_table(evaluation) + class_table(evaluation, all) +
                 "</div>\n<div class=\"pair\">\n" + group_table(evaluation.groups) + "<div>\n" +
                 float_card(evaluation, all) + reliability_chart(evaluation) +
                 temperature_card(evaluation) + "</div>\n</div>\n" + slice_cards(evaluation) +
                 mistake_table(evaluation);
  return section;
}

}  // namespace sengi::evaluate
