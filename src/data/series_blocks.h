// SPDX-License-Identifier: Apache-2.0
// Blocks of days, which stand for the groups that a long recording has not.
#pragma once

#include <string>

namespace sengi::data {

// "2014-01-27T14:20:00Z", of the years 1 to 9999; of times beyond those the nearest there is.
std::string utc(double since_1970_s);

// The day on which the block of so many days begins that a time since 1970 lies in: "2014-01-21".
// With its time, where days are no whole number. Empty where days is 0.
std::string block_of(double since_1970_s, double days);

}  // namespace sengi::data
