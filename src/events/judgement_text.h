// SPDX-License-Identifier: Apache-2.0
// A judgement for programs, for Raven and for a browser.
#pragma once

#include <string>
#include <vector>

#include "events/judge.h"

namespace sengi::events {

// Everything in it; of a long curve 200 points, evenly chosen, with the last.
std::string to_json(const std::vector<Recording>& recordings, const Judgement& judgement);

// A selection table of all marks and all that was found at the threshold, by recording and time,
// with the columns Outcome (right, false alarm, wrong, missed), Confidence and Other (the label of
// a mark at the same time that nothing found). Begin Path is the recording's name.
std::string outcomes_for_raven(const std::vector<Recording>& recordings,
                               const Judgement& judgement);

}  // namespace sengi::events
