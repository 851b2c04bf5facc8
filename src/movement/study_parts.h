// SPDX-License-Identifier: Apache-2.0
// What the forms of a study's results share.
#pragma once

#include <string>

#include "movement/study.h"

namespace sengi::movement {

struct Rate {
  double a_week;
  double low;  // exact Poisson interval, 95 %
  double high;
};
Rate false_rate(const Judgement& judgement);

double share_warned(const Judgement& judgement);  // of the entries that follow an approach

std::string interval_text(std::uint32_t interval_s);  // "30 min", "2 h"

}  // namespace sengi::movement
