// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "movement/study_parts.h"
#include "power/energy_parts.h"

namespace sengi::power {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view row_form =
    "{:<14} {:>10} {:>6} {:>7} {:>7} {:>19} {:>7} {:>6} {:>7} {:>8}\n";

std::string row_text(const EnergyRow& row) {
  const movement::Judgement& j = row.judgement;
  return fmt::format(
      fmt::runtime(row_form), name_of(row), interval_of(row), fmt::format("{:.1f}", j.weeks),
      j.approaches,
      j.approaches == 0 ? "-" : fmt::format("{:.0f} %", 100.0 * movement::share_warned(j)),
      fmt::format("{:.0f} ({:.0f}..{:.0f})", movement::quantile(j.lead_min, 0.5),
                  movement::quantile(j.lead_min, 0.25), movement::quantile(j.lead_min, 0.75)),
      fmt::format("{:.2f}", movement::false_rate(j).a_week),
      fmt::format("{:.1f}", a_day(row, static_cast<double>(row.fixes))),
      fmt::format("{:.1f}", a_day(row, static_cast<double>(row.reports))),
      fmt::format("{:.0f}", row.uah_a_day()));
}

std::string mark_text(const EnergyStudy& study, const EnergyMark& mark) {
  const EnergyRow& scheduled = study.rows[mark.scheduled];
  if (!mark.fixed) {
    return fmt::format("{}: each fixed interval warned better in something, so none is its equal\n",
                       name_of(scheduled));
  }
  const EnergyRow& fixed = study.rows[*mark.fixed];
  std::string text = fmt::format(
      "{}: warns no worse than a fix every {}, with {:.1f} times fewer "
      "fixes; days of battery",
      name_of(scheduled), interval_of(fixed), fewer_fixes(study, mark));
  for (const Battery& battery : study.equipment.batteries) {
    text += fmt::format("{} {} {:.0f} for {:.0f} ({:.2f} times)",
                        &battery == &study.equipment.batteries.front() ? ":" : ";", battery.name,
                        battery.days(scheduled.uah_a_day()), battery.days(fixed.uah_a_day()),
                        study.ratio(mark, battery));
  }
  return text + "\n";
}

}  // namespace

std::string name_of(const EnergyRow& row) { return row.animal.empty() ? "all" : row.animal; }

std::string interval_of(const EnergyRow& row) {
  return row.interval_s == 0 ? "scheduled" : movement::interval_text(row.interval_s);
}

double a_day(const EnergyRow& row, double count) { return row.days <= 0 ? 0 : count / row.days; }

double fewer_fixes(const EnergyStudy& study, const EnergyMark& mark) {
  const double scheduled = static_cast<double>(study.rows[mark.scheduled].fixes);
  return mark.fixed && scheduled > 0
             ? static_cast<double>(study.rows[*mark.fixed].fixes) / scheduled
             : 0;
}

std::string to_text(const EnergyStudy& study) {
  std::string text =
      fmt::format(fmt::runtime(row_form), "animal", "a fix every", "weeks", "entries", "warned",
                  "lead min (quartiles)", "false/wk", "fixes/d", "reports/d", "uAh/d");
  for (const EnergyRow& row : study.rows) text += row_text(row);
  text += "\n";
  for (const EnergyMark& mark : study.marks) text += mark_text(study, mark);
  text += "\ncharge a day by consumer, uAh, scheduled:\n";
  for (const EnergyMark& mark : study.marks) {
    const EnergyRow& row = study.rows[mark.scheduled];
    text += fmt::format("{:<14}", name_of(row));
    for (std::size_t i = 0; i < consumers; ++i) {
      if (row.uah[i] > 0)
        text += fmt::format("  {} {:.0f}", consumer_names[i], a_day(row, row.uah[i]));
    }
    text += "\n";
  }
  return text;
}

std::string to_json(const EnergyStudy& study) {
  Json rows = Json::array();
  for (const EnergyRow& row : study.rows) {
    const movement::Judgement& j = row.judgement;
    const movement::Rate rate = movement::false_rate(j);
    Json spent;
    for (std::size_t i = 0; i < consumers; ++i) spent[consumer_names[i]] = a_day(row, row.uah[i]);
    Json days;
    for (const Battery& battery : study.equipment.batteries) {
      days[battery.name] = battery.days(row.uah_a_day());
    }
    rows.push_back({{"animal", name_of(row)},
                    {"scheduled", row.interval_s == 0},
                    {"interval_s", row.interval_s},
                    {"weeks", j.weeks},
                    {"approaches", j.approaches},
                    {"warned", j.warned},
                    {"lead_min_median", movement::quantile(j.lead_min, 0.5)},
                    {"false_alerts", j.false_alerts},
                    {"false_alerts_a_week", rate.a_week},
                    {"fixes_a_day", a_day(row, static_cast<double>(row.fixes))},
                    {"reports_a_day", a_day(row, static_cast<double>(row.reports))},
                    {"uah_a_day", row.uah_a_day()},
                    {"uah_a_day_by_consumer", spent},
                    {"battery_days", days}});
  }
  Json marks = Json::array();
  for (const EnergyMark& mark : study.marks) {
    Json one = {{"animal", name_of(study.rows[mark.scheduled])},
                {"no_worse_than_interval_s", nullptr}};
    if (mark.fixed) {
      one["no_worse_than_interval_s"] = study.rows[*mark.fixed].interval_s;
      one["times_fewer_fixes"] = fewer_fixes(study, mark);
      for (const Battery& battery : study.equipment.batteries) {
        one["times_the_days"][battery.name] = study.ratio(mark, battery);
      }
    }
    marks.push_back(std::move(one));
  }
  return Json{{"rows", rows}, {"marks", marks}}.dump(2, ' ', false,
                                                     Json::error_handler_t::replace) +
         "\n";
}

}  // namespace sengi::power
