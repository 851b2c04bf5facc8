// SPDX-License-Identifier: Apache-2.0
// Unix time in milliseconds, and as JSON has it (RFC 3339).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sengi::station {

std::int64_t now_ms();

// "2026-01-01T00:00:00.250Z"; whole seconds without the fraction.
std::string to_rfc3339(std::int64_t time_ms);

// With Z or an offset, from the year 1970 to 9999; of a fraction three digits count.
// Errors: another form, or a day, hour or offset that is none.
Result<std::int64_t> from_rfc3339(std::string_view text);

}  // namespace sengi::station
