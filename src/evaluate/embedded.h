// SPDX-License-Identifier: Apache-2.0
// Files that CMake puts into the program (src/evaluate/page/ and Chart.js).
#pragma once

#include <string_view>

namespace sengi::evaluate::embedded {

extern const std::string_view page_css;
extern const std::string_view page_js;
extern const std::string_view chart_js;

}  // namespace sengi::evaluate::embedded
