// SPDX-License-Identifier: Apache-2.0
// What it cost to train, beside things one knows.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/text.h"
#include "evaluate/report_sections.h"

namespace sengi::evaluate {
namespace {

constexpr double kg_of_pound = 0.45359237;

// Strubell, Ganesh and McCallum 2019, "Energy and Policy Considerations for Deep Learning in NLP",
// table 1, in pounds of CO2.
struct Known {
  std::string_view name;
  double pounds;
};
constexpr std::array known = {
    Known{"A passenger, New York to San Francisco and back", 1984},
    Known{"A human life, one year on average", 11023},
    Known{"An American life, one year on average", 36156},
    Known{"A car with its fuel, one lifetime", 126000},
    Known{"A large transformer, trained once", 192},
    Known{"The same with architecture search", 626155},
};

std::string mass(double kg) {
  if (kg < 1e-6) return fmt::format("{:.2f} mg", 1e6 * kg);
  if (kg < 1) return fmt::format("{:.3g} g", 1e3 * kg);
  if (kg < 1000) return fmt::format("{:.3g} kg", kg);
  return fmt::format("{:.1f} t", kg / 1000);
}

std::string energy(double kwh) {
  return kwh < 1 ? fmt::format("{:.2f} <small>Wh</small>", 1000 * kwh)
                 : fmt::format("{:.2f} <small>kWh</small>", kwh);
}

std::string operations(double count) {
  if (count < 1e12) return fmt::format("{:.1f} <small>billion</small>", count / 1e9);
  return fmt::format("{:.1f} <small>trillion</small>", count / 1e12);
}

std::string cost_tiles(const TrainingRecord& training) {
  std::vector<page::Tile> tiles;
  if (training.wall_s) {
    tiles.push_back({"Time", page::duration(*training.wall_s), page::text(training.machine),
                     page::Source::measured});
  }
  if (training.energy_kwh) {
    tiles.push_back({"Energy", energy(*training.energy_kwh), page::text(training.energy_method),
                     training.energy_measured ? page::Source::measured : page::Source::modelled});
  }
  if (training.co2_kg) {
    tiles.push_back(
        {"CO₂", mass(*training.co2_kg), page::text(training.co2_method), page::Source::modelled});
  }
  if (training.operations) {
    tiles.push_back({"Floating-point operations", operations(*training.operations),
                     "forward and backward", page::Source::modelled});
  }
  return page::tiles(tiles);
}

std::string times_of(double kg, double ours) {
  const double times = kg / ours;
  if (times < 1e3) return fmt::format("{:.0f} ×", times);
  if (times < 1e6) return with_thousands(static_cast<std::uint64_t>(std::llround(times))) + " ×";
  if (times < 1e9) return fmt::format("{:.1f} million ×", times / 1e6);
  return fmt::format("{:.1f} billion ×", times / 1e9);
}

std::string beside(double ours_kg) {
  page::Table table{.caption = "The same amount of CO₂, beside",
                    .columns = {"", "CO₂", "Times this training"},
                    .rows = {{"This training", mass(ours_kg), "1 ×"}},
                    .numeric = {false, true, true}};
  for (const Known& one : known) {
    const double kg = one.pounds * kg_of_pound;
    table.rows.push_back({std::string(one.name), mass(kg), times_of(kg, ours_kg)});
  }
  return "<div class=\"card\">" + page::table(table) +
         "<p class=\"fall\">Strubell, Ganesh and McCallum 2019, table 1.</p></div>\n";
}

}  // namespace

page::Section cost_section(const ReportData& data) {
  page::Section section{.id = "cost", .title = "Cost", .lead = "", .body = ""};
  section.lead = "What training took: time, energy, and the carbon that goes with it.";
  section.body = cost_tiles(*data.training);
  if (data.training->co2_kg && *data.training->co2_kg > 0) {
    section.body += beside(*data.training->co2_kg);
  }
  return section;
}

}  // namespace sengi::evaluate
