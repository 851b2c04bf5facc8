// SPDX-License-Identifier: Apache-2.0
#include "station/versions.h"

#include <fmt/format.h>

namespace sengi::station {

std::string words_of_version(std::string_view part, std::uint16_t version) {
  if (version == 0) return "";
  if (part != "firmware") return std::to_string(version);
  return fmt::format("{}.{}.{}", version >> 12, version >> 6 & 63, version & 63);
}

Versions::Versions(Database& database)
    : find_(database,
            "SELECT since_ms, version, last_ms FROM versions WHERE device_id = ? AND part = ? "
            "ORDER BY since_ms DESC LIMIT 1"),
      again_(database,
             "UPDATE versions SET last_ms = ? WHERE device_id = ? AND part = ? AND since_ms = ?"),
      add_(database, "INSERT INTO versions VALUES (?, ?, ?, ?, ?)") {}

Result<void> Versions::reported(std::int64_t device_id, const link::Status& status,
                                std::int64_t time_ms) {
  const std::array<std::uint16_t, 4> versions = {status.firmware, status.model, status.zones,
                                                 status.settings};
  for (std::size_t i = 0; i < versions.size(); ++i) {
    SENGI_CHECK(keep(device_id, parts_of_devices[i], versions[i], time_ms));
  }
  return {};
}

Result<void> Versions::keep(std::int64_t device_id, const char* part, std::uint16_t version,
                            std::int64_t time_ms) {
  SENGI_TRY(found, find_.bind(device_id).bind(part).next());
  const std::int64_t since_ms = found ? find_.whole(0) : 0;
  const bool same = found && find_.whole(1) == version;
  const bool old = found && find_.whole(2) >= time_ms;
  find_.reset();
  if (old) return {};
  if (same) return again_.bind(time_ms).bind(device_id).bind(part).bind(since_ms).run();
  return add_.bind(device_id).bind(part).bind(time_ms).bind(int{version}).bind(time_ms).run();
}

Result<std::vector<Version>> versions_of(Database& database, const std::string& device, bool all) {
  Statement select(database,
                   fmt::format("SELECT part, version, since_ms, last_ms FROM versions v JOIN "
                               "devices ON id = device_id WHERE device = ? {} ORDER BY part, "
                               "since_ms",
                               all ? ""
                                   : "AND since_ms = (SELECT max(since_ms) FROM versions w WHERE "
                                     "w.device_id = v.device_id AND w.part = v.part)"));
  select.bind(device);
  std::vector<Version> list;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return list;
    list.push_back({select.text(0), static_cast<std::uint16_t>(select.whole(1)), select.whole(2),
                    select.whole(3)});
  }
}

}  // namespace sengi::station
