// SPDX-License-Identifier: Apache-2.0
// What it cost to train, beside things one knows, and what the device takes for one answer.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

constexpr double kg_of_pound = 0.45359237;
constexpr double joules_per_kwh = 3.6e6;

// Strubell, Ganesh and McCallum 2019, "Energy and Policy Considerations for Deep Learning in NLP",
// tables 1 and 3, in pounds of CO2.
struct Known {
  std::string_view name;
  double pounds;
};
constexpr std::array known = {
    Known{"A language pipeline, trained once", 39},
    Known{"A large transformer, trained once", 192},
    Known{"A passenger, New York to San Francisco and back", 1984},
    Known{"A human life, one year on average", 11023},
    Known{"An American life, one year on average", 36156},
    Known{"The language pipeline with tuning", 78468},
    Known{"A car with its fuel, one lifetime", 126000},
    Known{"The transformer with architecture search", 626155},
};

// Two figures, and never an exponent: 0.036, 4.2, 610.
std::string two_figures(double value) {
  constexpr double exponents_from = 100;
  if (value < exponents_from) return fmt::format("{:.2g}", value);
  const double step = std::pow(10, std::floor(std::log10(value)) - 1);
  return fmt::format("{:.0f}", std::round(value / step) * step);
}

std::string mass(double kg) {
  if (kg < 1e-3) return two_figures(1e6 * kg) + "\u00A0mg";
  if (kg < 1) return fmt::format("{:.3g}\u00A0g", 1e3 * kg);
  if (kg < 1000) return fmt::format("{:.3g}\u00A0kg", kg);
  return fmt::format("{:.1f}\u00A0t", kg / 1000);
}

// "0.6 to 3.8 g", "600 mg to 3.8 g", or one figure where the ends are equal.
template <typename Write>
std::string range(const Interval& interval, Write write) {
  constexpr std::string_view space = "\u00A0";
  std::string low = write(interval.low);
  const std::string high = write(interval.high);
  if (low == high) return high;
  const auto unit = low.find(space);
  if (unit != std::string::npos && high.ends_with(low.substr(unit))) low.resize(unit);
  return fmt::format("{} to {}", low, high);
}

std::string energy(double kwh) {
  if (kwh < 1e-3) return two_figures(1e6 * kwh) + "\u00A0mWh";
  return kwh < 1 ? two_figures(1e3 * kwh) + "\u00A0Wh" : fmt::format("{:.3g}\u00A0kWh", kwh);
}

std::string joules(double j) {
  if (j < 1e-3) return fmt::format("{:.3g}\u00A0µJ", 1e6 * j);
  return j < 1 ? fmt::format("{:.3g}\u00A0mJ", 1e3 * j) : fmt::format("{:.3g}\u00A0J", j);
}

std::string large(double count) {
  if (count < 1e6) {
    const double step = std::pow(10, std::max(0.0, std::floor(std::log10(count)) - 2));
    return with_thousands(
        static_cast<std::uint64_t>(std::llround(count / step) * std::llround(step)));
  }
  if (count < 1e9) return fmt::format("{:.1f} million", count / 1e6);
  if (count < 1e12) return fmt::format("{:.1f} billion", count / 1e9);
  return fmt::format("{:.1f} trillion", count / 1e12);
}

std::string cost_tiles(const TrainingRecord& training) {
  std::vector<page::Tile> tiles;
  if (training.wall_s) {
    std::string where = page::text(training.machine);
    if (training.processor_s) {
      where = page::duration(*training.processor_s) + " of processors; " + where;
    }
    tiles.push_back({"Time", page::duration(*training.wall_s), where, page::Source::measured});
  }
  if (training.energy_kwh) {
    tiles.push_back({"Energy", range(*training.energy_kwh, energy),
                     training.energy_measured ? "by the processor's own counter"
                                              : "processor time by a range of watts",
                     training.energy_measured ? page::Source::measured : page::Source::modelled});
  }
  if (training.co2_kg) {
    tiles.push_back({"CO₂", range(*training.co2_kg, mass),
                     training.grid.empty() ? "" : "by the grid of " + page::text(training.grid),
                     page::Source::modelled});
  }
  if (training.operations) {
    tiles.push_back({"Floating-point operations", large(*training.operations),
                     "forward and backward", page::Source::modelled});
  }
  std::string how;
  for (const auto& [name, method] :
       {std::pair("Energy", training.energy_method), std::pair("CO₂", training.co2_method)}) {
    if (!method.empty()) how += fmt::format("{} {}. ", name, page::text(method));
  }
  return page::tiles(tiles) + (how.empty() ? "" : "<p class=\"fall\">" + how + "</p>\n");
}

