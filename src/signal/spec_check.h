// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sengi/signal/front_end.h"
#include "sengi/signal/series_spec.h"

namespace sengi::signal {

// What of a front end is out of range, and the keys in [signal] that may be to blame, the likeliest
// first.
struct SpecFault {
  std::vector<std::string> keys;
  std::string message;
};

// Whether a front end can be built: each value in the range that sengi/signal/front_end.h gives it
// and all of them with one another.
std::optional<SpecFault> find_fault(const FrontEndSpec& spec);

// The same of a series front end, by the ranges of sengi/signal/series_spec.h. Values that the
// feature does not look at may be anything.
std::optional<SpecFault> find_series_fault(const SeriesSpec& spec);

}  // namespace sengi::signal
