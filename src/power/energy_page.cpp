// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "evaluate/page.h"
#include "movement/study_parts.h"
#include "power/energy_parts.h"

namespace sengi::power {
namespace {

namespace page = evaluate::page;

page::Table table_of(const EnergyStudy& study) {
  page::Table table;
  table.caption =
      "What a collar would have warned of, and what that takes. Fixed intervals send and listen as "
      "much as the schedule does.";
  table.columns = {"animal",    "a fix every",         "entries",     "warned of", "lead, min",
                   "quartiles", "false alerts a week", "fixes a day", "uAh a day"};
  table.numeric = {false, true, true, true, true, true, true, true, true};
  for (const Battery& battery : study.equipment.batteries) {
    table.columns.push_back("days, " + page::text(battery.name));
    table.numeric.push_back(true);
  }
  for (const EnergyRow& row : study.rows) {
    const movement::Judgement& j = row.judgement;
    std::vector<std::string> cells = {
        page::text(name_of(row)),
        interval_of(row),
        fmt::format("{}", j.approaches),
        page::percent(movement::share_warned(j), 0),
        fmt::format("{:.0f}", movement::quantile(j.lead_min, 0.5)),
        fmt::format("{:.0f} to {:.0f}", movement::quantile(j.lead_min, 0.25),
                    movement::quantile(j.lead_min, 0.75)),
        fmt::format("{:.2f}", movement::false_rate(j).a_week),
        fmt::format("{:.1f}", a_day(row, static_cast<double>(row.fixes))),
        fmt::format("{:.0f}", row.uah_a_day())};
    for (const Battery& battery : study.equipment.batteries) {
      cells.push_back(fmt::format("{:.0f}", battery.days(row.uah_a_day())));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string marks_html(const EnergyStudy& study) {
  std::string html = "<ul>";
  for (const EnergyMark& mark : study.marks) {
    const std::string name = page::text(name_of(study.rows[mark.scheduled]));
    if (!mark.fixed) {
      html += fmt::format(
          "<li>{}: each fixed interval warned better in something, so none is its equal.</li>",
          name);
      continue;
    }
    html += fmt::format("<li>{}: warns no worse than a fix every {}, with {:.1f} times fewer fixes",
                        name, interval_of(study.rows[*mark.fixed]), fewer_fixes(study, mark));
    for (const Battery& battery : study.equipment.batteries) {
      html += fmt::format("; {:.2f} times the days on a {}", study.ratio(mark, battery),
                          page::text(battery.name));
    }
    html += ".</li>";
  }
  return html + "</ul>";
}

constexpr double width = 900, height = 360, left = 60, bottom = 40, top = 10;

// Metres to the right, from 100 m to 20 km and beyond, and hours up, both in equal steps of their
// logarithms.
double across(double metres) {
  const double share = std::log(std::clamp(metres, 100.0, 20'000.0) / 100) / std::log(200.0);
  return left + share * (width - left - 20);
}
double upwards(double seconds, double longest_s) {
  constexpr double shortest_s = 600;
  const double share =
      std::log(std::max(seconds, shortest_s) / shortest_s) / std::log(longest_s / shortest_s);
  return height - bottom - share * (height - bottom - top);
}

std::string axis_text(double x, double y, std::string_view anchor, std::string_view words) {
  return fmt::format(
      R"(<text x="{:.1f}" y="{:.1f}" font-size="12" text-anchor="{}" fill="currentColor">{}</text>)",
      x, y, anchor, words);
}

// Each plan a dot; those of a collar that had warned as rings, to be told apart without colours.
std::string intervals_svg(const EnergyStudy& study) {
  double longest_s = 3600;
  for (const Life::Step& step : study.steps) {
    longest_s = std::max(longest_s, static_cast<double>(step.fix_in_s));
  }
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="Interval between fixes over the distance to the nearest zone">)",
      width, height);
  for (const double metres : {100.0, 300.0, 1000.0, 3000.0, 10'000.0, 20'000.0}) {
    const double x = across(metres);
    svg += fmt::format(
        R"(<path d="M{0:.1f} {1:.1f}V{2:.1f}" stroke="currentColor" stroke-opacity="0.15"/>)", x,
        top, height - bottom);
    svg += axis_text(
        x, height - bottom + 16, "middle",
        metres < 1000 ? fmt::format("{:.0f} m", metres) : fmt::format("{:g} km", metres / 1000));
  }
  for (const double minutes : {20.0, 60.0, 120.0, 240.0, 480.0}) {
    if (minutes * 60 > longest_s) continue;
    const double y = upwards(minutes * 60, longest_s);
    svg += fmt::format(
        R"(<path d="M{0:.1f} {2:.1f}H{1:.1f}" stroke="currentColor" stroke-opacity="0.15"/>)", left,
        width - 20, y);
    svg += axis_text(left - 6, y + 4, "end",
                     movement::interval_text(static_cast<std::uint32_t>(minutes * 60)));
  }
  svg += axis_text((left + width) / 2, height - 4, "middle",
                   "to the nearest zone (inside at the left end, 20 km and beyond at the right)");
  // Some thousand dots show all that more would.
  const std::size_t stride = std::max<std::size_t>(1, study.steps.size() / 3000);
  for (std::size_t i = 0; i < study.steps.size(); i += stride) {
    const Life::Step& step = study.steps[i];
    svg += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="{}" {}/>)", across(step.distance_m),
                       upwards(step.fix_in_s, longest_s), step.warned ? 4 : 2,
                       step.warned ? R"(fill="none" stroke="#a65300" stroke-width="1.2")"
                                   : R"(fill="currentColor" fill-opacity="0.35")");
  }
  return svg + "</svg>";
}

// A bar a row, its parts by consumer; each part says what it is when pointed at.
std::string charge_svg(const EnergyStudy& study) {
  static constexpr const char* colours[consumers] = {"#57606a", "#8250df", "#0969da", "#cf222e",
                                                     "#d9822b", "#1a7f37", "#bf8700", "#6e7781"};
  constexpr double line = 22, names = 210;
  double most = 1;
  for (const EnergyRow& row : study.rows) most = std::max(most, row.uah_a_day());
  std::string svg = fmt::format(
      R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="Charge a day by consumer">)",
      width, line * static_cast<double>(study.rows.size() + 1) + 10);
  double y = 4;
  for (const EnergyRow& row : study.rows) {
    svg += axis_text(names - 8, y + 14, "end", page::text(name_of(row)) + ", " + interval_of(row));
    double x = names;
    for (std::size_t i = 0; i < consumers; ++i) {
      const double uah = a_day(row, row.uah[i]);
      const double part = uah / most * (width - names - 20);
      if (part <= 0) continue;
      svg += fmt::format(
          R"(<rect x="{:.1f}" y="{:.1f}" width="{:.2f}" height="{:.0f}" fill="{}"><title>{}: {:.0f} uAh a day</title></rect>)",
          x, y, part, line - 5, colours[i], consumer_names[i], uah);
      x += part;
    }
    y += line;
  }
  double x = names;
  for (std::size_t i = 0; i < consumers; ++i) {
    svg += fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="10" height="10" fill="{}"/>)", x,
                       y + 4, colours[i]);
    svg += axis_text(x + 13, y + 13, "start", consumer_names[i]);
    x += 24 + 6.0 * static_cast<double>(std::string_view(consumer_names[i]).size());
  }
  return svg + "</svg>";
}

}  // namespace

std::string energy_page(const EnergyStudy& study, const std::string& version) {
  page::Document document;
  document.title = "A collar's battery";
  document.kicker = "sengi energy study";
  document.lead =
      "When a collar looks, by how near the zones are and where the animal is heading, and how "
      "long "
      "its battery lasts for it.";
  document.charts = false;
  document.sections.push_back({"marks", "Against fixed intervals", "", marks_html(study)});
  document.sections.push_back({"figures", "Figures", "", page::table(table_of(study))});
  document.sections.push_back(
      {"intervals", "When it looks",
       "Each dot is a plan: how long until the next fix, at that distance from the nearest zone. "
       "Rings: it had warned.",
       page::picture(intervals_svg(study), "Interval over distance", "")});
  document.sections.push_back({"charge", "What takes the charge",
                               "Microampere hours a day. Point at a part for its figure.",
                               page::picture(charge_svg(study), "Charge by consumer", "")});
  document.foot = "sengi " + page::text(version);
  return page::render(document);
}

}  // namespace sengi::power