// A logarithmic scale from one power of ten to another.
struct Scale {
  double least;
  double most;

  double percent(double value) const {
    return 100 * std::clamp((std::log10(value) - least) / (most - least), 0.0, 1.0);
  }
};

std::string amount(std::string_view style, std::string_view name, const std::string& value,
                   const Interval& kg, const Scale& scale) {
  const double from = scale.percent(kg.low);
  return fmt::format(
      "<li{}><span>{}</span><span class=\"value\">{}</span><span class=\"track\" "
      "aria-hidden=\"true\"><i style=\"left:{:.1f}%;width:calc({:.1f}% + 0.7rem)\"></i></span></li>"
      "\n",
      style, name, value, from, scale.percent(kg.high) - from);
}

std::string beside(const Interval& ours) {
  const Scale scale{std::floor(std::log10(ours.low) / 3) * 3, 6};
  std::string rows = amount(" class=\"ours\"", "This training", range(ours, mass), ours, scale);
  for (const Known& one : known) {
    const double kg = one.pounds * kg_of_pound;
    rows += amount("", one.name, mass(kg), {kg, kg}, scale);
  }
  std::string ticks;
  for (double power = scale.least; power <= scale.most; power += 3) {
    const double kg = std::pow(10, power);
    ticks += fmt::format(
        "<span style=\"left:{:.1f}%\">{}</span>", scale.percent(kg),
        power >= 3 ? with_thousands(static_cast<std::uint64_t>(std::llround(kg / 1000))) + "\u00A0t"
                   : mass(kg));
  }
  constexpr double flight_kg = 1984 * kg_of_pound;
  return fmt::format(
      "<div class=\"card\"><h3>CO₂ on a logarithmic scale</h3>\n<ul "
      "class=\"amounts\">\n{}</ul>\n<div class=\"ticks\" aria-hidden=\"true\">{}</div>\n<p "
      "class=\"fall\">For the CO₂ of one such flight this training could be run {} times. "
      "Strubell, Ganesh and McCallum 2019.</p></div>\n",
      rows, ticks, range({flight_kg / ours.high, flight_kg / ours.low}, large));
}

// Amodei and Hernandez 2018, "AI and Compute": petaflop/s-days of trainings that were the largest
// of their time, from the article's appendix.
struct Landmark {
  int year;
  double petaflop_days;
};
constexpr std::array landmarks = {Landmark{2012, 0.0054}, Landmark{2013, 0.0060},
                                  Landmark{2014, 0.098}, Landmark{2015, 0.29}, Landmark{2016, 79}};
constexpr double operations_of_day = 1e15 * 86400;
constexpr double turn_year = 2012;
constexpr double turn_operations = 0.0054 * operations_of_day;  // AlexNet
constexpr double first_doubling_years = 2;
constexpr double second_doubling_years = 3.4 / 12;

