// SPDX-License-Identifier: Apache-2.0
// What people are told. Of a device, a kind and a subject there is one alert at a time:
//
//                 signal              acknowledge
//     (none) ─────────────▶ open ─────────────────▶ acknowledged
//                            │ ▲                        │
//                            │ └ told again, level + 1, every escalate_min
//                            └───────────▶ cleared ◀────┘
//                              over
//
// Each arrow but a repeated signal puts a message for each webhook into the outbox, in the same
// transaction. In quiet hours what is not critical waits for their end; what is over by then is not
// told at all.
//
// Thread rule: with the store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "station/settings.h"
#include "station/sql.h"

namespace sengi::station {

struct Signal {
  std::int64_t device_id = 0;
  std::string kind;     // "zone_inside", "silent" ...
  std::string subject;  // the zone's id, or empty
  Severity severity = Severity::warning;
  std::string detail = "{}";  // JSON for people and programs: the zone's name, millivolts
};

class Alerts {
 public:
  // `database` stays where it is and outlives this.
  Alerts(Database& database, const Settings::Telling& telling);

  // It is so. Raises an alert, or notes that the one there is still holds.
  Result<void> signal(const Signal& signal, std::int64_t now_ms);
  // It is no longer so. Nothing where there is no such alert.
  Result<void> over(std::int64_t device_id, std::string_view kind, std::string_view subject,
                    std::int64_t now_ms);
  // The subjects of a device's active alerts of a kind.
  Result<std::vector<std::string>> subjects(std::int64_t device_id, std::string_view kind);

  // Errors: no such alert, or it is over (Outcome::no).
  Result<void> acknowledge(std::int64_t id, std::string_view who, std::int64_t now_ms);
  // Tells again what nobody acknowledged for long enough. Between transactions.
  Result<void> escalate(std::int64_t now_ms);

 private:
  Result<void> tell(std::int64_t id, std::string_view event, std::int64_t now_ms);

  Database& database_;
  const Settings::Telling& telling_;
  Statement find_;
  Statement add_;
  Statement repeat_;
  Statement clear_;
  Statement held_;
  Statement forget_;
  Statement describe_;
  Statement post_;
  Statement active_;
};

}  // namespace sengi::station
