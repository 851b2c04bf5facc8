// SPDX-License-Identifier: Apache-2.0
// What can be asked of a station, as JSON text (openapi.h describes it). A guest sees positions of
// yesterday and before, rounded to a tenth of a degree, and nothing of what is going on.
//
// Thread rule: with the database, which may be open to read alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "station/accounts.h"
#include "station/sql.h"

namespace sengi::station {

inline constexpr std::int64_t guest_delay_ms = std::int64_t{24} * 3'600'000;
inline constexpr std::int64_t guest_step_e7 = 1'000'000;  // a tenth of a degree
inline constexpr std::int64_t page_max = 1'000;

// Degrees as they are, for a guest those of the middle of the square that a guest may know.
double degrees(std::int64_t e7, Role role);

struct Page {
  std::string after;         // the last device, or the last id, of the page before
  std::int64_t limit = 100;  // up to page_max
  std::int64_t from_ms = 0;  // of positions and uplinks
  std::int64_t to_ms = INT64_MAX;
};

class Api {
 public:
  Api(Database& database, Role role, std::int64_t now_ms)
      : database_(database), role_(role), now_ms_(now_ms) {}

  Result<std::string> devices(const Page& page);
  // None where there is no such device.
  Result<std::optional<std::string>> device(const std::string& device);
  Result<std::optional<std::string>> positions(const std::string& device, const Page& page);
  Result<std::optional<std::string>> uplinks(const std::string& device, const Page& page);
  Result<std::string> alerts(const Page& page, bool all);
  Database& database() { return database_; }
  Role role() const { return role_; }

 private:
  Result<std::optional<std::int64_t>> id_of(const std::string& device);

  Database& database_;
  Role role_;
  std::int64_t now_ms_;
};

// Text of Prometheus's exposition format.
Result<std::string> metrics(Database& database, std::int64_t now_ms);

}  // namespace sengi::station
