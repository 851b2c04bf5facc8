// SPDX-License-Identifier: Apache-2.0
// The JSON that networks wrap uplinks in (SPEC.md, "Station"). It comes from outside and is
// hostile: each fault names the field.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "station/received.h"

namespace sengi::station {

inline constexpr std::size_t envelope_bytes_max = 256 * 1024;

// One object: ChirpStack v4's uplink event, The Things Stack v3's uplink message, or Sengi's own
// form. Which one is told by the fields that only it has.
// Errors: too long, no JSON, none of the three, a field that is missing or holds what it cannot.
Result<Received> parse_envelope(std::string_view json);

// A device's name as it is kept: an EUI in 16 lower-case digits without dashes and colons, any
// other name as it is.
std::string as_device(std::string text);

}  // namespace sengi::station
