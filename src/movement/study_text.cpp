// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "movement/study.h"
#include "movement/study_parts.h"

namespace sengi::movement {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view row_form =
    "{:<14} {:>8} {:>6} {:>10} {:>7} {:>19} {:>7} {:>24} {:>11}\n";

std::string row_text(const std::string& animal, std::uint32_t interval_s, const Judgement& j) {
  const Rate rate = false_rate(j);
  return fmt::format(
      fmt::runtime(row_form), animal, interval_text(interval_s), fmt::format("{:.1f}", j.weeks),
      j.approaches, j.approaches == 0 ? "-" : fmt::format("{:.0f} %", 100.0 * share_warned(j)),
      fmt::format("{:.0f} ({:.0f}..{:.0f})", quantile(j.lead_min, 0.5), quantile(j.lead_min, 0.25),
                  quantile(j.lead_min, 0.75)),
      j.false_alerts, fmt::format("{:.2f} ({:.2f}..{:.2f})", rate.a_week, rate.low, rate.high),
      fmt::format("{:.0f}, {:.0f} %", quantile(j.plain_min, 0.5),
                  j.approaches == 0 ? 0
                                    : 100.0 * static_cast<double>(j.seen_inside) /
                                          static_cast<double>(j.approaches)));
}

Json judgement_json(const Judgement& j) {
  const Rate rate = false_rate(j);
  return {
      {"weeks", j.weeks},
      {"entries", j.entries},
      {"approaches", j.approaches},
      {"warned", j.warned},
      {"lead_min",
       {{"lower_quartile", quantile(j.lead_min, 0.25)},
        {"median", quantile(j.lead_min, 0.5)},
        {"upper_quartile", quantile(j.lead_min, 0.75)}}},
      {"false_alerts", j.false_alerts},
      {"false_alerts_a_week", {{"rate", rate.a_week}, {"low", rate.low}, {"high", rate.high}}},
      {"inside_now", {{"seen", j.seen_inside}, {"lead_min_median", quantile(j.plain_min, 0.5)}}}};
}

}  // namespace

std::string interval_text(std::uint32_t interval_s) {
  return interval_s % 3600 == 0 ? fmt::format("{} h", interval_s / 3600)
                                : fmt::format("{} min", interval_s / 60);
}

Rate false_rate(const Judgement& j) {
  const Interval interval = poisson_interval(j.false_alerts);
  const double weeks = j.weeks > 0 ? j.weeks : 1;
  return {static_cast<double>(j.false_alerts) / weeks, interval.low / weeks, interval.high / weeks};
}

double share_warned(const Judgement& j) {
  return j.approaches == 0 ? 0 : static_cast<double>(j.warned) / static_cast<double>(j.approaches);
}

std::string to_text(const Study& study) {
  std::string text =
      fmt::format(fmt::runtime(row_form), "animal", "fixes", "weeks", "approaches", "warned",
                  "lead min (quartiles)", "false", "false a week (95 %)", "inside now");
  for (const StudyRow& row : study.rows)
    text += row_text(row.animal, row.interval_s, row.judgement);
  for (const StudyTotal& total : totals(study)) {
    if (total.animals > 1) text += row_text("all", total.interval_s, total.judgement);
  }
  for (const std::uint32_t interval_s : study.too_fine_s) {
    text += fmt::format("no track has fixes every {}\n", interval_text(interval_s));
  }
  text +=
      "\nprobability within six hours, against what came (Brier score, and of always saying the "
      "mean):\n";
  for (const StudyRow& row : study.rows) {
    text += fmt::format("{:<14} {:>8}  {:.4f} ({:.4f}) ", row.animal, interval_text(row.interval_s),
                        row.brier.model, row.brier.constant);
    for (const Reliability& r : row.reliability) {
      text += fmt::format(" {:.0f}:{:.0f}", 100 * r.predicted, 100 * r.came);
    }
    text += "\n";
  }
  return text;
}

std::string to_json(const Study& study) {
  Json rows = Json::array();
  for (const StudyRow& row : study.rows) {
    Json one = {{"animal", row.animal}, {"interval_s", row.interval_s}};
    one.update(judgement_json(row.judgement));
    one["brier"] = {{"model", row.brier.model}, {"constant", row.brier.constant}};
    Json reliability = Json::array();
    for (const Reliability& r : row.reliability) {
      reliability.push_back(
          {{"predicted", r.predicted}, {"came", r.came}, {"examples", r.examples}});
    }
    one["reliability"] = std::move(reliability);
    Json alerts = Json::array();
    for (const Alert& alert : row.alerts) {
      alerts.push_back({{"raised_s", alert.raised_s},
                        {"ended_s", alert.ended_s},
                        {"latitude", alert.position.latitude_e7 / 1e7},
                        {"longitude", alert.position.longitude_e7 / 1e7},
                        {"zone", alert.zone_id},
                        {"permille", alert.permille},
                        {"right", alert.right}});
    }
    one["alerts"] = std::move(alerts);
    rows.push_back(std::move(one));
  }
  Json all = Json::array();
  for (const StudyTotal& total : totals(study)) {
    Json one = {{"interval_s", total.interval_s}, {"animals", total.animals}};
    one.update(judgement_json(total.judgement));
    all.push_back(std::move(one));
  }
  Json folds = Json::array();
  for (const StudyFold& fold : study.folds) {
    folds.push_back({{"judged", fold.judged},
                     {"bias", fold.model.bias},
                     {"weight", fold.model.weight},
                     {"start_permille", fold.spec.start_permille},
                     {"step_permille", fold.spec.step_permille}});
  }
  return Json{{"rows", rows}, {"totals", all}, {"folds", folds}, {"too_fine_s", study.too_fine_s}}
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

std::string model_as_cpp(const StudyFold& fold) {
  return fmt::format(
      "inline constexpr ApproachModel default_approach_model = {{\n"
      "    .bias = {}, .weight = {{{}}}}};\n"
      "// warning.h: start_permille = {}, step_permille = {}\n",
      fold.model.bias, fmt::join(fold.model.weight, ", "), fold.spec.start_permille,
      fold.spec.step_permille);
}

}  // namespace sengi::movement
