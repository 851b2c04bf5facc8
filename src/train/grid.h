// SPDX-License-Identifier: Apache-2.0
// How much CO2 goes with a kilowatt-hour, by country.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sengi::train {

struct Grid {
  std::string_view code;  // ISO 3166-1 alpha-2
  std::string_view name;
  double g_per_kwh = 0;  // CO2 equivalent
  int year = 0;          // of the figure

  std::string_view source() const;
  std::string words() const;  // how energy becomes CO2, for a record
};

// The factor of Strubell, Ganesh and McCallum 2019, so that figures stand beside theirs.
const Grid& default_grid();

// Upper or lower case. Errors: no such grid (lists those there are).
Result<Grid> find_grid(std::string_view code);

}  // namespace sengi::train
