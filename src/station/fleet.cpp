// SPDX-License-Identifier: Apache-2.0
#include "station/fleet.h"

#include <fmt/format.h>

#include "station/clock.h"
#include "station/envelope.h"
#include "station/received.h"

namespace sengi::station {
namespace {

constexpr const char* tag_columns = "device, name, owner, kind, fleet, notes";
constexpr const char* deployment_columns = "id, device, animal, taxon, from_ms, to_ms, notes";

Tag tag_in(const Statement& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)};
}

Deployment deployment_in(const Statement& row) {
  return {row.whole(0), row.text(1),  row.text(2),
          row.text(3),  row.whole(4), row.is_null(5) ? std::nullopt : std::optional(row.whole(5)),
          row.text(6)};
}

Result<void> check_text(const char* field, const std::string& text, bool lines = false) {
  if (text.size() > tag_text_bytes_max) {
    return Error{
        fmt::format("{}: {} bytes; it takes up to {}", field, text.size(), tag_text_bytes_max)};
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 32 && byte != 127) continue;
    if (lines && (c == '\n' || c == '\t' || c == '\r')) continue;
    return Error{fmt::format("{}: no control characters belong here", field)};
  }
  return {};
}

Result<void> check_device(const std::string& device) {
  if (device.empty()) return Error{"device: the device's EUI or name is missing"};
  if (device.size() > device_bytes_max) {
    return Error{fmt::format("device: a name of at most {} bytes belongs here", device_bytes_max)};
  }
  return check_text("device", device);
}

}  // namespace

Result<void> check(const Tag& tag) {
  SENGI_CHECK(check_device(tag.device));
  SENGI_CHECK(check_text("name", tag.name));
  SENGI_CHECK(check_text("owner", tag.owner));
  SENGI_CHECK(check_text("kind", tag.kind));
  SENGI_CHECK(check_text("fleet", tag.fleet));
  return check_text("notes", tag.notes, true);
}

Result<void> check(const Deployment& deployment) {
  SENGI_CHECK(check_device(deployment.device));
  if (deployment.animal.empty()) return Error{"animal: the animal or the site is missing"};
  SENGI_CHECK(check_text("animal", deployment.animal));
  SENGI_CHECK(check_text("taxon", deployment.taxon));
  SENGI_CHECK(check_text("notes", deployment.notes, true));
  if (deployment.to_ms && *deployment.to_ms <= deployment.from_ms) {
    return Error{fmt::format("to: {} is not after {}", to_rfc3339(*deployment.to_ms),
                             to_rfc3339(deployment.from_ms))};
  }
  return {};
}

Result<void> Fleet::keep(const Tag& tag, std::int64_t now_ms) {
  SENGI_CHECK(check(tag));
  Statement insert(database_, "INSERT OR REPLACE INTO tags VALUES (?, ?, ?, ?, ?, ?, ?)");
  return insert.bind(as_device(tag.device))
      .bind(tag.name)
      .bind(tag.owner)
      .bind(tag.kind)
      .bind(tag.fleet)
      .bind(tag.notes)
      .bind(now_ms)
      .run();
}

Result<std::optional<Tag>> Fleet::tag(const std::string& device) {
  Statement select(database_, fmt::format("SELECT {} FROM tags WHERE device = ?", tag_columns));
  SENGI_TRY(found, select.bind(device).next());
  return found ? std::optional(tag_in(select)) : std::nullopt;
}

Result<std::vector<Tag>> Fleet::tags(const std::string& after, std::int64_t limit,
                                     const std::optional<std::string>& fleet) {
  Statement select(database_, fmt::format("SELECT {} FROM tags WHERE device > ?1 AND (?2 IS NULL "
                                          "OR fleet = ?2) ORDER BY device LIMIT ?3",
                                          tag_columns));
  select.bind(after).bind(fleet).bind(limit);
  std::vector<Tag> all;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return all;
    all.push_back(tag_in(select));
  }
}

Result<void> Fleet::remove_tag(const std::string& device) {
  Statement remove(database_, "DELETE FROM tags WHERE device = ?");
  SENGI_CHECK(remove.bind(device).run());
  if (database_.changes() > 0) return {};
  return Error{fmt::format("{}: nobody said anything of it", device), Outcome::no};
}

Result<std::int64_t> Fleet::keep(const Deployment& deployment) {
  SENGI_CHECK(check(deployment));
  const std::string device = as_device(deployment.device);
  Statement meets(database_,
                  "SELECT animal, from_ms FROM deployments WHERE device = ?1 AND id <> ?2 AND "
                  "(?4 IS NULL OR from_ms < ?4) AND (to_ms IS NULL OR to_ms > ?3) LIMIT 1");
  SENGI_TRY(taken, meets.bind(device)
                       .bind(deployment.id)
                       .bind(deployment.from_ms)
                       .bind(deployment.to_ms)
                       .next());
  if (taken) {
    return Error{fmt::format("{} is on {} since {} and until after this begins; end that first",
                             device, meets.text(0), to_rfc3339(meets.whole(1)))};
  }
  Statement write(database_, deployment.id == 0
                                 ? "INSERT INTO deployments(device, animal, taxon, from_ms, to_ms, "
                                   "notes) VALUES (?, ?, ?, ?, ?, ?)"
                                 : "UPDATE deployments SET device = ?, animal = ?, taxon = ?, "
                                   "from_ms = ?, to_ms = ?, notes = ? WHERE id = ?");
  write.bind(device)
      .bind(deployment.animal)
      .bind(deployment.taxon)
      .bind(deployment.from_ms)
      .bind(deployment.to_ms)
      .bind(deployment.notes);
  if (deployment.id != 0) write.bind(deployment.id);
  SENGI_CHECK(write.run());
  if (deployment.id == 0) return database_.last_id();
  if (database_.changes() > 0) return deployment.id;
  return Error{fmt::format("there is no deployment {}", deployment.id), Outcome::no};
}

Result<std::optional<Deployment>> Fleet::deployment(std::int64_t id) {
  Statement select(database_,
                   fmt::format("SELECT {} FROM deployments WHERE id = ?", deployment_columns));
  SENGI_TRY(found, select.bind(id).next());
  return found ? std::optional(deployment_in(select)) : std::nullopt;
}

Result<std::vector<Deployment>> Fleet::deployments(const std::optional<std::string>& device,
                                                   const std::optional<std::string>& animal) {
  Statement select(database_,
                   fmt::format("SELECT {} FROM deployments WHERE (?1 IS NULL OR device = ?1) AND "
                               "(?2 IS NULL OR animal = ?2) ORDER BY device, from_ms",
                               deployment_columns));
  select.bind(device).bind(animal);
  std::vector<Deployment> all;
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return all;
    all.push_back(deployment_in(select));
  }
}

Result<void> Fleet::remove_deployment(std::int64_t id) {
  Statement remove(database_, "DELETE FROM deployments WHERE id = ?");
  SENGI_CHECK(remove.bind(id).run());
  if (database_.changes() > 0) return {};
  return Error{fmt::format("there is no deployment {}", id), Outcome::no};
}

}  // namespace sengi::station
