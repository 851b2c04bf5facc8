// SPDX-License-Identifier: Apache-2.0
// What the forms of an energy study's results share.
#pragma once

#include <string>

#include "power/energy_study.h"

namespace sengi::power {

std::string name_of(const EnergyRow& row);      // the animal, or "all"
std::string interval_of(const EnergyRow& row);  // "1 h", or "scheduled"
double a_day(const EnergyRow& row, double count);
double fewer_fixes(const EnergyStudy& study, const EnergyMark& mark);  // 0 without a mark

}  // namespace sengi::power
