// SPDX-License-Identifier: Apache-2.0
// What several trainings told: whether more recordings would help, and how much depends on which
// groups were tested.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

std::string between(const Interval& interval) {
  return fmt::format("{:.1f} – {:.1f}\u00A0%", 100 * interval.low, 100 * interval.high);
}

std::string stale(const std::string& made_with, const ReportData& data) {
  if (made_with == data.project.config_sha256) return "";
  return "<p class=\"fall\">sengi.toml has changed since this was made.</p>\n";
}

// Whether at least the last step helped, beyond the chance of which clips were tested.
std::string last_step(const LearningCurve& curve) {
  const CurvePoint& before = curve.points[curve.points.size() - 2];
  const CurvePoint& last = curve.points.back();
  if (last.error_95.high >= before.error_95.low) return "";
  return fmt::format("; the last ones did, from {} wrong to {}", page::percent(before.error),
                     page::percent(last.error));
}

// Requires: at least two points where there is a fit.
std::string verdict(const LearningCurve& curve) {
  if (!curve.exponent_95 || curve.predictions.size() < 3) {
    return "Too few parts to say whether more recordings would help.";
  }
  const Prediction& twice = curve.predictions[1];
  const Prediction& four = curve.predictions[2];
  return fmt::format(
      "{} With twice as many, <strong>{}</strong> wrong answers are expected ({}), with four times "
      "as many {} ({}).",
      curve.exponent_95->low > 0
          ? "More recordings, of more groups, would help."
          : "How much more recordings would help cannot be told from so few points" +
                last_step(curve) + ".",
      page::percent(twice.error), between(twice.error_95), page::percent(four.error),
      between(four.error_95));
}

std::string curve_chart(const LearningCurve& curve) {
  page::Chart chart;
  chart.id = "learning-curve-chart";
  chart.caption = "Wrong answers against recordings to learn from";
  chart.x_title = "training clips";
  chart.y_title = "wrong";
  chart.percent = true;
  chart.low = 0;
  chart.source = page::Source::measured;
  page::Series measured{.name = "measured", .values = {}, .points = true};
  page::Series law{.name = "power law", .values = {}, .colour = "cool"};
  page::Series low{.name = "95 % sure, from", .values = {}, .colour = "soft", .dashed = true};
  page::Series high{.name = "to", .values = {}, .colour = "soft", .dashed = true};
  for (const CurvePoint& point : curve.points) {
    chart.labels.push_back(with_thousands(point.clips));
    measured.values.emplace_back(point.error);
    if (!curve.exponent_95) continue;
    const bool last = point.clips == curve.points.back().clips;
    law.values.emplace_back(
        std::min(1.0, curve.scale * std::pow(static_cast<double>(point.clips), -curve.exponent)));
    low.values.push_back(last ? std::optional(curve.predictions[0].error_95.low) : std::nullopt);
    high.values.push_back(last ? std::optional(curve.predictions[0].error_95.high) : std::nullopt);
  }
  for (std::size_t i = 1; i < curve.predictions.size(); ++i) {
    const Prediction& one = curve.predictions[i];
    chart.labels.push_back(
        with_thousands(static_cast<std::uint64_t>(std::llround(std::max(0.0, one.clips)))));
    measured.values.emplace_back();
    law.values.emplace_back(one.error);
    low.values.emplace_back(one.error_95.low);
    high.values.emplace_back(one.error_95.high);
  }
  chart.series = {measured};
  if (curve.exponent_95) {
    for (const page::Series& line : {law, low, high}) chart.series.push_back(line);
  }
  return page::chart(chart);
}

std::string curve_card(const LearningCurve& curve, const ReportData& data) {
  page::Table table{.caption = "",
                    .columns = {"Clips", "Groups", "Wrong", "95 % sure of"},
                    .rows = {},
                    .numeric = {false, true, true, true}};
  for (const CurvePoint& point : curve.points) {
    table.rows.push_back({with_thousands(point.clips), with_thousands(point.groups),
                          page::percent(point.error), between(point.error_95)});
  }
  return "<div class=\"pair\">\n<div>" + curve_chart(curve) +
         "</div>\n<div class=\"card\"><h3>Would more recordings help?</h3>\n<p>" + verdict(curve) +
         "</p>\n" + page::table(table) + "<p class=\"fall\">" + page::text(curve.method) +
         ". Power law after Hestness et al. 2017, with Student's intervals.</p>\n" +
         stale(curve.config_sha256, data) + "</div>\n</div>\n";
}

std::string folds_card(const Folds& folds, const ReportData& data) {
  page::Table table{
      .caption = fmt::format("{} networks, each tested on groups of its own", folds.folds.size()),
      .columns = {"Fold", "Clips", "Groups", "Right", ""},
      .rows = {},
      .numeric = {false, true, true, true, false}};
  for (std::size_t i = 0; i < folds.folds.size(); ++i) {
    const Fold& fold = folds.folds[i];
    const double share = static_cast<double>(fold.correct) / static_cast<double>(fold.count);
    table.rows.push_back({fmt::to_string(i + 1), with_thousands(fold.count),
                          with_thousands(fold.groups), page::percent(share), page::bar(share)});
  }
  return fmt::format(
      "<div class=\"card\">{}<p>On average <strong>{}</strong>, with a standard deviation of "
      "{:.1f} "
      "points from fold to fold: that much is the luck of which groups are tested. "
      "{}</p>{}</div>\n",
      page::table(table), page::percent(folds.mean), 100 * folds.standard_deviation,
      page::badge(page::Source::measured), stale(folds.config_sha256, data));
}

}  // namespace

page::Section studies_section(const ReportData& data) {
  page::Section section{.id = "more", .title = "More data, other data", .lead = "", .body = ""};
  section.lead = "The same network trained on parts of the recordings.";
  if (data.learning_curve) section.body += curve_card(*data.learning_curve, data);
  if (data.folds) section.body += folds_card(*data.folds, data);
  return section;
}

}  // namespace sengi::evaluate
