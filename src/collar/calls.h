// SPDX-License-Identifier: Apache-2.0
// Calls that a listener found in sound, from a table: time,class,score,duration_s.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "collar/scenario.h"

namespace sengi::collar {

// Columns by their names, in any order; time as "2008-03-22T17:00:00Z" or Unix seconds; class 0 to
// 31, score 0 to 255, duration in seconds. By rising time.
// Errors: a column is missing; a row that cannot be read, with its line.
Result<std::vector<Call>> parse_calls(std::string_view text, std::string_view file);

}  // namespace sengi::collar
