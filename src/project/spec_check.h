// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sengi/signal/front_end.h"

namespace sengi::project {

// What of a front end is out of range, and the keys in [signal] that may be to blame, the likeliest
// first.
struct SpecFault {
  std::vector<std::string> keys;
  std::string message;
};

// Whether a front end can be built: each value in the range that sengi/signal/front_end.h gives it
// and all of them with one another.
std::optional<SpecFault> find_fault(const signal::FrontEndSpec& spec);

}  // namespace sengi::project
