// SPDX-License-Identifier: Apache-2.0
// What every source of uplinks is given.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "station/store.h"

namespace sengi::station {

// Returns when the arrivals are on disk (Intake::keep); an error: none of them is.
using Keep = std::function<Result<std::vector<Kept>>(std::vector<Arrival>)>;

// What a person should know, in one line.
using Tell = std::function<void(const std::string&)>;

// Sleeps in steps, so that a station that is told to stop does not keep anybody waiting.
void pause(std::chrono::milliseconds time, const std::atomic<bool>& stop);

}  // namespace sengi::station
