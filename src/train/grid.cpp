// SPDX-License-Identifier: Apache-2.0
#include "train/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace sengi::train {
namespace {

constexpr std::string_view strubell =
    "Strubell, Ganesh and McCallum 2019: 0.954 lb of CO2 a kWh, EPA's US average";
constexpr std::string_view ember =
    "carbon intensity of electricity generation by Ember and the Energy Institute, as Our World in "
    "Data gives it (2024), CO2 equivalent over the life cycle; approximate, and a year's average";

// Rounded to whole grams.
constexpr Grid grids[] = {
    {"US2018", "the United States", 954 * 0.45359237, 2018},
    {"AO", "Angola", 175, 2022},
    {"AR", "Argentina", 354, 2023},
    {"AT", "Austria", 111, 2023},
    {"AU", "Australia", 549, 2023},
    {"BD", "Bangladesh", 691, 2023},
    {"BE", "Belgium", 138, 2023},
    {"BO", "Bolivia", 532, 2023},
    {"BR", "Brazil", 98, 2023},
    {"BW", "Botswana", 848, 2022},
    {"CA", "Canada", 170, 2023},
    {"CD", "the Democratic Republic of the Congo", 24, 2022},
    {"CH", "Switzerland", 35, 2023},
    {"CI", "Côte d'Ivoire", 394, 2022},
    {"CL", "Chile", 291, 2023},
    {"CM", "Cameroon", 305, 2022},
    {"CN", "China", 582, 2023},
    {"CO", "Colombia", 260, 2023},
    {"CR", "Costa Rica", 53, 2023},
    {"CZ", "Czechia", 450, 2023},
    {"DE", "Germany", 381, 2023},
    {"DK", "Denmark", 152, 2023},
    {"EC", "Ecuador", 150, 2023},
    {"EG", "Egypt", 570, 2023},
    {"ES", "Spain", 174, 2023},
    {"ET", "Ethiopia", 25, 2022},
    {"FI", "Finland", 79, 2023},
    {"FR", "France", 56, 2023},
    {"GA", "Gabon", 492, 2022},
    {"GB", "the United Kingdom", 238, 2023},
    {"GH", "Ghana", 484, 2022},
    {"GR", "Greece", 337, 2023},
    {"ID", "Indonesia", 676, 2022},
    {"IE", "Ireland", 291, 2023},
    {"IN", "India", 713, 2023},
    {"IS", "Iceland", 28, 2022},
    {"IT", "Italy", 331, 2023},
    {"JP", "Japan", 485, 2023},
    {"KE", "Kenya", 70, 2023},
    {"KR", "South Korea", 431, 2023},
    {"LK", "Sri Lanka", 510, 2022},
    {"LT", "Lithuania", 160, 2023},
    {"MA", "Morocco", 630, 2023},
    {"MG", "Madagascar", 436, 2022},
    {"MX", "Mexico", 507, 2023},
    {"MY", "Malaysia", 606, 2022},
    {"MZ", "Mozambique", 136, 2022},
    {"NA", "Namibia", 59, 2022},
    {"NG", "Nigeria", 523, 2023},
    {"NL", "the Netherlands", 268, 2023},
    {"NO", "Norway", 30, 2023},
    {"NP", "Nepal", 24, 2022},
    {"NZ", "New Zealand", 113, 2023},
    {"PE", "Peru", 266, 2023},
    {"PH", "the Philippines", 611, 2023},
    {"PK", "Pakistan", 441, 2023},
    {"PL", "Poland", 662, 2023},
    {"PT", "Portugal", 166, 2023},
    {"RW", "Rwanda", 316, 2022},
    {"SE", "Sweden", 41, 2023},
    {"SG", "Singapore", 471, 2023},
    {"SN", "Senegal", 512, 2022},
    {"TH", "Thailand", 550, 2023},
    {"TR", "Türkiye", 465, 2023},
    {"TZ", "Tanzania", 339, 2022},
    {"UA", "Ukraine", 260, 2022},
    {"UG", "Uganda", 45, 2022},
    {"US", "the United States", 369, 2023},
    {"VN", "Vietnam", 475, 2023},
    {"ZA", "South Africa", 708, 2023},
    {"ZM", "Zambia", 112, 2022},
    {"ZW", "Zimbabwe", 298, 2022},
};

std::string upper(std::string_view text) {
  std::string letters(text);
  for (char& c : letters) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return letters;
}

}  // namespace

std::string_view Grid::source() const { return code == grids[0].code ? strubell : ember; }

std::string Grid::words() const {
  return fmt::format("energy x {:.0f} g a kWh, the grid of {} in {} ({})", g_per_kwh, name, year,
                     source());
}

const Grid& default_grid() { return grids[0]; }

Result<Grid> find_grid(std::string_view code) {
  const auto found = std::ranges::find(grids, upper(code), &Grid::code);
  if (found != std::end(grids)) return *found;
  std::string codes;
  for (const Grid& grid : grids) codes += fmt::format(" {}", grid.code);
  return Error{
      fmt::format("no grid '{}'; they are named by the two letters of a country:{}", code, codes)};
}

}  // namespace sengi::train
