// SPDX-License-Identifier: Apache-2.0
// Keys that releases may be signed with.
#include <fmt/format.h>

#include "station/releases.h"

namespace sengi::station {

Result<void> Releases::trust(const std::string& name, const std::string& key, std::int64_t now_ms) {
  SENGI_CHECK(check_public_key(key));
  Statement taken(database_, "SELECT 1 FROM release_keys WHERE name = ?");
  SENGI_TRY(found, taken.bind(name).next());
  if (found) return Error{fmt::format("'{}' is taken; distrust it first", name), Outcome::no};
  const std::string plain = key.substr(0, key.find_last_not_of(" \r\n\t") + 1);
  Statement insert(database_, "INSERT INTO release_keys VALUES (?, ?, ?)");
  return insert.bind(name).bind(plain).bind(now_ms).run();
}

Result<void> Releases::distrust(const std::string& name) {
  Statement remove(database_, "DELETE FROM release_keys WHERE name = ?");
  SENGI_CHECK(remove.bind(name).run());
  if (database_.changes() > 0) return {};
  return Error{fmt::format("no key is called '{}'", name), Outcome::no};
}

Result<std::vector<std::string>> Releases::trusted() {
  std::vector<std::string> keys;
  Statement select(database_, "SELECT key FROM release_keys ORDER BY name");
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return keys;
    keys.push_back(select.text(0));
  }
}

}  // namespace sengi::station