std::string eras_chart(double ours) {
  constexpr int first_year = 1960;
  constexpr int last_year = 2018;
  page::Chart chart;
  chart.id = "compute-eras";
  chart.caption = "Operations of one training, and two eras of the largest";
  chart.x_title = "year";
  chart.y_title = "floating-point operations";
  chart.logarithmic = true;
  chart.source = page::Source::modelled;
  page::Series first{.name = "doubling every 2 years", .values = {}, .colour = "cool"};
  page::Series second{.name = "doubling every 3.4 months", .values = {}, .colour = "warm"};
  page::Series named{
      .name = "the largest, 2012 to 2016", .values = {}, .colour = "soft", .points = true};
  page::Series mine{.name = "this training", .values = {}, .colour = "accent", .dashed = true};
  for (int year = first_year; year <= last_year; ++year) {
    chart.labels.push_back(fmt::to_string(year));
    const double since = year - turn_year;
    const auto grown = [&](double doubling) {
      return std::optional(turn_operations * std::exp2(since / doubling));
    };
    first.values.push_back(since <= 0 ? grown(first_doubling_years) : std::nullopt);
    second.values.push_back(since >= 0 ? grown(second_doubling_years) : std::nullopt);
    const auto found = std::ranges::find(landmarks, year, &Landmark::year);
    named.values.push_back(found == landmarks.end()
                               ? std::nullopt
                               : std::optional(found->petaflop_days * operations_of_day));
    mine.values.emplace_back(ours);
  }
  chart.series = {first, second, named, mine};
  const double pace_year = turn_year + first_doubling_years * std::log2(ours / turn_operations);
  std::string words =
      "Amodei and Hernandez 2018, \"AI and Compute\"; the lines are their two paces through "
      "AlexNet, the dots AlexNet, ZFNet, VGG, Deep Speech 2 and neural translation.";
  if (pace_year >= first_year && pace_year <= turn_year) {
    words += fmt::format(" By the first pace, this training was the largest of about {:.0f}.",
                         pace_year);
  }
  return page::chart(chart) + "<p class=\"fall\">" + words + "</p>\n";
}

std::string inference_card(const ReportData& data) {
  if (!data.run || !data.run->cycles) return "";
  const RunRecord& run = *data.run;
  const auto each_j = run.answer_j();
  if (!each_j) {
    return fmt::format(
        "<div class=\"card\"><h3>One answer on the device</h3><p>The file of {} gives no current, "
        "so the energy of its {} cycles is not known. A board that does: <code>sengi run {} --on "
        "nano33ble</code>.</p></div>\n",
        page::text(run.board_title), with_thousands(*run.answer_cycles()),
        page::text(data.project.folder.filename().string()));
  }
  std::string words = fmt::format(
      "<p><strong>{}</strong>: {} cycles at {:.0f}\u00A0MHz are {}, times {:g}\u00A0mA and "
      "{:g}\u00A0V.",
      joules(*each_j), with_thousands(*run.answer_cycles()), run.clock_hz / 1e6,
      page::duration(*run.answer_s()), run.active_ma, run.supply_v);
  if (data.training && data.training->energy_kwh) {
    const Interval& kwh = *data.training->energy_kwh;
    words += fmt::format(
        " The energy of the training is that of {} such answers.",
        range({kwh.low * joules_per_kwh / *each_j, kwh.high * joules_per_kwh / *each_j}, large));
  }
  return fmt::format(
      "<div class=\"card\"><h3>One answer on the device</h3>{}</p><p class=\"fall\">Cycles {}, "
      "current {}: {}. {} Sensors and sleep are not in it.</p></div>\n",
      words, page::badge(page::Source::modelled), page::badge(page::Source::datasheet),
      page::text(run.power_source),
      run.front_end_cycles
          ? fmt::format("The features are {} of the cycles.", with_thousands(*run.front_end_cycles))
          : "Features are not counted.");
}

}  // namespace

page::Section cost_section(const ReportData& data) {
  page::Section section{.id = "cost", .title = "Cost", .lead = "", .body = ""};
  section.lead =
      "What training took: time, energy, and the carbon that goes with it; and what the device "
      "takes for one answer.";
  const TrainingRecord& training = *data.training;
  section.body = cost_tiles(training) + inference_card(data);
  if (training.co2_kg && training.co2_kg->low > 0) section.body += beside(*training.co2_kg);
  if (training.operations && *training.operations > 0) {
    section.body += eras_chart(*training.operations);
  }
  return section;
}

}  // namespace sengi::evaluate
