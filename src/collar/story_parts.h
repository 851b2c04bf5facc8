// SPDX-License-Identifier: Apache-2.0
// What the forms of a story share.
#pragma once

#include <string>
#include <vector>

#include "collar/story.h"
#include "link/uplink.h"

namespace sengi::collar {

// An uplink that says what a person wants to know at once.
struct Moment {
  std::uint32_t time_s = 0;   // that it speaks of
  std::uint32_t heard_s = 0;  // when the network had it; 0: never
  link::Event event;
};
// By the time that they speak of; those that were sent more than once are there once.
std::vector<Moment> moments_of(const Life& life);

// "heading into Kelma farms (farm), 62 %, in about 40 min"
std::string words_of(const Moment& moment, const Parts& parts);

struct Day {
  std::uint32_t began_s = 0;
  std::vector<std::uint16_t> minutes;  // by behaviour
};
std::vector<Day> days_of(const Life& life);

// The battery's days at what this life took; 0 where it took nothing.
double battery_days(const Story& story);
double microamp_hours(const Story& story);

}  // namespace sengi::collar
