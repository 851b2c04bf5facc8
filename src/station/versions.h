// SPDX-License-Identifier: Apache-2.0
// Which firmware, model, zones and settings devices say that they have, and since when
// (sengi/link/status.h).
//
// Thread rule: with the database.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sengi/link/status.h"
#include "station/sql.h"

namespace sengi::station {

inline constexpr std::array<const char*, 4> parts_of_devices = {"firmware", "model", "zones",
                                                                "settings"};

struct Version {
  std::string part;
  std::uint16_t version = 0;  // 0: none
  std::int64_t since_ms = 0;  // when it was reported first
  std::int64_t last_ms = 0;   // and last
};

// "1.4.2" of firmware; of others the number. "" where there is none.
std::string words_of_version(std::string_view part, std::uint16_t version);

class Versions {
 public:
  // `database` stays where it is and outlives this.
  explicit Versions(Database& database);

  // A full status of that time. One that is older than the last says nothing new.
  Result<void> reported(std::int64_t device_id, const link::Status& status, std::int64_t time_ms);

 private:
  Result<void> keep(std::int64_t device_id, const char* part, std::uint16_t version,
                    std::int64_t time_ms);

  Statement find_;
  Statement again_;
  Statement add_;
};

// The newest of each part, or with `all` what was before too, oldest first.
Result<std::vector<Version>> versions_of(Database& database, const std::string& device, bool all);

}  // namespace sengi::station
