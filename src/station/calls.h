// SPDX-License-Identifier: Apache-2.0
// The calls that a device heard, and what it sent of their sound (SPEC.md, "Piece of a clip").
//
// A piece says no time, and of its call only the low 8 bits of a count, which begins anew with
// each start of the device. It belongs to the last call with these bits before it, for a week.
//
// Thread rule: with the database, which may be open to read alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sengi/link/event.h"
#include "station/api.h"
#include "station/sql.h"

namespace sengi::station {

inline constexpr std::int32_t clip_hz = 2000;       // a collar's listener's low rate
inline constexpr std::int32_t heard_hz_min = 8000;  // browsers play nothing slower than 3000

struct Call {
  std::int64_t uplink_id = 0;
  std::int64_t time_ms = 0;
  link::Event event;
  std::optional<std::uint16_t> clip;              // its number, where any piece came
  std::vector<std::vector<std::uint8_t>> pieces;  // in the order that they came in, each once
};

// Newest first, up to page.limit between page.from_ms and page.to_ms.
Result<std::vector<Call>> calls_of(Database& database, std::int64_t device_id, const Page& page);

// The same as JSON (openapi.h describes it); none where there is no such device.
Result<std::optional<std::string>> calls_json(Database& database, const std::string& device,
                                              const Page& page);

// The sound of the call in an uplink as a WAV file of 16 bits, at rate_hz or heard_hz_min if that
// is more; what did not come is silence. None where there is no such call, or nothing of its sound.
// Errors: a rate that cannot be.
Result<std::optional<std::string>> call_sound(Database& database, const std::string& device,
                                              std::int64_t uplink_id, std::int32_t rate_hz);

}  // namespace sengi::station
