// SPDX-License-Identifier: Apache-2.0
// Pictures and tables of a project's recordings, for the report and for the page of sengi data
// check. Each is HTML.
#pragma once

#include <string>

#include "data/check.h"

namespace sengi::evaluate {

std::string recordings_summary(const data::CheckReport& report);  // a sentence
std::string label_chart(const data::CheckReport& report);
std::string recordings_tables(const data::CheckReport& report);
std::string recordings_histograms(const data::CheckReport& report);

}  // namespace sengi::evaluate
